/**
 * A scan whose files are still being written: which frames, and positions, are there by now. Only the master looks; what it
 * found makes its way to the other ranks as plain data.
 */
import { sizeOf } from '../../array/ndarray.ts';
import { ConfigError, DataError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { OpenFiles } from './files.ts';
import { selectFrames, squeeze, type Values } from './layout.ts';
import type { Hdf5Parameters } from './parameters.ts';
import { pairPositions, take, withoutOuter } from './positions.ts';
import {
  describeSource,
  liveSources,
  positionSources,
  sourceOf,
  type PositionSource,
  type Source,
} from './sources.ts';
import type { Stack } from './stack.ts';
import { findFrames, surveyOf, type Survey } from './survey.ts';
import { lengthOf, warnOfUnit } from './units.ts';

/** What one look found. Scan points are numbered after bounds and skip. */
export interface LiveView {
  /** Storage number of the frame of each scan point that is known of. */
  readonly frames: Int32Array;
  /** (y, x) of each, m; NaN where they are not there yet. Undefined when `positions_theory` rules. */
  readonly positions: Float64Array | undefined;
  /** Scan points whose frames and positions are complete, ascending. */
  readonly ready: readonly number[];
  /** Scan points that the scan will have; null while nothing tells. */
  readonly total: number | null;
}

/** Which entries are complete: those that are not zero, or so many of the first. */
type Progress = { readonly count: number } | { readonly flags: Float64Array };

/** Axes that may still grow are as long as numbers allow. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** What all frames share. Per-frame corrections cannot be told complete from absent: they are refused. */
export async function liveSurvey(
  files: OpenFiles,
  info: Hdf5Parameters,
  follow: boolean,
  log: Log,
): Promise<Survey> {
  const data = await findFrames(files, info);
  const grows = follow && (await canGrow(files, data, data.outer.length));
  const stack: Stack = grows ? { ...data, leading: [UNBOUNDED, ...data.leading.slice(1)] } : data;
  for (const source of positionSources(info) ?? []) {
    warnOfUnit(info, await lengthOf(files, source, source.multiplier), log);
  }
  const known = { data: stack, frames: new Int32Array(), scale: undefined, positions: undefined };
  const found = await surveyOf(files, info, known, log);
  const { mask, dark, flat } = found.rawMeta.hdf5;
  const perFrame = [
    ...(mask === undefined ? [] : (['mask'] as const)),
    ...(dark?.kind === 'stack' ? (['darkfield'] as const) : []),
    ...(flat?.kind === 'stack' ? (['flatfield'] as const) : []),
  ];
  if (perFrame.length > 0) {
    const message = `is laid out like the frames; while the scan is measured, (${data.frame.join(', ')}) for all frames is accepted`;
    throw new ConfigError(perFrame.map((group) => ({ path: sourceOf(info, group)?.name ?? group, message })));
  }
  return found;
}

/** What is there by now. `follow`: what can grow will. */
export async function look(files: OpenFiles, info: Hdf5Parameters, follow: boolean): Promise<LiveView> {
  const data = await findFrames(files, info);
  const grows = follow && (await canGrow(files, data, data.outer.length));
  const live = liveSources(info);
  const progress = await progressOf(files, live.frames, data.outer);
  const present = await presentFrames(files, data);
  const { leading, grid, slow, fast } = await positionsSoFar(files, info, data, { grows, follow });
  const isKnown = !grows || leading !== data.leading;
  const frames = selectSoFar(grid, info, isKnown);
  const has = (frame: number): boolean =>
    present[frame] === 1 &&
    isComplete(progress, frame) &&
    (slow === undefined || (Number.isFinite(slow[frame]) && Number.isFinite(fast[frame])));
  const ready: number[] = [];
  frames.forEach((frame, point) => {
    if (has(frame)) ready.push(point);
  });
  return {
    frames,
    positions: slow === undefined ? undefined : pairs(frames, slow, fast),
    ready,
    total: isKnown ? frames.length : null,
  };
}

type SoFar = { readonly leading: readonly number[]; readonly grid: readonly number[] } & (
  | { readonly slow: Float64Array; readonly fast: Float64Array }
  | { readonly slow: undefined; readonly fast: undefined }
);

/** Positions (m) of the frames by storage number, NaN where they are not there yet, and the axes of the whole scan. */
async function positionsSoFar(
  files: OpenFiles,
  info: Hdf5Parameters,
  data: Stack,
  { grows, follow }: { grows: boolean; follow: boolean },
): Promise<SoFar> {
  const sources = positionSources(info);
  const squeezed = squeeze(data.leading);
  if (sources === undefined)
    return { leading: data.leading, grid: squeezed, slow: undefined, fast: undefined };
  const live = liveSources(info);
  const [slow, fast] = [
    await readSoFar(files, sources[0], live.slow, data, follow),
    await readSoFar(files, sources[1], live.fast, data, follow),
  ];
  if (slow.grows !== fast.grows) {
    const [growing, fixed] = slow.grows ? sources : [sources[1], sources[0]];
    throw new DataError(
      `${describeSource(growing)} grows, ${describeSource(fixed)} does not: it is unknown which position belongs to which frame; expected both or neither to grow`,
    );
  }
  if (slow.grows) {
    const count = sizeOf(data.leading);
    const full = (axis: typeof slow): Float64Array => {
      const list = asList(axis, data.outer);
      return masked(
        axis,
        Float64Array.from({ length: count }, (_, i) => (i < list.length ? list[i] : NaN)),
      );
    };
    return { leading: data.leading, grid: squeezed, slow: full(slow), fast: full(fast) };
  }
  const leadings = (a: Values, b: Values): (readonly number[])[] =>
    grows ? growthOf(data.leading, a, b) : [[...data.leading]];
  const map = pairPositions(leadings, data, [slow.source, slow.values], [fast.source, fast.values]);
  return { leading: map.leading, grid: map.grid, slow: masked(slow, map.slow), fast: masked(fast, map.fast) };
}

interface AxisSoFar {
  readonly source: PositionSource;
  /** NaN where its own live key says that it is not there yet. */
  readonly values: Values;
  readonly grows: boolean;
  /** Of frames, where the live key is not laid out like the positions. */
  readonly progress: Progress | undefined;
  /** To metres. */
  readonly convert: (stored: number) => number;
}

async function readSoFar(
  files: OpenFiles,
  source: PositionSource,
  key: Source | undefined,
  { outer }: Stack,
  follow: boolean,
): Promise<AxisSoFar> {
  const progress = await progressOf(files, key, outer);
  const values = await files.numbersSoFar(source);
  const grows =
    follow && (await canGrow(files, source, values.shape.length > outer.length ? outer.length : 0));
  const isLikeValues =
    progress !== undefined && 'flags' in progress && progress.flags.length === values.data.length;
  const convert = (await lengthOf(files, source, source.multiplier)).apply;
  if (!isLikeValues) return { source, values, grows, progress, convert };
  const data = values.data.map((value, i) => (isComplete(progress, i) ? value : NaN));
  return { source, values: { ...values, data }, grows, progress: undefined, convert };
}

/** Metres; NaN where a frame's position is not complete. */
function masked({ convert, progress }: AxisSoFar, values: Float64Array): Float64Array {
  return values.map((value, i) => (isComplete(progress, i) ? convert(value) : NaN));
}

/** A growing list of positions, or a column of one: along the axis that grows, without the outer ones. */
function asList({ source, values }: AxisSoFar, outer: readonly number[]): Float64Array {
  const { index } = source;
  const least = outer.length + (index === null ? 1 : 2);
  const [own] = values.shape.length < least ? [values] : [...withoutOuter(values, outer), values];
  if (index === null) return own.data;
  const last = own.shape.length - 1;
  if (last === 0 || index >= own.shape[last]) {
    throw new DataError(
      `${source.indexName} ${index} does not fit ${describeSource(source)} of shape (${values.shape.join(', ')}): expected a column of a list that grows`,
    );
  }
  return take(own, last, index).data;
}

/** Axes that the frames may have in the end: as many as there are positions, if those are not fewer than the frames. */
function growthOf(leading: readonly number[], slow: Values, fast: Values): (readonly number[])[] {
  const inner = sizeOf(leading.slice(1));
  const counts = [slow.data.length, slow.data.length * fast.data.length];
  return counts
    .filter((count) => Number.isInteger(count / inner) && count / inner >= leading[0])
    .map((count) => [count / inner, ...leading.slice(1)]);
}

/** Bounds and skip; of a scan whose end is not known they may select nothing yet. */
function selectSoFar(grid: readonly number[], { positions }: Hdf5Parameters, isKnown: boolean): Int32Array {
  const { bounding_box: box, skip } = positions;
  const lowest = (bounds: number | readonly [number, number] | null): number =>
    bounds === null ? 0 : typeof bounds === 'number' ? bounds : bounds[0];
  const first = lowest(box.slow_axis_bounds);
  const begin = grid.length === 1 ? Math.max(first, lowest(box.fast_axis_bounds)) : first;
  if (!isKnown && begin >= grid[0]) return new Int32Array();
  return selectFrames(grid, {
    slowBounds: box.slow_axis_bounds,
    fastBounds: box.fast_axis_bounds,
    skip,
    filter: undefined,
    order: null,
  });
}

/** 1 for each frame, by storage number, whose data are there; a virtual dataset may be waiting for its sources. */
async function presentFrames(files: OpenFiles, { outer, leading, ...source }: Stack): Promise<Uint8Array> {
  const { h5, shape } = await files.find(source);
  const size = sizeOf(leading);
  const first = outer.reduce((sum, index, axis) => sum * shape[axis] + index, 0);
  return h5.present(source.key, outer.length + leading.length).subarray(first * size, (first + 1) * size);
}

async function canGrow(files: OpenFiles, source: Source, axis: number): Promise<boolean> {
  return (await files.find(source)).canGrow[axis] ?? false;
}

/** One number that cannot become several is a count. */
async function progressOf(
  files: OpenFiles,
  source: Source | undefined,
  outer: readonly number[],
): Promise<Progress | undefined> {
  if (source === undefined) return undefined;
  const grows = (await files.find(source)).canGrow.includes(true);
  const values = await files.numbersSoFar(source);
  const [{ data }] = [...withoutOuter(values, outer), values];
  return data.length === 1 && !grows ? { count: data[0] } : { flags: data };
}

function isComplete(progress: Progress | undefined, index: number): boolean {
  if (progress === undefined) return true;
  if ('count' in progress) return index < progress.count;
  return Math.abs(progress.flags[index]) > 0;
}

function pairs(frames: Int32Array, slow: Float64Array, fast: Float64Array): Float64Array {
  const data = new Float64Array(2 * frames.length);
  frames.forEach((frame, point) => {
    data[2 * point] = slow[frame];
    data[2 * point + 1] = fast[frame];
  });
  return data;
}
