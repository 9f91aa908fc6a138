/**
 * Screening of frames: pixels that cannot be counts (NaN, infinite, negative, markers of bad pixels), that are saturated, or
 * that are hot, get weight 0 and are counted. Nothing is dropped silently.
 */
import { isInteger, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { hotPixels, sumPixels } from './hot-pixels.ts';
import { findMarkers } from './markers.ts';
import { perFrame } from './weights.ts';

export interface ScreenOptions {
  /**
   * Counts at or above this are saturated; null: the largest value of the integer element type. Infinity: neither these nor
   * markers are looked for.
   */
  readonly saturation: number | null;
  /** Pixels (rows·cols, 1 = hot) to mask in every frame; true: find them in these frames. */
  readonly hotPixels: boolean | Uint8Array;
}

export interface ScreenCounts {
  /** NaN or infinite. */
  readonly notFinite: number;
  readonly negative: number;
  /** Saturated, or marked as bad by the largest value of a detector's type. */
  readonly saturated: number;
  /** Hot pixels of the detector, each masked in every frame. */
  readonly hot: number;
}

export interface Screened {
  readonly data: NdArray<RealDType>;
  readonly weights: NdArray<RealDType>;
  readonly counts: ScreenCounts;
}

const LARGEST: Partial<Record<RealDType, number>> = {
  int8: 127,
  uint8: 255,
  int16: 32767,
  uint16: 65535,
  int32: 2147483647,
  uint32: 4294967295,
};

/**
 * Masks bad pixels of frames (n, rows, cols) that are not masked already. Data and weights are copied only where
 * something was found; values that are not finite become 0.
 */
export function screen(
  data: NdArray<RealDType>,
  weights: NdArray<RealDType>,
  options: ScreenOptions,
): Screened {
  const counts = { notFinite: 0, negative: 0, saturated: 0, hot: 0 };
  const size = data.shape[1] * data.shape[2];
  const { hotPixels: given } = options;
  const hot = given === true ? hotPixels(sumPixels(data, weights)) : given === false ? undefined : given;
  counts.hot = hot?.reduce((sum, h) => sum + h, 0) ?? 0;
  const limit = options.saturation ?? largestOf(data.dtype);
  const shared = weights.shape.length === 2;
  const isUsed = (i: number): boolean => weights.data[shared ? i % size : i] > 0;
  const markers = options.saturation === Infinity ? NONE : findMarkers(data, limit, isUsed);
  if (counts.hot === 0 && markers.size === 0 && !mayBeBad(data, limit)) return { data, weights, counts };

  let out: NdArray<RealDType>['data'] | undefined;
  let marked: NdArray<RealDType> | undefined;
  for (let i = 0; i < data.data.length; i++) {
    const value = data.data[i];
    const pixel = i % size;
    const isHot = hot?.[pixel] === 1;
    const isMarker = markers.size > 0 && markers.has(value);
    if (value >= 0 && value < limit && !isHot && !isMarker) continue;
    const finite = Number.isFinite(value);
    if (!finite) {
      out ??= data.data.slice();
      out[i] = 0;
    }
    if (!isUsed(i)) continue;
    if (!finite) counts.notFinite++;
    else if (value < 0) counts.negative++;
    else if (value >= limit || isMarker) counts.saturated++;
    marked ??= perFrame(weights, data.shape[0]);
    marked.data[i] = 0;
  }
  return { data: out === undefined ? data : { ...data, data: out }, weights: marked ?? weights, counts };
}

/** Pixels of a dark or flat field that hold no measured value, marked as detectors mark them, as NaN: frames cannot be corrected there. */
export function withoutMarkers(array: NdArray<RealDType>): NdArray<RealDType> {
  const limit = largestOf(array.dtype);
  const markers = findMarkers(array, limit, () => true);
  const isBad = (value: number): boolean =>
    value >= limit || markers.has(value) || (value < 0 && isInteger(array.dtype));
  if (!array.data.some(isBad)) return array;
  const data = Float64Array.from(array.data, (value) => (isBad(value) ? NaN : value));
  return { dtype: 'float64', shape: array.shape, data };
}

const NONE: ReadonlySet<number> = new Set();

function largestOf(dtype: RealDType): number {
  return (isInteger(dtype) ? LARGEST[dtype] : undefined) ?? Infinity;
}

/** A quick look that rules out most good data, such as unsigned counts below the limit. */
function mayBeBad({ dtype, data: values }: NdArray<RealDType>, limit: number): boolean {
  if (dtype.startsWith('u') || dtype === 'bool') {
    const largest = LARGEST[dtype] ?? 1;
    if (limit >= largest) return limit === largest && values.includes(limit);
  }
  // By index: an iterator over millions of pixels takes several times as long.
  for (let i = 0, n = values.length; i < n; i++) if (!(values[i] >= 0 && values[i] < limit)) return true;
  return false;
}
