/** Pictures made as small as the screen that shows them: sums of blocks, so that nothing falls between the pixels. */
import type { NdArray } from '../../array/ndarray.ts';

type RealData = Float32Array | Float64Array;

export interface Plane {
  readonly rows: number;
  readonly cols: number;
  /** Row by row; pairs where complex. */
  readonly values: Float32Array;
  /** Pixels along a side that were averaged for one. */
  readonly reduction: number;
}

/** Whole pixels along a side that go into one, so that (rows, cols) fit on `screen`. Null: as they are. */
export function reductionFor(
  [rows, cols]: readonly [number, number],
  screen: readonly [number, number] | null,
): number {
  if (screen === null) return 1;
  return Math.max(1, Math.ceil(rows / Math.max(1, screen[0])), Math.ceil(cols / Math.max(1, screen[1])));
}

/** Layer `layer` of a (layers, rows, cols) complex array, averaged over blocks; those at the far edges may be smaller. */
export function complexPlane(
  array: NdArray<'complex64' | 'complex128'>,
  layer: number,
  reduction: number,
): Plane {
  const [, rows, cols] = array.shape;
  return blocks(array.data, 2 * layer * rows * cols, { rows, cols, parts: 2, reduction });
}

/** A (rows, cols) array of numbers, averaged over blocks. */
export function realPlane({ shape, data }: NdArray<'float32' | 'float64'>, reduction: number): Plane {
  const [rows, cols] = shape;
  return blocks(data, 0, { rows, cols, parts: 1, reduction });
}

function blocks(
  data: RealData,
  from: number,
  { rows, cols, parts, reduction }: { rows: number; cols: number; parts: 1 | 2; reduction: number },
): Plane {
  const [height, width] = [Math.ceil(rows / reduction), Math.ceil(cols / reduction)];
  if (reduction === 1) {
    const values = new Float32Array(data.subarray(from, from + rows * cols * parts));
    return { rows, cols, values, reduction };
  }
  const sums = new Float64Array(height * width * parts);
  for (let row = 0; row < rows; row++) {
    const start = Math.floor(row / reduction) * width * parts;
    const line = from + row * cols * parts;
    for (let block = 0; block < width; block++) {
      const at = start + block * parts;
      const end = Math.min(cols, (block + 1) * reduction);
      for (let col = block * reduction; col < end; col++) {
        sums[at] += data[line + col * parts];
        if (parts === 2) sums[at + 1] += data[line + col * 2 + 1];
      }
    }
  }
  const values = new Float32Array(sums.length);
  for (let row = 0; row < height; row++) {
    const tall = Math.min(reduction, rows - row * reduction);
    for (let col = 0; col < width; col++) {
      const area = tall * Math.min(reduction, cols - col * reduction);
      const at = (row * width + col) * parts;
      for (let part = 0; part < parts; part++) values[at + part] = sums[at + part] / area;
    }
  }
  return { rows: height, cols: width, values, reduction };
}

/** Left out at either end of the range that is shown: 0.5 %. */
const OUTSIDE = 0.005;

/** Values that are looked at: more change little and cost time for every picture. */
const SAMPLE = 4096;

/** Smallest and largest value, amplitude where complex, but for 0.5 % at either end; what is not finite is left out. */
export function rangeOf(values: Float32Array, isComplex: boolean): readonly [number, number] {
  const parts = isComplex ? 2 : 1;
  const count = values.length / parts;
  const step = Math.max(1, Math.floor(count / SAMPLE));
  const sample = new Float64Array(Math.ceil(count / step));
  let found = 0;
  for (let i = 0; i < count; i += step) {
    const value = isComplex ? Math.sqrt(values[2 * i] ** 2 + values[2 * i + 1] ** 2) : values[i];
    if (Number.isFinite(value)) sample[found++] = value;
  }
  if (found === 0) return [0, 0];
  const sorted = sample.subarray(0, found).sort();
  const last = sorted.length - 1;
  return [sorted[Math.floor(OUTSIDE * last)], sorted[Math.ceil((1 - OUTSIDE) * last)]];
}
