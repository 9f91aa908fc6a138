/** What the frames of a package say as a whole, over all ranks. */
import { ndarray, type NdArray, type RealDType } from '../array/ndarray.ts';
import type { Communicator } from '../parallel/communicator.ts';
import type { DataPackage } from '../scan/package.ts';
import type { FrameSummary } from './probe-estimate.ts';

export async function summarizeFrames(communicator: Communicator, data: DataPackage): Promise<FrameSummary> {
  const { chunk, common } = data;
  const pixels = common.shape[0] * common.shape[1];
  const frames = chunk.data.data;
  const weights = chunk.weights.data;
  const perView = chunk.weights.shape.length === 3;
  // Sums and numbers of valid frames side by side: one message.
  const sums = new Float64Array(2 * pixels);
  const brightest = new Float64Array(1);
  for (let start = 0; start < frames.length; start += pixels) {
    const offset = perView ? start : 0;
    let total = 0;
    for (let i = 0; i < pixels; i++) {
      const value = frames[start + i];
      if (!(weights[offset + i] > 0 && value >= 0)) continue;
      sums[i] += value;
      sums[pixels + i]++;
      total += value;
    }
    brightest[0] = Math.max(brightest[0], total);
  }
  await communicator.allReduce(ndarray('float64', [2 * pixels], sums));
  await communicator.allReduce(ndarray('float64', [1], brightest), 'max');
  const mean = sums.slice(0, pixels).map((sum, i) => (sums[pixels + i] > 0 ? sum / sums[pixels + i] : 0));
  return { mean, brightest: brightest[0] };
}

/** The largest floating-point weight, 1 for masks: what weighs pixels is relative to it. */
export async function largestWeight(
  communicator: Communicator,
  weights: NdArray<RealDType>,
): Promise<number> {
  const largest = new Float64Array(1);
  if (weights.dtype === 'float32' || weights.dtype === 'float64') {
    for (const weight of weights.data) if (weight > largest[0]) largest[0] = weight;
  }
  await communicator.allReduce(ndarray('float64', [1], largest), 'max');
  return largest[0] > 0 && Number.isFinite(largest[0]) ? largest[0] : 1;
}
