/** Where an object was lit: outside of it a reconstruction is what it was started with. */
import { DataError } from '../../errors.ts';
import { describe, isComplex, toNumbers, type NdArray } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Region } from '../../frames/region.ts';

/**
 * Lit is where the coverage exceeds this part of its 90th percentile: the plateau of a scan rather than its edge, and
 * neither the faint tails of the probe nor single bright elements.
 */
const LIT_SHARE = 0.1;

export interface LitRegion {
  /** Bounding box of the lit elements. */
  readonly region: Region;
  /** 1 where lit, 0 elsewhere; (rows, cols) of the whole array. */
  readonly lit: Uint8Array;
}

/**
 * Elements of `coverage` (rows, cols; views or illumination per element) above a tenth of the 90th percentile of
 * those above zero. Without any, everything counts as lit.
 */
export function litRegion(coverage: NdArray): LitRegion {
  if (coverage.shape.length !== 2 || isComplex(coverage.dtype)) {
    throw new DataError(`coverage is a real (rows, cols) array, got ${describe(coverage)}`);
  }
  const [rows, cols] = coverage.shape;
  const values = toNumbers(coverage);
  const covered = Float64Array.from(values)
    .filter((value) => value > 0 && value < Infinity)
    .sort();
  const lit = new Uint8Array(rows * cols);
  if (covered.length === 0) return { region: { row: 0, col: 0, rows, cols }, lit: lit.fill(1) };
  const threshold = LIT_SHARE * covered[Math.floor(0.9 * (covered.length - 1))];
  let [top, bottom, left, right] = [rows, 0, cols, 0];
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      if (!(values[row * cols + col] > threshold)) continue;
      lit[row * cols + col] = 1;
      top = Math.min(top, row);
      bottom = Math.max(bottom, row + 1);
      left = Math.min(left, col);
      right = Math.max(right, col + 1);
    }
  }
  return { region: { row: top, col: left, rows: bottom - top, cols: right - left }, lit };
}

/** The central half of an array along both axes. */
export function centralHalf([rows, cols]: Pair): LitRegion {
  const half = (n: number): Pair => {
    const start = Math.floor(n / 4);
    return [start, Math.max(1, Math.ceil((3 * n) / 4) - start)];
  };
  const [[row, height], [col, width]] = [half(rows), half(cols)];
  const region: Region = { row, col, rows: height, cols: width };
  const lit = new Uint8Array(rows * cols);
  for (let r = row; r < row + height; r++) lit.fill(1, r * cols + col, r * cols + col + width);
  return { region, lit };
}

/** The `region` of real values of a (rows, cols) array. */
export function cropValues(values: ArrayLike<number>, cols: number, region: Region): Float64Array {
  const out = new Float64Array(region.rows * region.cols);
  let at = 0;
  for (let row = region.row; row < region.row + region.rows; row++) {
    for (let col = region.col; col < region.col + region.cols; col++) out[at++] = values[row * cols + col];
  }
  return out;
}
