/** How much light fell on each pixel of an object. */
import { componentsOf, zeros, type NdArray } from '../array/ndarray.ts';
import type { Model } from '../model/model.ts';
import { cornersIn } from '../model/views.ts';
import type { Result } from '../ptyr/result.ts';

/** Σ|P|² over the views of this rank, (rows, cols) of the object. */
export function coverageOf(model: Model, objectId: string, result: Result): NdArray<'float64'> {
  const [, rows, cols] = result.objects[objectId].data.shape;
  const out = zeros('float64', [rows, cols]);
  for (const { objectId: id, probeId, pixels } of model.blocks) {
    if (id !== objectId) continue;
    const { data } = result.probes[probeId];
    const [modes, height, width] = data.shape;
    const power = new Float64Array(height * width);
    const values = data.data as Float64Array;
    const step = componentsOf(data.dtype);
    for (let i = 0; i < modes * power.length; i++) {
      power[i % power.length] += values[step * i] ** 2 + values[step * i + 1] ** 2;
    }
    const corners = cornersIn(model.object(objectId).grid, pixels, [height, width]);
    for (let view = 0; view < corners.length / 2; view++) {
      const start = corners[2 * view] * cols + corners[2 * view + 1];
      for (let r = 0; r < height; r++) {
        for (let c = 0; c < width; c++) out.data[start + r * cols + c] += power[r * width + c];
      }
    }
  }
  return out;
}
