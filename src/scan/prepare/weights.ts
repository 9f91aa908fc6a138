/**
 * Weights and masks. A weight of 0 is an invalid pixel; otherwise it is detector counts per photon.
 * Weights are (rows, cols) when all frames share them, (n, rows, cols) otherwise.
 */
import { allocate, sizeOf, type NdArray, type RealDType } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';

export function onesWeights(shape: Pair): NdArray<'uint8'> {
  return { dtype: 'uint8', shape: [...shape], data: new Uint8Array(shape[0] * shape[1]).fill(1) };
}

/** mask = weight > 0 */
export function maskOf(weights: NdArray<RealDType>): NdArray<'bool'> {
  const mask = new Uint8Array(weights.data.length);
  for (let i = 0; i < mask.length; i++) mask[i] = weights.data[i] > 0 ? 1 : 0;
  return { dtype: 'bool', shape: weights.shape, data: mask };
}

/** All 1 · all 0 or 1 · anything. */
export type WeightKind = 'ones' | 'mask' | 'values';

export function weightKind({ data }: NdArray<RealDType>): WeightKind {
  let isMask = false;
  for (const weight of data) {
    if (weight === 1) continue;
    if (weight !== 0) return 'values';
    isMask = true;
  }
  return isMask ? 'mask' : 'ones';
}

/** Weights of their own for each of `frames` frames, in memory of their own, so that single pixels can be marked. */
export function perFrame<D extends RealDType>(weights: NdArray<D>, frames: number): NdArray<D> {
  if (weights.shape.length === 3) return { ...weights, data: weights.data.slice() as NdArray<D>['data'] };
  const size = sizeOf(weights.shape);
  const data = allocate(weights.dtype, frames * size);
  for (let n = 0; n < frames; n++) data.set(weights.data, n * size);
  return { dtype: weights.dtype, shape: [frames, ...weights.shape], data };
}

/** 1 for each pixel (n, rows, cols) that is valid before, for one frame or all, and not after. */
export function lostPixels(before: NdArray<RealDType>, after: NdArray<RealDType>): NdArray<'uint8'> {
  const data = new Uint8Array(after.data.length);
  const size = before.data.length;
  for (let i = 0; i < data.length; i++) {
    data[i] = before.data[i % size] > 0 && !(after.data[i] > 0) ? 1 : 0;
  }
  return { dtype: 'uint8', shape: after.shape, data };
}

/** Weights of frames, 0 where `lost` (n, rows, cols) is 1. The given array is left as it is. */
export function withoutPixels(
  weights: NdArray<RealDType>,
  lost: NdArray<'uint8'> | undefined,
): NdArray<RealDType> {
  if (lost === undefined) return weights;
  const marked = perFrame(weights, lost.shape[0]);
  for (let i = 0; i < lost.data.length; i++) if (lost.data[i] === 1) marked.data[i] = 0;
  return marked;
}
