/** Positions of the frames from the datasets of the slow and the fast axis, in whichever layout they are stored. */
import { sizeOf } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { OpenFiles } from './files.ts';
import { mapScan, type ScanMap, type Values } from './layout.ts';
import type { Hdf5Parameters } from './parameters.ts';
import { describeSource, type PositionSource } from './sources.ts';
import type { Stack } from './stack.ts';
import { lengthOf, warnOfUnit } from './units.ts';

/**
 * Slow and fast positions (m) of every frame of `data`. Throws a DataError with all shapes when no layout fits, and when
 * a position is not a finite number.
 */
export async function readPositions(
  files: OpenFiles,
  info: Hdf5Parameters,
  data: Stack,
  [slow, fast]: readonly [PositionSource, PositionSource],
  log: Log,
): Promise<ScanMap> {
  const [slowValues, fastValues] = [await files.numbers(slow), await files.numbers(fast)];
  const map = pairPositions(() => [data.leading], data, [slow, slowValues], [fast, fastValues]);
  const inMetres = async (values: Float64Array, source: PositionSource): Promise<Float64Array> => {
    requireFinite(values, source);
    const conversion = await lengthOf(files, source, source.multiplier);
    warnOfUnit(info, conversion, log);
    return values.map(conversion.apply);
  };
  return { grid: map.grid, slow: await inMetres(map.slow, slow), fast: await inMetres(map.fast, fast) };
}

/**
 * Slow and fast positions, as they are stored, of frames with the first leading axes that fit, of those that `leadings`
 * proposes. Throws a DataError with all shapes when none does.
 */
export function pairPositions(
  leadings: (slow: Values, fast: Values) => readonly (readonly number[])[],
  data: Stack,
  [slow, slowValues]: readonly [PositionSource, Values],
  [fast, fastValues]: readonly [PositionSource, Values],
): ScanMap & { readonly leading: readonly number[] } {
  const slowCandidates = candidates(slow, slowValues, data);
  const fastCandidates = candidates(fast, fastValues, data);
  for (const a of slowCandidates) {
    for (const b of fastCandidates) {
      for (const leading of leadings(a, b)) {
        const map = mapScan(leading, a, b);
        if (map !== undefined) return { ...map, leading };
      }
    }
  }
  throw mismatch(data, [slow, slowValues, slowCandidates], [fast, fastValues, fastCandidates]);
}

/** The dataset as it is or without its outer axes, and where an index is given, that column or row of it. */
function candidates(source: PositionSource, values: Values, data: Stack): Values[] {
  const ways = [values, ...withoutOuter(values, data.outer)];
  if (source.index === null) return ways;
  const index = source.index;
  const found = ways.flatMap(({ shape, data: numbers }) => {
    const last = shape.length - 1;
    // The axis that tells the coordinates apart is the shorter one.
    const axes = last > 0 && shape[last] < shape[0] ? [last, 0] : [0, last];
    return axes
      .filter((axis) => shape.length > 1 && index < shape[axis])
      .map((axis) => take({ shape, data: numbers }, axis, index));
  });
  if (found.length > 0) return found;
  throw new DataError(
    `${source.indexName} ${index} does not fit ${describeSource(source)} of shape (${values.shape.join(', ')}): ` +
      'expected a column or row of a dataset with two axes or more',
  );
}

/** The item at the outer index, if these values have such axes. */
export function withoutOuter(values: Values, outer: readonly number[]): Values[] {
  if (outer.length === 0 || values.shape.length < outer.length) return [];
  if (outer.some((index, axis) => index >= values.shape[axis])) return [];
  return [outer.reduce((rest, index) => take(rest, 0, index), values)];
}

/** Item `index` along one axis. */
export function take({ shape, data }: Values, axis: number, index: number): Values {
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const out = new Float64Array(outer * inner);
  for (let o = 0; o < outer; o++) {
    const from = (o * shape[axis] + index) * inner;
    out.set(data.subarray(from, from + inner), o * inner);
  }
  return { shape: [...shape.slice(0, axis), ...shape.slice(axis + 1)], data: out };
}

function requireFinite(values: Float64Array, source: PositionSource): void {
  const bad = values.findIndex((x) => !Number.isFinite(x));
  if (bad !== -1) {
    const count = values.reduce((sum, x) => sum + (Number.isFinite(x) ? 0 : 1), 0);
    throw new DataError(
      `${describeSource(source)}: ${count} of ${values.length} positions are not numbers, the first is that of frame ${bad}`,
    );
  }
}

function mismatch(
  data: Stack,
  ...axes: readonly (readonly [PositionSource, Values, readonly Values[]])[]
): DataError {
  const [slow, fast] = axes.map(([source, values, ways]) => {
    const used = ways[0] ?? values;
    return `${used.data.length} in ${describeSource(source)} of shape (${values.shape.join(', ')})`;
  });
  const leading = data.leading.join(', ');
  return new DataError(
    `frames and positions do not match: ${sizeOf(data.leading)} frames in ${describeSource(data)} of leading shape (${leading}), ` +
      `slow positions: ${slow}, fast positions: ${fast}. Nothing was dropped, because it is unknown which belong together; ` +
      'expected a position for each frame, or slow × fast of them',
  );
}
