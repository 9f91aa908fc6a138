/** Frames and weights of any frames of a file, read in runs that lie together. */
import {
  allocate,
  isBig,
  isComplex,
  sizeOf,
  toNumbers,
  type NdArray,
  type RealDType,
} from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { H5File } from '../../hdf5/file.ts';
import type { StoredChunkInfo } from '../chunk-info.ts';
import { chunkPath } from '../format.ts';

/** Where one frame lies. */
export interface FrameRef {
  readonly index: number;
  readonly chunk: StoredChunkInfo;
  readonly offset: number;
}

/** (n, rows, cols), in the order of `refs`, of which there is at least one. */
export function readData(h5: H5File, refs: readonly FrameRef[]): NdArray<RealDType> {
  const dtype = commonType(refs.map(({ chunk }) => chunk.dtype));
  return assemble(refs, dtype, (run) => readRun(h5, run, 'data'));
}

/**
 * (n, rows, cols). Where a chunk has no weights of its own it is `common` (rows, cols), or 1; undefined when that is so for
 * all of them.
 */
export function readWeights(
  h5: H5File,
  refs: readonly FrameRef[],
  common: NdArray<RealDType> | undefined,
): NdArray<RealDType> | undefined {
  if (refs.every(({ chunk }) => chunk.weights === undefined)) return undefined;
  const dtype = commonType(refs.map(({ chunk }) => chunk.weights?.dtype ?? common?.dtype ?? 'uint8'));
  return assemble(refs, dtype, (run) => {
    const { chunk, count } = run;
    if (chunk.weights?.of === 'each') return readRun(h5, run, 'weights');
    const path = `${chunkPath(chunk.name)}/weights`;
    const shared =
      chunk.weights === undefined
        ? (common ?? onesWeight(chunk.frameShape))
        : { ...real(h5.read(path), path), shape: chunk.frameShape };
    return repeatFrame(shared, count);
  });
}

/** Frames that follow each other in one chunk. */
interface Run {
  readonly chunk: StoredChunkInfo;
  readonly offset: number;
  readonly count: number;
}

function runsOf(refs: readonly FrameRef[]): Run[] {
  const runs: Run[] = [];
  for (const { chunk, offset } of refs) {
    const last = runs.at(-1);
    if (last?.chunk === chunk && last.offset + last.count === offset) {
      runs[runs.length - 1] = { ...last, count: last.count + 1 };
    } else {
      runs.push({ chunk, offset, count: 1 });
    }
  }
  return runs;
}

function assemble(
  refs: readonly FrameRef[],
  dtype: RealDType,
  read: (run: Run) => NdArray<RealDType>,
): NdArray<RealDType> {
  const runs = runsOf(refs);
  if (runs.length === 1) return read(runs[0]);
  const shape = [refs.length, ...refs[0].chunk.frameShape];
  const data = allocate(dtype, sizeOf(shape));
  let filled = 0;
  for (const run of runs) {
    const part = read(run).data;
    data.set(part, filled);
    filled += part.length;
  }
  return { dtype, shape, data };
}

function readRun(h5: H5File, { chunk, offset, count }: Run, name: 'data' | 'weights'): NdArray<RealDType> {
  const path = `${chunkPath(chunk.name)}/${name}`;
  return real(h5.read(path, [{ start: offset, stop: offset + count }]), path);
}

/** Frames are real numbers; 64-bit counts become doubles (exact up to 2^53). */
function real(array: NdArray, path: string): NdArray<RealDType> {
  if (isBig(array.dtype)) {
    return { dtype: 'float64', shape: array.shape, data: Float64Array.from(toNumbers(array)) };
  }
  if (isComplex(array.dtype)) {
    throw new DataError(`${path} is ${array.dtype}; frames and weights are real numbers`);
  }
  return array as NdArray<RealDType>;
}

/** The weight (rows, cols) of frames that have none. */
export function onesWeight(frameShape: StoredChunkInfo['frameShape']): NdArray<RealDType> {
  return { dtype: 'uint8', shape: frameShape, data: new Uint8Array(sizeOf(frameShape)).fill(1) };
}

/** `frame` (rows, cols) `count` times. */
export function repeatFrame(frame: NdArray<RealDType>, count: number): NdArray<RealDType> {
  const size = frame.data.length;
  const data = allocate(frame.dtype, count * size);
  for (let n = 0; n < count; n++) data.set(frame.data, n * size);
  return { dtype: frame.dtype, shape: [count, ...frame.shape], data };
}

/** The element type if all have the same one; float64 holds any of them exactly. */
export function commonType(types: readonly RealDType[]): RealDType {
  return types.every((type) => type === types[0]) ? types[0] : 'float64';
}
