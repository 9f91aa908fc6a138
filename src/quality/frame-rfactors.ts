/** How well a model explains each frame. */
import { item, type NdArray } from '../array/ndarray.ts';
import type { Model } from '../model/model.ts';

type Real = NdArray<'float32' | 'float64'>;

/** Frames of which copies are in memory at a time. */
const BATCH = 32;

/** R-factors of frames by their scan-point indices, in the same order. */
export interface FrameRFactors {
  readonly indices: readonly number[];
  readonly rfactors: readonly number[];
}

/** Σ|√M − √I| / Σ√I over the pixels of a frame whose weight is above 0; NaN where none is, or none has a photon. */
export function frameRFactor(measured: Real, model: Real, weights: Real): number {
  let [residual, amplitude] = [0, 0];
  for (let i = 0; i < measured.data.length; i++) {
    if (!(weights.data[i] > 0)) continue;
    const root = Math.sqrt(measured.data[i]);
    residual += Math.abs(Math.sqrt(model.data[i]) - root);
    amplitude += root;
  }
  return amplitude > 0 ? residual / amplitude : NaN;
}

/** Of all frames of a scan on all ranks, for the master; others are given none. Takes about as long as an iteration. Collective. */
export async function frameRFactors(model: Model, label: string): Promise<FrameRFactors> {
  const own: (readonly [number, number])[] = [];
  for (const { scan, indices, block, probeId, objectId } of model.blocks) {
    if (scan !== label) continue;
    const [probe, object] = [model.probe(probeId).array, model.object(objectId).array];
    for (let from = 0; from < indices.length; from += BATCH) {
      const views = [...indices.keys()].slice(from, from + BATCH);
      const { intensities, weights } = await model.backend.readFrames(block, views);
      const modelled = await model.backend.modelIntensities(block, probe, object, views);
      views.forEach((view, n) => {
        const rfactor = frameRFactor(item(intensities, n), item(modelled, n), item(weights, n));
        own.push([indices[view], rfactor]);
      });
    }
  }
  const all = ((await model.communicator.gather(own)) ?? []).flat();
  return { indices: all.map(([index]) => index), rfactors: all.map(([, rfactor]) => rfactor) };
}
