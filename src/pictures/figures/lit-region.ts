/** Where an object was lit: outside of it a reconstruction is what it was started with. */
import { DataError } from '../../errors.ts';
import { describe, isComplex, toNumbers, type NdArray } from '../../array/ndarray.ts';
import type { Pair } from '../../scan/package.ts';

/** A part of an array, `stop` excluded. */
export interface Region {
  readonly rows: Pair;
  readonly cols: Pair;
}

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
  if (covered.length === 0) return { region: { rows: [0, rows], cols: [0, cols] }, lit: lit.fill(1) };
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
  return { region: { rows: [top, bottom], cols: [left, right] }, lit };
}

/** The central half of an array along both axes. */
export function centralHalf([rows, cols]: Pair): LitRegion {
  const part = (n: number): Pair => [
    Math.floor(n / 4),
    Math.max(Math.floor(n / 4) + 1, Math.ceil((3 * n) / 4)),
  ];
  const region: Region = { rows: part(rows), cols: part(cols) };
  const lit = new Uint8Array(rows * cols);
  for (let row = region.rows[0]; row < region.rows[1]; row++) {
    lit.fill(1, row * cols + region.cols[0], row * cols + region.cols[1]);
  }
  return { region, lit };
}

/** The `region` of real values of a (rows, cols) array. */
export function cropValues(values: ArrayLike<number>, cols: number, region: Region): Float64Array {
  const width = region.cols[1] - region.cols[0];
  const out = new Float64Array((region.rows[1] - region.rows[0]) * width);
  let at = 0;
  for (let row = region.rows[0]; row < region.rows[1]; row++) {
    for (let col = region.cols[0]; col < region.cols[1]; col++) out[at++] = values[row * cols + col];
  }
  return out;
}
