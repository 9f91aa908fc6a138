/**
 * Corrections of raw frames: dark (clipped at 0), flat, incident intensity; and masks as weights. Results are floating
 * point, so integer counts are never truncated.
 */
import { allocate, isInteger, type NdArray, type RealDType } from '../../array/ndarray.ts';

export interface Corrections {
  /** Counts without light, (rows, cols) or (n, rows, cols). */
  readonly dark: NdArray<RealDType> | undefined;
  /** Relative response of the pixels, (rows, cols) or (n, rows, cols). */
  readonly flat: NdArray<RealDType> | undefined;
  /** Factor of each frame. */
  readonly scale: readonly number[] | undefined;
}

/**
 * Frames (n, rows, cols) less dark, divided by flat, times scale. Single precision, or double where the input holds more
 * digits than that. Pixels without a response come out as infinite or NaN, which preparation masks and counts.
 */
export function applyCorrections(
  frames: NdArray<RealDType>,
  { dark, flat, scale }: Corrections,
): NdArray<'float32' | 'float64'> {
  const wide = ['float64', 'int32', 'uint32'].includes(frames.dtype);
  const dtype = wide ? 'float64' : 'float32';
  const [count, rows, cols] = frames.shape;
  const size = rows * cols;
  const data = allocate(dtype, count * size);
  const work = new Float64Array(size);
  for (let n = 0; n < count; n++) {
    work.set(frames.data.subarray(n * size, (n + 1) * size));
    if (dark !== undefined) subtract(work, itemData(dark, n, size));
    if (flat !== undefined) divide(work, itemData(flat, n, size));
    if (scale !== undefined && scale[n] !== 1) multiply(work, scale[n]);
    data.set(work, n * size);
  }
  return { dtype, shape: frames.shape, data };
}

function itemData(array: NdArray<RealDType>, n: number, size: number): ArrayLike<number> {
  return array.shape.length === 2 ? array.data : array.data.subarray(n * size, (n + 1) * size);
}

function subtract(frame: Float64Array, dark: ArrayLike<number>): void {
  for (let i = 0; i < frame.length; i++) {
    const value = frame[i] - dark[i];
    frame[i] = value < 0 ? 0 : value;
  }
}

function divide(frame: Float64Array, flat: ArrayLike<number>): void {
  for (let i = 0; i < frame.length; i++) frame[i] /= flat[i];
}

function multiply(frame: Float64Array, factor: number): void {
  for (let i = 0; i < frame.length; i++) frame[i] *= factor;
}

export interface Normalisation {
  /** mean(I0)/I0 of each frame, 1 where it is not scaled. */
  readonly scale: Float64Array;
  /** Frames, in storage order, that are left as they are because their incident intensity is an outlier. */
  readonly outliers: readonly number[];
  readonly mean: number;
  readonly std: number;
}

/**
 * Factors mean(I0)/I0[i] where |I0[i] − mean| < sigma·std; the others are not scaled. Mean and standard deviation are
 * those of all finite values. Values that are not above 0 cannot be divided by and count as outliers.
 */
export function normalisation(incident: Float64Array, sigma: number): Normalisation {
  const valid = incident.filter((x) => Number.isFinite(x));
  const mean = valid.reduce((sum, x) => sum + x, 0) / valid.length;
  const std = Math.sqrt(valid.reduce((sum, x) => sum + (x - mean) ** 2, 0) / valid.length);
  const outliers: number[] = [];
  const scale = incident.map((x, i) => {
    if (x === mean && x > 0) return 1;
    if (x > 0 && Math.abs(x - mean) < sigma * std) return mean / x;
    outliers.push(i);
    return 1;
  });
  return { scale, outliers, mean, std };
}

/**
 * A mask as weights. Integers and bools: 1 where above 0, or with `invert` where 0 (bad pixels are marked, by any bit).
 * Floating-point masks are weights already, with `invert` 1 − value; what is not above 0 is invalid.
 */
export function maskWeights(mask: NdArray<RealDType>, invert: boolean): NdArray<RealDType> {
  if (mask.dtype === 'bool' || isInteger(mask.dtype)) {
    const data = new Uint8Array(mask.data.length);
    for (let i = 0; i < data.length; i++) data[i] = (invert ? mask.data[i] === 0 : mask.data[i] > 0) ? 1 : 0;
    return { dtype: 'uint8', shape: mask.shape, data };
  }
  const data = allocate(mask.dtype, mask.data.length);
  for (let i = 0; i < data.length; i++) {
    const value = invert ? 1 - mask.data[i] : mask.data[i];
    data[i] = value > 0 ? value : 0;
  }
  return { dtype: mask.dtype, shape: mask.shape, data };
}
