/** Everything that a report tells of a `.ptyr`. */
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { DataError, FileError } from '../../errors.ts';
import { historyLines } from '../../pictures/figures/history-figure.ts';
import { CYCLIC, GREYS, VIRIDIS, type ColourMap } from '../../pictures/panels/colour-maps.ts';
import { isMapping } from '../../params/values.ts';
import { readAbout, type About } from '../../ptyr/about.ts';
import { readPtyr, type PtyrContent } from '../../ptyr/reader.ts';
import { moved } from '../../quality/moved.ts';
import { readStoredRun } from '../config/stored-run.ts';
import type { ResolutionReport } from '../reports.ts';
import { halfName } from '../results/file-names.ts';
import { fluencesOf } from '../results/plot-result.ts';
import { resolutionOf } from '../results/resolution.ts';
import { drawnHistory } from '../results/save-pictures.ts';
import { registryWith } from '../scan-modules/load.ts';
import { fitFields, planObject, planProbe, type ReportField } from './fields.ts';
import type { CurveData, PointsData } from './page/data.ts';
import { parameterGroups, type ParameterRow } from '../config/parameter-rows.ts';

/** A picture with what is to be said of it. */
export interface Described<T> {
  readonly data: T;
  readonly notes: readonly string[];
}

export interface Gathered {
  /** Name of the file, without its folder. */
  readonly file: string;
  readonly bytes: number;
  readonly about: About;
  readonly content: PtyrContent;
  readonly objects: readonly ReportField[];
  readonly probes: readonly ReportField[];
  readonly points: readonly Described<PointsData>[];
  readonly errors: CurveData | undefined;
  readonly resolutions: readonly { readonly report: ResolutionReport; readonly curve: CurveData }[];
  /** Why there is no resolution; empty where there is one. */
  readonly noResolution: string;
  readonly parameters: readonly ParameterRow[];
  readonly maps: { readonly phase: string; readonly cyclic: string; readonly amplitude: string };
}

/** Throws a `FileError` for what is not a `.ptyr`. */
export async function gather(file: string): Promise<Gathered> {
  const [content, about] = [await readPtyr(file), await readAbout(file)];
  const { config } = content;
  const configured = isMapping(config) && typeof config.run === 'string' ? config.run : undefined;
  const lit = fluencesOf(content);
  const named = (kind: string, fields: object, id: string): string =>
    Object.keys(fields).length > 1 ? `${kind} ${id}` : kind;
  const objects = Object.entries(content.objects).map(([id, field]) =>
    planObject(named('object', content.objects, id), field, Object.hasOwn(lit, id) ? lit[id] : undefined),
  );
  const probes = Object.entries(content.probes).map(([id, field]) =>
    planProbe(named('probe', content.probes, id), field),
  );
  const fields = fitFields([...objects, ...probes]);
  return {
    file: basename(file),
    bytes: statSync(file).size,
    about: { ...about, run: about.run ?? configured },
    content,
    objects: fields.slice(0, objects.length),
    probes: fields.slice(objects.length),
    points: pointsOf(content),
    errors: content.history.length === 0 ? undefined : errorCurve(content),
    ...(await resolutionsOf(file, content)),
    parameters: await parametersOf(file),
    maps: { phase: colours(VIRIDIS), cyclic: colours(CYCLIC), amplitude: colours(GREYS) },
  };
}

/** Points in a report, of each scan. */
const MOST_POINTS = 50_000;

function pointsOf({ positions: scans, objects }: PtyrContent): Described<PointsData>[] {
  return Object.entries(scans).map(([label, scan]) => {
    const n = scan.positions.shape[0];
    const step = Math.max(1, Math.ceil(n / MOST_POINTS));
    const rows = Array.from({ length: Math.ceil(n / step) }, (_, i) => i * step);
    const taken = ({ data }: { data: Float64Array }): number[] =>
      rows.flatMap((row) => [rounded(data[2 * row]), rounded(data[2 * row + 1])]);
    const { rmsM, largestM } = moved(scan);
    const inPixels = Object.hasOwn(objects, scan.objectId) && objects[scan.objectId].inPixels === true;
    return {
      data: {
        name: Object.keys(scans).length > 1 ? `positions of ${label}` : 'positions',
        inPixels,
        indices: rows.map((row) => scan.indices[row]),
        positions: taken(scan.positions),
        measured: largestM === 0 ? null : taken(scan.measured),
      },
      notes: [
        `${n} scan points. ${movedText(rmsM, largestM, inPixels)}`,
        ...(step === 1 ? [] : [`Every ${step}th point is shown here; the file has them all.`]),
      ],
    };
  });
}

function movedText(rmsM: number, largestM: number, inPixels: boolean): string {
  if (largestM === 0) return 'They are as measured.';
  const length = (x: number): string =>
    inPixels ? `${x.toPrecision(3)} pixels` : `${(x * 1e9).toPrecision(3)} nm`;
  return `They were refined: ${length(rmsM)} rms from the measured ones, at most ${length(largestM)}. Lines lead from there.`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(9));
}

function errorCurve({ history }: PtyrContent): CurveData {
  const { x, series, marks, breaks } = historyLines(drawnHistory(history));
  return {
    ...{ name: 'errors', xLabel: 'iteration', yLabel: 'error', log: true },
    ...{ x, marks: marks.map(({ x: at, name }) => ({ x: at, name })), breaks },
    series: series.map(({ name, values }) => ({ name, values: values.map(finite) })),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
}

/** From the halves of the frames, where they were reconstructed: their files lie beside this one. */
async function resolutionsOf(
  file: string,
  { objects }: PtyrContent,
): Promise<Pick<Gathered, 'resolutions' | 'noResolution'>> {
  const halves = ([1, 2] as const).map((half) => halfName(file, half));
  if (!halves.every((half) => existsSync(half))) {
    return {
      resolutions: [],
      noResolution: `Not known. With --half-sets a run reconstructs two halves of the frames; their files, ${halves.map((half) => basename(half)).join(' and ')}, are not beside this one.`,
    };
  }
  try {
    const [first, second] = [await readPtyr(halves[0]), await readPtyr(halves[1])];
    const ids = Object.keys(objects).filter(
      (id) => Object.hasOwn(first.objects, id) && Object.hasOwn(second.objects, id),
    );
    const resolutions = ids.map((object) => {
      const named = [first, second].map((content, i) => ({ name: basename(halves[i]), content, object }));
      const report = resolutionOf(named[0], named[1]);
      return { report, curve: frcCurve(report, ids.length > 1 ? ` of ${object}` : '') };
    });
    return { resolutions, noResolution: ids.length === 0 ? 'Not known: the halves hold other objects.' : '' };
  } catch (error) {
    if (!(error instanceof DataError || error instanceof FileError)) throw error;
    return { resolutions: [], noResolution: `Not known: ${error.message}` };
  }
}

function frcCurve({ curve, inPixels }: ResolutionReport, of: string): CurveData {
  const unit = inPixels === true ? 1 : 1e-6;
  const series = { correlation: curve.correlation, '½ bit': curve.halfBit, '1 bit': curve.oneBit };
  return {
    name: `resolution${of}`,
    xLabel: inPixels === true ? 'spatial frequency (1/pixel)' : 'spatial frequency (1/µm)',
    yLabel: 'Fourier ring correlation',
    log: false,
    x: curve.frequency.map((frequency) => frequency * unit),
    series: Object.entries(series).map(([name, values]) => ({ name, values: values.map(finite) })),
    marks: [],
    breaks: [],
  };
}

/** None where the file holds no configuration. */
async function parametersOf(file: string): Promise<ParameterRow[]> {
  try {
    const { tree } = await readStoredRun(file);
    return parameterGroups(tree, await registryWith()).flatMap(({ rows }) => rows);
  } catch (error) {
    if (error instanceof FileError && error.entry === 'content/pars') return [];
    throw error;
  }
}

function colours({ colours: all }: ColourMap): string {
  return Buffer.from(all.flat()).toString('base64');
}
