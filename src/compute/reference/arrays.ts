/** Arrays of the reference backend and the element-wise kernels: double precision, interleaved complex. */
import { astype, describe, isComplex, ndarray, sizeOf, type NdArray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { DeviceArray } from '../backend.ts';
import type { Lifetime } from '../shared/lifetime.ts';
import { nameOf, requireAlike, sameShape } from '../shared/numbers.ts';

export class ReferenceArray implements DeviceArray {
  readonly shape: readonly number[];
  readonly complex: boolean;
  readonly data: Float64Array;
  readonly lifetime: Lifetime;

  constructor(lifetime: Lifetime, shape: readonly number[], complex: boolean) {
    lifetime.require();
    this.lifetime = lifetime;
    this.shape = [...shape];
    this.complex = complex;
    this.data = new Float64Array(sizeOf(shape) * (complex ? 2 : 1));
  }
}

/** The array as this backend's own. Throws `DataError` for arrays of other backends and of one that was disposed. */
export function own(array: DeviceArray): ReferenceArray {
  if (!(array instanceof ReferenceArray)) {
    throw new DataError(`array ${nameOf(array)} does not belong to the reference backend`);
  }
  array.lifetime.require();
  return array;
}

/** The array as this backend's own, of a kind. */
export function ownOf(array: DeviceArray, kind: 'complex' | 'real'): ReferenceArray {
  const mine = own(array);
  if (mine.complex === (kind === 'complex')) return mine;
  throw new DataError(`array ${nameOf(array)}: a ${kind} array is needed here`);
}

export function upload(target: ReferenceArray, source: NdArray): void {
  const shapes = source.shape.length === target.shape.length;
  if (!shapes || source.shape.some((n, axis) => n !== target.shape[axis])) {
    throw new DataError(`upload of ${describe(source)} into ${nameOf(target)}: shapes differ`);
  }
  if (isComplex(source.dtype) && !target.complex) {
    throw new DataError(`upload of ${describe(source)} into a real array`);
  }
  target.data.set(astype(source, target.complex ? 'complex128' : 'float64').data);
}

export function download(array: ReferenceArray): NdArray<'complex128' | 'float64'> {
  return ndarray(array.complex ? 'complex128' : 'float64', array.shape, array.data.slice());
}

export function copy(target: ReferenceArray, source: ReferenceArray): void {
  requireAlike(target, source);
  target.data.set(source.data);
}

export function combine(target: ReferenceArray, scale: number, factor: number, source: ReferenceArray): void {
  requireAlike(target, source);
  const a = target.data;
  const b = source.data;
  // A scale of 0 forgets the target, even where it is not a number.
  if (scale === 0) for (let i = 0; i < a.length; i++) a[i] = factor * b[i];
  else for (let i = 0; i < a.length; i++) a[i] = scale * a[i] + factor * b[i];
}

export function dot(a: ReferenceArray, b: ReferenceArray): number {
  requireAlike(a, b);
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i] * b.data[i];
  return sum;
}

export function quotient(
  target: ReferenceArray,
  numerator: ReferenceArray,
  denominator: ReferenceArray,
  weight: number,
): void {
  requireAlike(target, numerator);
  if (denominator.complex || !sameShape(target, denominator)) {
    throw new DataError(`denominator ${nameOf(denominator)} of ${nameOf(target)}: real, same shape`);
  }
  const a = target.data;
  const n = numerator.data;
  const d = denominator.data;
  for (let i = 0, j = 0; j < d.length; i += 2, j++) {
    const whole = weight + d[j];
    if (whole === 0) continue;
    a[i] = (weight * a[i] + n[i]) / whole;
    a[i + 1] = (weight * a[i + 1] + n[i + 1]) / whole;
  }
}
