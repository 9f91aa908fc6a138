/** How well a model explains its frames. */
import { ndarray } from '../array/ndarray.ts';
import type { Model } from '../model/model.ts';

/** Σ|√M − √I| / Σ√I over all valid pixels of all ranks, M the intensities of the model as it is. Collective. */
export async function rFactor(model: Model): Promise<number> {
  const { backend, blocks, communicator } = model;
  const sums = ndarray('float64', [2], new Float64Array(2));
  const waiting = blocks.map(({ block, probeId, objectId }) =>
    backend.residual(block, model.probe(probeId).array, model.object(objectId).array),
  );
  for (const { residual, amplitude } of await Promise.all(waiting)) {
    sums.data[0] += residual;
    sums.data[1] += amplitude;
  }
  await communicator.allReduce(sums);
  return sums.data[0] / sums.data[1];
}
