/** A Fourier ring correlation over spatial frequency with its thresholds, and where it falls below them. */
import { scaleLinear } from 'd3-scale';
import { line as linePath } from 'd3-shape';
import { DataError } from '../../errors.ts';
import { styleOf } from '../panels/line-style.ts';
import { formatNumber } from '../panels/numbers.ts';
import { frequencyUnit, lengthUnit, linearTicks, type Tick } from '../panels/scales.ts';
import { element, FONT_SIZE, INK, line, picture, text } from '../panels/svg.ts';
import { fitText, textWidth } from '../panels/text-width.ts';

export interface FrcFigure {
  /** Spatial frequencies, 1/m, growing from above 0. */
  readonly frequency: readonly number[];
  /** −1 to 1, one value for each frequency, as the thresholds. */
  readonly correlation: readonly number[];
  readonly thresholds: readonly FrcThreshold[];
  /** Frequencies are in 1/pixel: metres are not known. */
  readonly inPixels?: boolean | undefined;
  readonly title?: string;
  /** 1/m: below, rings have too few pixels to decide anything, and are shaded. */
  readonly decidesFrom?: number;
}

export interface FrcThreshold {
  /** E.g. `½ bit`. */
  readonly name: string;
  readonly values: readonly number[];
  /** Frequency at which the correlation first falls below it, 1/m; null: nowhere. */
  readonly crossing: number | null;
  /** Why it falls below nowhere, in a few words. */
  readonly reason?: string;
}

const WIDTH = 900;
const PLOT_HEIGHT = 380;
const MARGIN = 14;
const LEFT = 70;
const TOP = 92;
const LEGEND_LINE = 40;
const LEGEND_ROW = 24;
const RADIUS = 5;
/** Lighter than the grid is dark. */
const SHADE = '#ececec';

/** SVG of the figure: frequency below, the half period 1/(2f) above. DataError when there are no frequencies, or lengths differ. */
export function frcSvg(figure: FrcFigure): string {
  const { frequency, correlation, thresholds, inPixels = false, title, decidesFrom = 0 } = figure;
  const count = frequency.length;
  if (
    count === 0 ||
    [correlation, ...thresholds.map(({ values }) => values)].some((v) => v.length !== count)
  ) {
    throw new DataError(
      `Fourier ring correlation of ${count} frequencies to draw: correlation and thresholds must have as many values`,
    );
  }
  const last = frequency[count - 1];
  const { unit, metres } = frequencyUnit(last, inPixels);
  const rows = legend(thresholds, decidesFrom > frequency[0], inPixels);
  const legendWidth = Math.max(...rows.map((row) => (row.sample === 'none' ? 0 : INDENT) + row.width));
  const width = Math.floor(WIDTH - MARGIN - legendWidth - 20 - LEFT);
  const bottom = TOP + PLOT_HEIGHT;
  const x = scaleLinear([0, last], [LEFT, LEFT + width]);
  const lowest = Math.min(0, Math.floor(10 * Math.min(...correlation)) / 10);
  const y = scaleLinear([lowest, 1.05], [bottom, TOP]);

  // Halfway to the ring before.
  const shaded = decidesFrom > frequency[0] ? x(decidesFrom - frequency[0] / 2) - LEFT : 0;
  const parts = [
    ...(shaded > 0
      ? [element('rect', { x: LEFT, y: TOP, width: shaded, height: PLOT_HEIGHT, fill: SHADE })]
      : []),
    text(WIDTH / 2, 27, fitText(title ?? 'Fourier ring correlation', FONT_SIZE.title, WIDTH - 2 * MARGIN), {
      anchor: 'middle',
      size: FONT_SIZE.title,
    }),
  ];
  for (const tick of linearTicks([lowest, 1.05], PLOT_HEIGHT, 'vertical')) {
    const at = y(tick.value);
    parts.push(
      line(LEFT, at, LEFT + width, at, { stroke: tick.value === 0 ? INK.quiet : INK.grid }),
      line(LEFT - 5, at, LEFT, at),
      text(LEFT - 9, at + FONT_SIZE.tick * 0.36, tick.text, { anchor: 'end' }),
    );
  }
  for (const tick of linearTicks([0, last * metres], width, 'horizontal')) {
    const at = x(tick.value / metres);
    parts.push(line(at, bottom, at, bottom + 5), text(at, bottom + 19, tick.text, { anchor: 'middle' }));
  }
  const periods = lengthUnit(0.5 / last, inPixels);
  for (const tick of periodTicks(0.5 / last, periods.metres, (f) => x(f))) {
    const at = x(0.5 / tick.value);
    parts.push(line(at, TOP - 5, at, TOP), text(at, TOP - 9, tick.text, { anchor: 'middle' }));
  }
  const curves = [...thresholds.map(({ values }) => values), correlation];
  curves.forEach((values, i) => {
    // The correlation is the first in the legend, and is drawn last.
    const style = styleOf(i === thresholds.length ? 0 : i + 1);
    const points = values.map((value, k): [number, number] => [x(frequency[k]), y(value)]);
    parts.push(
      element('path', {
        d: linePath().digits(1)(points) ?? undefined,
        fill: 'none',
        stroke: style.stroke,
        'stroke-width': 2,
        'stroke-linejoin': 'round',
        'stroke-dasharray': style.dashes,
      }),
    );
  });
  thresholds.forEach(({ values, crossing }, i) => {
    if (crossing === null) return;
    const { stroke } = styleOf(i + 1);
    const [at, height] = [x(crossing), y(interpolate(frequency, values, crossing))];
    parts.push(line(at, height, at, bottom, { stroke, 'stroke-dasharray': '1 3' }), mark(at, height, stroke));
  });
  parts.push(
    element('rect', { x: LEFT, y: TOP, width, height: PLOT_HEIGHT, fill: 'none', stroke: INK.axis }),
    text(LEFT + width / 2, bottom + 42, `spatial frequency (1/${unit})`, label),
    text(LEFT + width / 2, TOP - 30, `half period (${periods.unit})`, label),
    text(MARGIN + FONT_SIZE.label, TOP + PLOT_HEIGHT / 2, 'correlation', { ...label, upwards: true }),
    ...drawLegend(rows, LEFT + width + 20),
  );
  return picture(WIDTH, bottom + 54, ...parts);
}

const label = { anchor: 'middle', size: FONT_SIZE.label } as const;

function mark(cx: number, cy: number, stroke: string): string {
  return element('circle', { cx, cy, r: RADIUS, fill: '#ffffff', stroke, 'stroke-width': 2 });
}

interface LegendRow {
  readonly words: string;
  /** px */
  readonly width: number;
  readonly sample: 'line' | 'mark' | 'shade' | 'blank' | 'none';
  /** Of the line or the mark. */
  readonly style: number;
}

/** The lines and the shade, then the crossings, by the order of the thresholds; why one is not crossed on a row of its own. */
function legend(thresholds: readonly FrcThreshold[], isShaded: boolean, inPixels: boolean): LegendRow[] {
  const row = (words: string, sample: LegendRow['sample'], style = 0): LegendRow => {
    const size = sample === 'none' ? FONT_SIZE.tick : FONT_SIZE.label;
    return { words, sample, style, width: textWidth(words, size) };
  };
  const rows = [
    row('correlation', 'line'),
    ...thresholds.map(({ name }, i) => row(`${name} threshold`, 'line', i + 1)),
    ...(isShaded ? [row('too few pixels', 'shade')] : []),
  ];
  if (thresholds.length > 0) rows.push(row('half period at the crossing', 'none'));
  thresholds.forEach(({ name, crossing, reason }, i) => {
    if (crossing === null) {
      rows.push(row(`${name}: not crossed`, 'blank'));
      if (reason !== undefined) rows.push(row(reason, 'blank'));
      return;
    }
    const { unit, metres } = lengthUnit(0.5 / crossing, inPixels);
    rows.push(row(`${name}: ${formatNumber(0.5 / crossing / metres)} ${unit}`, 'mark', i + 1));
  });
  return rows;
}

/** Where words begin beside their samples, px. */
const INDENT = LEGEND_LINE + 8;

function drawLegend(rows: readonly LegendRow[], from: number): string[] {
  return rows.map(({ words, sample, style }, i) => {
    const y = TOP + 14 + i * LEGEND_ROW;
    if (sample === 'none') return text(from, y + 5, words, { fill: INK.quiet });
    const { stroke, dashes } = styleOf(style);
    const shown = {
      line: line(from, y, from + LEGEND_LINE, y, { stroke, 'stroke-width': 2, 'stroke-dasharray': dashes }),
      mark: mark(from + LEGEND_LINE / 2, y, stroke),
      shade: element('rect', { x: from, y: y - 8, width: LEGEND_LINE, height: 16, fill: SHADE }),
      blank: '',
    };
    return shown[sample] + text(from + INDENT, y + 5, words, { size: FONT_SIZE.label });
  });
}

/** Digits that half periods are labelled with, the most welcome first. */
const DIGITS = [[1], [2, 5], [3], [1.5, 4, 7], [2.5, 6, 8]];

/** Half periods in m from `smallest` on, as many as keep apart on an axis that is even in frequency. */
function periodTicks(smallest: number, metres: number, place: (perM: number) => number): Tick[] {
  const first = Math.floor(Math.log10(smallest / metres));
  const taken: { readonly from: number; readonly to: number }[] = [];
  return DIGITS.flatMap((digits) =>
    [first, first + 1].flatMap((exponent) =>
      digits.flatMap((digit): Tick[] => {
        const shown = Number((digit * 10 ** exponent).toPrecision(2));
        const value = shown * metres;
        const content = formatNumber(shown);
        const half = textWidth(content, FONT_SIZE.tick) / 2 + 9;
        const at = place(0.5 / value);
        const isFree = taken.every(({ from, to }) => at - half >= to || at + half <= from);
        if (value < smallest * (1 - 1e-9) || !isFree) return [];
        taken.push({ from: at - half, to: at + half });
        return [{ value, text: content }];
      }),
    ),
  );
}

function interpolate(xs: readonly number[], ys: readonly number[], at: number): number {
  const next = Math.max(
    1,
    xs.findIndex((value) => value >= at),
  );
  const part = (at - xs[next - 1]) / (xs[next] - xs[next - 1]);
  return ys[next - 1] + part * (ys[next] - ys[next - 1]);
}
