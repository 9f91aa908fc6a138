/** Probe and object of ranks that worked on their own views alone, put together. */
import type { Model } from '../../model/model.ts';

/** Means over ranks: objects weighted by how often a rank's views cover a pixel, probes by its number of views. */
export async function averageOverRanks(model: Model, probes: boolean): Promise<void> {
  if (model.communicator.size === 1) return;
  for (const { id, array } of model.objects.values()) await average(model, array, coverage(model, id));
  if (!probes) return;
  for (const { id, array } of model.probes.values()) {
    const views = model.blocks.reduce((sum, item) => (item.probeId === id ? sum + item.block.views : sum), 0);
    const [, rows, cols] = array.shape;
    await average(model, array, new Float64Array(rows * cols).fill(views));
  }
}

/** Views of this rank over each pixel of an object, (rows·cols). */
function coverage(model: Model, objectId: string): Float64Array {
  const { grid } = model.object(objectId);
  const [rows, cols] = grid.shape;
  const counts = new Float64Array(rows * cols);
  for (const { objectId: id, block, pixels } of model.blocks) {
    if (id !== objectId) continue;
    const [height, width] = block.frameShape;
    for (let view = 0; view < block.views; view++) {
      const top = pixels[2 * view] - Math.floor(height / 2) - grid.first[0];
      const left = pixels[2 * view + 1] - Math.floor(width / 2) - grid.first[1];
      for (let r = top; r < top + height; r++) {
        for (let i = r * cols + left; i < r * cols + left + width; i++) counts[i]++;
      }
    }
  }
  return counts;
}

/** array (modes, rows, cols) = Σ weight·array / Σ weight; pixels that weigh nothing anywhere are equal and stay. */
async function average(
  model: Model,
  target: Parameters<Model['backend']['read']>[0],
  weights: Float64Array,
): Promise<void> {
  const { backend, communicator } = model;
  const array = await backend.read(target);
  const plane = weights.length;
  const before = array.data.slice();
  for (let i = 0; i < array.data.length; i++) array.data[i] *= weights[(i >> 1) % plane];
  await communicator.allReduce(array);
  const totals = { dtype: 'float64' as const, shape: [plane], data: weights.slice() };
  await communicator.allReduce(totals);
  for (let i = 0; i < array.data.length; i++) {
    const total = totals.data[(i >> 1) % plane];
    array.data[i] = total > 0 ? array.data[i] / total : before[i];
  }
  backend.upload(target, array);
}
