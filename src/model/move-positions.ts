/** Views at other positions than were measured. */
import { describe, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import type { Model } from './model.ts';
import { pick } from './package-views.ts';
import { placeViews } from './placement.ts';
import { gridAround, viewPixels } from './views.ts';

/** Grows an object to hold frames centred on these lattice pixels, (n, 2), the same on all ranks; true if it had to. */
export function holdViews(
  model: Model,
  objectId: string,
  pixels: Int32Array,
  frameShape: Pair,
): Promise<boolean> {
  const object = model.object(objectId);
  return model.growTo(object, gridAround(pixels, frameShape, object.grid));
}

/**
 * Puts the views of a scan at other positions, (n, 2) m in the order of `positionsOf`, the same on all ranks. The object grows
 * where they leave it; true if it did. Exit waves stay as they are. Throws `DataError` for another number of positions.
 */
export async function movePositions(
  model: Model,
  label: string,
  positions: NdArray<'float64'>,
): Promise<boolean> {
  const scan = model.scan(label);
  if (positions.shape[0] !== scan.indices.length || positions.shape[1] !== 2) {
    throw new DataError(
      `positions ${describe(positions)} for scan '${label}': (${scan.indices.length}, 2) is needed`,
    );
  }
  const { geometry } = model.probe(scan.probeId);
  const { pixels, residuals } = viewPixels(positions.data, geometry.resolutionM);
  const grown = await holdViews(model, scan.objectId, pixels, geometry.shape);
  positions.data.forEach((position, i) => (scan.positions[i] = position));
  const { grid } = model.object(scan.objectId);
  for (const item of model.blocks) {
    if (item.scan !== label) continue;
    item.pixels.set(pick(pixels, item.rows));
    item.residuals.set(pick(residuals, item.rows));
    placeViews(model.backend, item, grid);
  }
  return grown;
}
