/**
 * Crop or pad frames to a region around the optical axis. Exact in every element type; padding is zero.
 */
import { allocate, type NdArray, type RealDType } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Region } from '../../frames/region.ts';

/** Rounds half to even, as numpy does; the convention for centres (spec: conventions). */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const diff = x - floor;
  if (diff !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The region of `shape` (rows, cols) around `center`: its first row is round(center) − rows//2. */
export function regionAround(center: Pair, shape: Pair): Region {
  return {
    row: roundHalfEven(center[0]) - Math.floor(shape[0] / 2),
    col: roundHalfEven(center[1]) - Math.floor(shape[1] / 2),
    rows: shape[0],
    cols: shape[1],
  };
}

/** Optical axis after cropping around it: (rows//2, cols//2). */
export function centerOfRegion(shape: Pair): Pair {
  return [Math.floor(shape[0] / 2), Math.floor(shape[1] / 2)];
}

/** The part of `region` that lies on a frame of `shape`; `undefined` when there is none. */
export function clipRegion(region: Region, shape: Pair): Region | undefined {
  const row = Math.max(0, region.row);
  const col = Math.max(0, region.col);
  const rows = Math.min(shape[0], region.row + region.rows) - row;
  const cols = Math.min(shape[1], region.col + region.cols) - col;
  return rows > 0 && cols > 0 ? { row, col, rows, cols } : undefined;
}

/**
 * `region` of each frame of a stack (n, rows, cols), or of one frame (rows, cols). Pixels outside the frame are zero.
 * Returns the array itself when nothing changes.
 */
export function cropPad<D extends RealDType>(array: NdArray<D>, region: Region): NdArray<D> {
  const [height, width] = array.shape.slice(-2);
  if (region.row === 0 && region.col === 0 && region.rows === height && region.cols === width) return array;
  const count = array.shape.length === 2 ? 1 : array.shape[0];
  const out = allocate(array.dtype, count * region.rows * region.cols);
  const inside = clipRegion(region, [height, width]);
  if (inside !== undefined) {
    const source = array.data;
    for (let n = 0; n < count; n++) {
      for (let r = 0; r < inside.rows; r++) {
        const from = (n * height + inside.row + r) * width + inside.col;
        const to = (n * region.rows + inside.row - region.row + r) * region.cols + inside.col - region.col;
        out.set(source.subarray(from, from + inside.cols), to);
      }
    }
  }
  const shape = [...array.shape.slice(0, -2), region.rows, region.cols];
  return { dtype: array.dtype, shape, data: out };
}
