/** The page of a report: text and tables here, pictures by its script from the data in it. */
import { createHash } from 'node:crypto';
import { bytesText, lengthText, numberText } from '../../geometry/quantities.ts';
import { escapeText } from '../../pictures/panels/svg.ts';
import type { StoredField } from '../../ptyr/result.ts';
import { VERSION } from '../../version.ts';
import type { Resolution, ResolutionReport } from '../reports.ts';
import type { Gathered } from './gather.ts';
import type { PageData } from './page/data.ts';
import type { ParameterRow } from '../config/parameter-rows.ts';
import { statisticsRows } from './statistics.ts';

/** Reports begin with it. */
export const REPORT_START = '<!doctype html>\n<!-- report by ptyflow -->\n';

/** What the page is made with: texts of a script and a style sheet. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
}

/** One HTML document that asks for nothing outside of it; a policy in it forbids that, and all scripts and styles but its own. */
export function reportHtml(found: Gathered, { script, style }: PageParts, made: Date): string {
  const data: PageData = {
    fields: [...found.objects, ...found.probes].map((field) => field.data),
    points: found.points.map((points) => points.data),
    curves: [
      ...(found.errors === undefined ? [] : [found.errors]),
      ...found.resolutions.map(({ curve }) => curve),
    ],
    maps: found.maps,
  };
  const title = found.about.run ?? found.file;
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `${REPORT_START}<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(title)}: ptychography report</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeText(title)}</h1>
<p>Ptychographic reconstruction, from <code>${escapeText(found.file)}</code> (${bytesText(found.bytes)})</p>
</header>
<main>
<noscript><p>The pictures and curves of this page are drawn by its script, which is switched off here. The tables are complete.</p></noscript>
${section('Summary', table('Summary', summaryRows(found)))}
${section('Object', found.objects.map((field, i) => picture('field', i, field.data.name, field.notes)).join('\n'))}
${section('Probe', found.probes.map((field, i) => picture('field', found.objects.length + i, field.data.name, field.notes)).join('\n'))}
${section('Positions', found.points.map((points, i) => picture('points', i, points.data.name, points.notes)).join('\n'))}
${section('Errors', found.errors === undefined ? '' : picture('curve', 0, 'errors', ['Logarithmic; a line begins anew with each engine.']))}
${section('Resolution', resolutionHtml(found))}
${section('Statistics', statisticsHtml(found))}
${section('Parameters', parametersHtml(found.parameters))}
${section('How to read this page', HELP)}
</main>
<footer><p>Report by ptyflow ${escapeText(VERSION)}, ${escapeText(dateText(made))}. It is one file and asks for nothing from the network.</p></footer>
<script type="application/json" id="data">${jsonText(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

const HELP = `<p>Point at a picture or a curve to read values. Turn the wheel to zoom, drag to move, double-click to see all.
With the keyboard: Tab to a picture, arrow keys move the cross, Shift and arrow keys move the picture, <kbd>+</kbd> and <kbd>−</kbd> zoom, <kbd>0</kbd> shows all.</p>
<p>Rows go down along y, columns to the right along x. Amplitudes are stored here to 1 part in 65534 of the largest, phases to 0.0001 rad.</p>`;

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** JSON that cannot end the element it stands in. */
function jsonText(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

function section(title: string, body: string): string {
  if (body === '') return '';
  const id = title.toLowerCase().replaceAll(' ', '-');
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${title}</h2>\n${body}\n</section>`;
}

function table(caption: string, rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(
    ([name, value]) => `<tr><th scope="row">${escapeText(name)}</th><td>${escapeText(value)}</td></tr>`,
  );
  return `<table>\n<caption>${escapeText(caption)}</caption>\n<tbody>\n${lines.join('\n')}\n</tbody>\n</table>`;
}

function picture(
  kind: 'field' | 'points' | 'curve',
  index: number,
  name: string,
  notes: readonly string[],
): string {
  const about = notes.length === 0 ? '' : ` ${escapeText(notes.join(' '))}`;
  return `<figure data-kind="${kind}" data-index="${index}">\n<figcaption><b>${escapeText(name)}.</b>${about}</figcaption>\n</figure>`;
}

function summaryRows({ about, content, errors, resolutions }: Gathered): (readonly [string, string])[] {
  const fields: readonly StoredField[] = Object.values(content.objects);
  const rows: (readonly [string, string | undefined])[] = [
    ['engines', enginesText(content.history)],
    ['errors at the end', errors === undefined ? undefined : lastErrors(errors.series)],
    [
      'resolution, ½ bit',
      resolutions.length === 0
        ? undefined
        : resolutions.map(({ report }) => limit(report, report.halfBit)).join('; '),
    ],
    ...fields
      .slice(0, 1)
      .flatMap(({ data, psizeM, inPixels, energyKeV }) => [
        [
          'pixel of the object',
          psizeM.map((length) => lengthText(length, inPixels === true)).join(' × '),
        ] as const,
        ['object', `${data.shape.slice(1).join(' × ')} pixels, ${modes(data.shape[0])}`] as const,
        ['photon energy', Number.isFinite(energyKeV) ? `${numberText(energyKeV)} keV` : undefined] as const,
      ]),
    ['software', about.software],
    ['run started', about.started],
    ['file saved', about.saved],
    ...content.remarks.map(
      ({ by, what, engine, iteration }) =>
        [`after ${iteration} iterations of ${engine}`, `${what} (${by})`] as const,
    ),
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function modes(count: number): string {
  return count === 1 ? '1 mode' : `${count} modes`;
}

/** `40 iterations of DM, 20 of ML` */
function enginesText(history: Gathered['content']['history']): string | undefined {
  const parts: { engine: string; count: number }[] = [];
  for (const { engine } of history) {
    const last = parts.at(-1);
    if (last?.engine === engine) last.count++;
    else parts.push({ engine, count: 1 });
  }
  if (parts.length === 0) return undefined;
  return parts
    .map(({ engine, count }, i) => `${count}${i === 0 ? ' iterations' : ''} of ${engine}`)
    .join(', then ');
}

/** The last of each line that has a value at the end. */
function lastErrors(
  series: readonly { name: string; values: readonly (number | null)[] }[],
): string | undefined {
  const last = series.flatMap(({ name, values }) => {
    const value = values.at(-1);
    return value === null || value === undefined ? [] : [`${name} ${numberText(value)}`];
  });
  return last.length === 0 ? undefined : last.join('; ');
}

function resolutionHtml({ errors, resolutions, noResolution }: Gathered): string {
  const note = noResolution === '' ? '' : `<p>${escapeText(noResolution)}</p>`;
  const parts = resolutions.map(({ report, curve }, i) => {
    const rows = [
      ['½ bit', limit(report, report.halfBit)],
      ['1 bit', limit(report, report.oneBit)],
    ] as const;
    const caption = `Resolution of ${report.object}, half period`;
    // Errors, where there are some, come first among the curves.
    const index = i + (errors === undefined ? 0 : 1);
    return (
      table(caption, rows) +
      picture('curve', index, curve.name, ['Two halves of the frames, reconstructed apart.'])
    );
  });
  return note + parts.join('\n');
}

function limit({ psizeM, ...report }: ResolutionReport, resolution: Resolution): string {
  const inPixels = report.inPixels === true;
  if (resolution.halfPeriodM !== null) return lengthText(resolution.halfPeriodM, inPixels);
  if (resolution.limit === 'pixel size')
    return `limited by the pixel size, ${lengthText(Math.max(...psizeM), inPixels)}`;
  return resolution.limit === 'identical'
    ? 'none: both halves are the same object'
    : 'none: nothing in common';
}

function statisticsHtml({ about, content }: Gathered): string {
  const fields: readonly StoredField[] = Object.values(content.objects);
  const inPixels = fields.some((field) => field.inPixels === true);
  return Object.entries(about.statistics)
    .map(([label, statistics]) => table(`Scan ${label}`, statisticsRows(statistics, inPixels)))
    .join('\n');
}

function parametersHtml(parameters: readonly ParameterRow[]): string {
  if (parameters.length === 0) return '<p>The file holds none.</p>';
  const differing = parameters.filter(({ differs }) => differs);
  const usual = parameters.filter(({ differs }) => !differs);
  const rows = (those: readonly ParameterRow[], withDefault: boolean): string =>
    those
      .map(
        ({ name, value, default: other }) =>
          `<tr><th scope="row"><code>${escapeText(name)}</code></th><td>${escapeText(value)}</td>${withDefault ? `<td>${escapeText(other ?? '–')}</td>` : ''}</tr>`,
      )
      .join('\n');
  return `<table>
<caption>What differs from the defaults, or has none</caption>
<thead><tr><th scope="col">parameter</th><th scope="col">value</th><th scope="col">default</th></tr></thead>
<tbody>
${rows(differing, true)}
</tbody>
</table>
<details><summary>${usual.length} parameters with their default values</summary>
<table>
<caption>As by default</caption>
<thead><tr><th scope="col">parameter</th><th scope="col">value</th></tr></thead>
<tbody>
${rows(usual, false)}
</tbody>
</table></details>`;
}

/** `2026-11-28 05:34` in local time. */
function dateText(date: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
