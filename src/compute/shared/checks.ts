/** What backends ask of a block and of the arrays that go with it. */
import { describe, type NdArray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Block, BlockInput, DeviceArray } from '../backend.ts';
import { nameOf } from './numbers.ts';

/** Throws `DataError` where frames, weights, corners and geometry do not go together. */
export function checkInput({ intensities, weights, corners, geometry, modes }: BlockInput): void {
  const [views, rows, cols] = intensities.shape;
  const [height, width] = geometry.shape;
  const sampling = height / rows;
  const isWhole = Number.isInteger(sampling) && sampling >= 1 && sampling * cols === width;
  if (intensities.shape.length !== 3 || !isWhole) {
    throw new DataError(
      `frames ${describe(intensities)}: (n, ${height}, ${width}), or the same whole fraction of both, is needed`,
    );
  }
  const expected = weights.shape.length === 2 ? [rows, cols] : [views, rows, cols];
  if (weights.shape.length !== expected.length || expected.some((n, axis) => n !== weights.shape[axis])) {
    throw new DataError(`weights ${describe(weights)} of frames ${describe(intensities)}`);
  }
  checkCorners(corners, views);
  if (modes.length === 0)
    throw new DataError('block without modes: at least one (probe, object) pair is needed');
}

/** Throws `DataError` for numbers of views that the block does not have. */
export function checkViews({ views: count }: Block, views: readonly number[]): void {
  for (const view of views) {
    if (Number.isInteger(view) && view >= 0 && view < count) continue;
    throw new DataError(`view ${view} of a block with views 0…${count - 1}`);
  }
}

export function allViews({ views }: Block): number[] {
  return Array.from({ length: views }, (_, view) => view);
}

export function checkCorners(corners: NdArray<'int32'>, views: number): void {
  if (corners.shape.length !== 2 || corners.shape[0] !== views || corners.shape[1] !== 2) {
    throw new DataError(`corners ${describe(corners)}: (${views}, 2) is needed`);
  }
}

/** The probe of a block. Throws `DataError` where its shape is not that of the waves, or a mode names a missing layer. */
export function checkProbe<T extends DeviceArray>({ frameShape, modes }: Block, probe: T): T {
  const [layers, rows, cols] = probe.shape;
  const fits = rows === frameShape[0] && cols === frameShape[1];
  if (probe.shape.length !== 3 || !fits || modes.some(([layer]) => layer >= layers)) {
    throw new DataError(
      `probe ${nameOf(probe)} with waves of ${frameShape.join('x')} and ${modes.length} modes`,
    );
  }
  return probe;
}

/**
 * The object of a block, for views at `corners`, (row, column) of each.
 * Throws `DataError` where a mode names a missing layer or a view leaves the object.
 */
export function checkObject<T extends DeviceArray>(
  block: Block & { readonly corners: Int32Array },
  object: T,
  corners = block.corners,
): T {
  const { frameShape, modes } = block;
  const [layers, rows, cols] = object.shape;
  if (object.shape.length !== 3 || modes.some(([, layer]) => layer >= layers)) {
    throw new DataError(`object ${nameOf(object)}: (layers, rows, cols) with the layers of the modes`);
  }
  const [height, width] = frameShape;
  for (let i = 0; i < corners.length; i += 2) {
    const [row, col] = [corners[i], corners[i + 1]];
    if (row < 0 || col < 0 || row + height > rows || col + width > cols) {
      throw new DataError(`view ${i / 2} at (${row}, ${col}) leaves the object ${nameOf(object)}`);
    }
  }
  return object;
}
