/** Frames on their way into a file and out of it. */
import type { DType, NdArray, RealDType } from '../array/ndarray.ts';

/** An array that comes in slices along its first axis, in order; each may be asked for once. */
export interface Slices<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  slices(): AsyncIterable<NdArray<D>>;
}

/** One chunk as it is stored: the frames of all ranks. */
export interface StoredChunk {
  readonly num: number;
  /** (M) scan-point indices. */
  readonly indices: readonly number[];
  /** (M, 2) m, (y, x). */
  readonly positions: NdArray<'float64'>;
  /** (M, rows, cols) */
  readonly data: Slices<RealDType>;
  /** (M, rows, cols), or `undefined` when every weight is 1. */
  readonly weights: Slices<RealDType> | undefined;
}

/** Frames as they are read from a file, of any of its chunks. */
export interface StoredFrames {
  /** (n, rows, cols) */
  readonly data: NdArray<RealDType>;
  /** (n, rows, cols); `undefined` when no chunk read here has any. */
  readonly weights: NdArray<RealDType> | undefined;
  /** (n, 2) m */
  readonly positions: NdArray<'float64'>;
  readonly indices: readonly number[];
}
