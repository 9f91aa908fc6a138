/** Where the light went. */
import { fromNumbers, ndarray, type NdArray } from '../array/ndarray.ts';
import type { Pair } from '../frames/pair.ts';
import type { Model } from '../model/model.ts';
import { probePower } from '../model/storage.ts';
import { addView } from '../model/views.ts';
import type { Result, StoredField } from '../ptyr/result.ts';

/**
 * Photons on each pixel of an object over all scans or the one that is named, Σ over views and modes of |P|²: (rows, cols).
 * Collective.
 */
export async function fluence(model: Model, objectId: string, scan?: string): Promise<NdArray<'float64'>> {
  return sumOfViews(model, objectId, probePower, scan);
}

/**
 * What every view leaves on the pixels of an object, added up: `trace` says it for a probe, a plane (rows, cols) of the size of
 * its frames. Of one scan where it is named. Returns (rows, cols) of the object. Collective.
 */
export async function sumOfViews(
  model: Model,
  objectId: string,
  trace: (probe: NdArray) => Float64Array,
  scan?: string,
): Promise<NdArray<'float64'>> {
  const { grid } = model.object(objectId);
  const sums = new Float64Array(grid.shape[0] * grid.shape[1]);
  for (const probe of model.probes.values()) {
    const plane = trace(await model.backend.read(probe.array));
    for (const { scan: label, block, pixels, probeId, objectId: id } of model.blocks) {
      if (probeId !== probe.id || id !== objectId || (scan ?? label) !== label) continue;
      for (let view = 0; view < block.views; view++) {
        const center: Pair = [pixels[2 * view] - grid.first[0], pixels[2 * view + 1] - grid.first[1]];
        addView(sums, grid.shape, plane, block.frameShape, center);
      }
    }
  }
  await model.communicator.allReduce(ndarray('float64', [sums.length], sums));
  return fromNumbers('float64', sums, grid.shape);
}

/** The same of a stored object: `positions` (n, 2) m are those of its views, lit by `probe`. Views may leave its grid. */
export function storedFluence(
  object: StoredField,
  probe: StoredField,
  positions: NdArray<'float64'>,
): NdArray<'float64'> {
  const [, rows, cols] = object.data.shape;
  const [, height, width] = probe.data.shape;
  const sums = new Float64Array(rows * cols);
  const plane = probePower(probe.data);
  for (let i = 0; i < positions.data.length; i += 2) {
    const pixel = (axis: 0 | 1): number =>
      Math.round((positions.data[i + axis] - object.originM[axis]) / object.psizeM[axis]);
    addView(sums, [rows, cols], plane, [height, width], [pixel(0), pixel(1)]);
  }
  return fromNumbers('float64', sums, [rows, cols]);
}

/**
 * The same over all scans of a stored result; undefined for an object without positions. A probe that is not there is the first one.
 */
export function resultFluence(
  { probes, objects, positions }: Pick<Result, 'probes' | 'objects' | 'positions'>,
  objectId: string,
): NdArray<'float64'> | undefined {
  const [first] = Object.values(probes);
  const parts = Object.values(positions)
    .filter((scan) => scan.objectId === objectId && scan.positions.shape[0] > 0)
    .map((scan) =>
      storedFluence(
        objects[objectId],
        Object.hasOwn(probes, scan.probeId) ? probes[scan.probeId] : first,
        scan.positions,
      ),
    );
  return parts.reduce<NdArray<'float64'> | undefined>((sum, part) => {
    if (sum === undefined) return part;
    part.data.forEach((value, i) => (sum.data[i] += value));
    return sum;
  }, undefined);
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
