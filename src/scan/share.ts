/** What a rank has of a chunk as it was loaded, and the positions of the whole chunk. */
import { sliceFirst, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { LoadedFrames, RawFrames } from '../frames/raw.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { positionsArray, stack } from './load.ts';

export interface LoadedShare {
  readonly raw: RawFrames;
  /** (n, 2) m, where they were measured with the frames. */
  readonly positions: NdArray<'float64'> | undefined;
}

/** What the class `name` loaded for these scan points. Throws a DataError when it does not fit together. */
export function loadedShare(loaded: LoadedFrames, asked: readonly number[], name: string): LoadedShare {
  const data = stack(loaded.frames, 'frame');
  const indices = loaded.indices ?? asked;
  requireAsked(indices, asked, name);
  if (data.shape.length !== 3 || data.shape[0] !== indices.length) {
    throw new DataError(
      `${name}.load returned frames of shape (${data.shape.join(', ')}) for ${indices.length} scan points; expected (${indices.length}, rows, cols)`,
    );
  }
  const weights = loaded.weights === undefined ? undefined : stack(loaded.weights, 'weight');
  const positions =
    loaded.positions === undefined ? undefined : positionsArray(loaded.positions, `${name}.load`);
  if (positions !== undefined && positions.shape[0] !== indices.length) {
    throw new DataError(`${name}.load returned ${indices.length} frames but ${positions.shape[0]} positions`);
  }
  return { raw: { data, weights, indices, region: loaded.region }, positions };
}

/** What `load` of the class `name` was asked for is what its frames are labelled with. */
function requireAsked(indices: readonly number[], asked: readonly number[], name: string): void {
  const left = new Set(asked);
  for (const index of indices) {
    if (left.delete(index)) continue;
    if (asked.includes(index))
      throw new DataError(`${name}.load returned scan point ${index} more than once`);
    throw new DataError(
      `${name}.load returned scan point ${index}, which was not asked for; override indexOf where frames come in another order`,
    );
  }
}

/** Frames `start` … `stop` − 1 of what the master loaded. */
export function partOfShare({ raw, positions }: LoadedShare, start: number, stop: number): LoadedShare {
  const { data, weights, region, indices } = raw;
  return {
    raw: {
      data: sliceFirst(data, start, stop),
      weights: weights?.shape.length === 3 ? sliceFirst(weights, start, stop) : weights,
      indices: indices.slice(start, stop),
      region,
    },
    positions: positions === undefined ? undefined : sliceFirst(positions, start, stop),
  };
}

/** Of these scan points, (n, 2) m, among those of the whole scan. */
export function positionsAt(
  scan: NdArray<'float64'> | undefined,
  indices: readonly number[],
): NdArray<'float64'> {
  if (scan === undefined) throw new DataError('the scan has no positions');
  const data = new Float64Array(indices.length * 2);
  indices.forEach((index, i) => {
    if (index < 0 || index >= scan.shape[0]) {
      throw new DataError(`scan point ${index} has no position: there are ${scan.shape[0]} positions`);
    }
    data.set(scan.data.subarray(2 * index, 2 * index + 2), 2 * i);
  });
  return { dtype: 'float64', shape: [indices.length, 2], data };
}

/**
 * Of a chunk's `frames` frames, (n, 2) m, measured with them on all ranks by the class `name`. Undefined where none came, which
 * is an error unless there are positions of the whole scan. Collective.
 */
export async function measuredPositions(
  here: NdArray<'float64'> | undefined,
  frames: number,
  communicator: Communicator,
  { name, isWhole }: { readonly name: string; readonly isWhole: boolean },
): Promise<NdArray<'float64'> | undefined> {
  const parts = await communicator.allGather(here?.data ?? new Float64Array());
  const found = parts.reduce((sum, part) => sum + part.length / 2, 0);
  if (found === 0 && isWhole) return undefined;
  if (found !== frames) {
    const missing = isWhole
      ? `${name}.load returns positions with some frames but not with others`
      : `${name} returns them neither in loadPositions() nor in load()`;
    throw new DataError(`${frames} frames were loaded but ${found} positions: ${missing}`);
  }
  const data = new Float64Array(frames * 2);
  let offset = 0;
  for (const part of parts) {
    data.set(part, offset);
    offset += part.length;
  }
  return { dtype: 'float64', shape: [frames, 2], data };
}
