/** What the frames of a scan say as a whole, over all ranks. */
import { ndarray, type NdArray, type RealDType } from '../array/ndarray.ts';
import type { DataPackage } from '../frames/package.ts';
import type { Pair } from '../frames/pair.ts';
import type { Communicator } from '../parallel/communicator.ts';

/** What is known of the frames when the probe is made. */
export interface FrameSummary {
  /** (rows·cols) mean intensity over the frames that are valid at each pixel. */
  readonly mean: Float64Array;
  /** Σ m·I of the brightest frame. */
  readonly brightest: number;
}

/** Of packages whose frames are alike; at least one. */
export async function summarizeFrames(
  communicator: Communicator,
  packages: readonly DataPackage[],
): Promise<FrameSummary> {
  const { shape } = packages[0].common;
  const pixels = shape[0] * shape[1];
  // Sums and numbers of valid frames side by side: one message.
  const sums = new Float64Array(2 * pixels);
  for (const { chunk } of packages) {
    const frames = chunk.data.data;
    const weights = chunk.weights.data;
    const perView = chunk.weights.shape.length === 3;
    for (let start = 0; start < frames.length; start += pixels) {
      const offset = perView ? start : 0;
      for (let i = 0; i < pixels; i++) {
        const value = frames[start + i];
        if (!(weights[offset + i] > 0 && value >= 0)) continue;
        sums[i] += value;
        sums[pixels + i]++;
      }
    }
  }
  await communicator.allReduce(ndarray('float64', [2 * pixels], sums));
  // In single precision: the last bits depend on how frames are spread over ranks, and what is made of them should not.
  const mean = Float64Array.from({ length: pixels }, (_, i) =>
    Math.fround(sums[pixels + i] > 0 ? sums[i] / sums[pixels + i] : 0),
  );
  return { mean, brightest: await brightestFrame(communicator, packages) };
}

/** Σ m·I of each frame of this rank; pixels below 0 (dark subtracted) count as 0. */
export function frameTotals({ chunk }: DataPackage): Float64Array {
  const { data, weights } = chunk;
  const [frames, rows, cols] = data.shape;
  const pixels = rows * cols;
  const perView = weights.shape.length === 3;
  return Float64Array.from({ length: frames }, (_, frame) => {
    const start = frame * pixels;
    const offset = perView ? start : 0;
    let total = 0;
    for (let i = 0; i < pixels; i++) {
      const value = data.data[start + i];
      if (weights.data[offset + i] > 0 && value > 0) total += value;
    }
    return total;
  });
}

/** Σ m·I of the brightest frame of all ranks. Collective. */
export async function brightestFrame(
  communicator: Communicator,
  packages: readonly DataPackage[],
): Promise<number> {
  const brightest = new Float64Array(1);
  for (const data of packages) {
    for (const total of frameTotals(data)) brightest[0] = Math.max(brightest[0], total);
  }
  await communicator.allReduce(ndarray('float64', [1], brightest), 'max');
  return brightest[0];
}

/** An image (rows·cols) in pixels `resample` times finer, between which it is interpolated; its sum stays. */
export function finerImage(image: Float64Array, shape: Pair, resample: number): Float64Array {
  if (resample === 1) return image;
  const [rows, cols] = shape;
  const [down, across] = [stepsBetween(rows, resample), stepsBetween(cols, resample)];
  return Float64Array.from({ length: image.length * resample ** 2 }, (_, i) => {
    const { low: r, share: y } = down[Math.floor(i / (cols * resample))];
    const { low: c, share: x } = across[i % (cols * resample)];
    const [below, right] = [Math.min(r + 1, rows - 1), Math.min(c + 1, cols - 1)];
    const upper = (1 - x) * image[r * cols + c] + x * image[r * cols + right];
    const lower = (1 - x) * image[below * cols + c] + x * image[below * cols + right];
    return ((1 - y) * upper + y * lower) / resample ** 2;
  });
}

/** Of each fine pixel along an axis the coarse one at or before its middle, and how far it is on the way to the next. */
function stepsBetween(n: number, resample: number): { low: number; share: number }[] {
  return Array.from({ length: n * resample }, (_, i) => {
    const exact = Math.min(Math.max((i + 0.5) / resample - 0.5, 0), n - 1);
    return { low: Math.floor(exact), share: exact - Math.floor(exact) };
  });
}

/** The largest floating-point weight, 1 for masks: what weighs pixels is relative to it. */
export async function largestWeight(
  communicator: Communicator,
  weights: readonly NdArray<RealDType>[],
): Promise<number> {
  const largest = new Float64Array(1);
  for (const { dtype, data } of weights) {
    if (dtype !== 'float32' && dtype !== 'float64') continue;
    for (const weight of data) if (weight > largest[0]) largest[0] = weight;
  }
  await communicator.allReduce(ndarray('float64', [1], largest), 'max');
  return largest[0] > 0 && Number.isFinite(largest[0]) ? largest[0] : 1;
}
