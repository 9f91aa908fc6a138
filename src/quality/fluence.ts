/** Where the light went. */
import { fromNumbers, ndarray, type NdArray } from '../array/ndarray.ts';
import type { Model } from '../model/model.ts';

/** Photons on each pixel of an object over the scan, Σ over views and modes of |P|²: (rows, cols). Collective. */
export async function fluence(model: Model, objectId: string): Promise<NdArray<'float64'>> {
  const { grid } = model.object(objectId);
  const [rows, cols] = grid.shape;
  const sums = new Float64Array(rows * cols);
  for (const probe of model.probes.values()) {
    const power = layerSum(await model.backend.read(probe.array));
    for (const { block, pixels, probeId, objectId: id } of model.blocks) {
      if (probeId !== probe.id || id !== objectId) continue;
      const [height, width] = block.frameShape;
      for (let view = 0; view < block.views; view++) {
        const top = pixels[2 * view] - Math.floor(height / 2) - grid.first[0];
        const left = pixels[2 * view + 1] - Math.floor(width / 2) - grid.first[1];
        for (let r = 0; r < height; r++) {
          const to = (top + r) * cols + left;
          for (let c = 0; c < width; c++) sums[to + c] += power[r * width + c];
        }
      }
    }
  }
  await model.communicator.allReduce(ndarray('float64', [rows, cols], sums));
  return fromNumbers('float64', sums, [rows, cols]);
}

/** Σ over layers of |x|² of an array (layers, rows, cols), interleaved complex. */
function layerSum(array: NdArray<'complex64' | 'complex128' | 'float32' | 'float64'>): Float64Array {
  const plane = array.shape[1] * array.shape[2];
  const sums = new Float64Array(plane);
  for (let i = 0; i < array.data.length; i += 2) {
    sums[(i / 2) % plane] += array.data[i] ** 2 + array.data[i + 1] ** 2;
  }
  return sums;
}

/** 1 where a pixel got more than `fraction` of the brightest pixel's photons. */
export function wellLit(photons: NdArray<'float64'>, fraction = 0.1): NdArray<'uint8'> {
  const largest = photons.data.reduce((most, value) => Math.max(most, value), 0);
  return fromNumbers(
    'uint8',
    photons.data.map((value) => (value > fraction * largest ? 1 : 0)),
    photons.shape,
  );
}
