/** Arrays of the reference backend and the element-wise kernels: double precision, interleaved complex. */
import { astype, describe, isComplex, ndarray, sizeOf, type NdArray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { DeviceArray } from '../backend.ts';

export class ReferenceArray implements DeviceArray {
  readonly shape: readonly number[];
  readonly complex: boolean;
  readonly data: Float64Array;

  constructor(shape: readonly number[], complex: boolean) {
    this.shape = [...shape];
    this.complex = complex;
    this.data = new Float64Array(sizeOf(shape) * (complex ? 2 : 1));
  }
}

function describeDevice(array: DeviceArray): string {
  return `[${array.shape.join('x')} ${array.complex ? 'complex' : 'real'}]`;
}

/** The array as this backend's own. Throws `DataError` for arrays of other backends. */
export function own(array: DeviceArray): ReferenceArray {
  if (array instanceof ReferenceArray) return array;
  throw new DataError(`array ${describeDevice(array)} does not belong to the reference backend`);
}

/** The array as this backend's own, of a kind. */
export function ownOf(array: DeviceArray, kind: 'complex' | 'real'): ReferenceArray {
  const mine = own(array);
  if (mine.complex === (kind === 'complex')) return mine;
  throw new DataError(`array ${describeDevice(array)}: a ${kind} array is needed here`);
}

function sameShape(a: ReferenceArray, b: ReferenceArray): boolean {
  return a.shape.length === b.shape.length && a.shape.every((n, axis) => n === b.shape[axis]);
}

function requireAlike(a: ReferenceArray, b: ReferenceArray): void {
  if (a.complex === b.complex && sameShape(a, b)) return;
  throw new DataError(
    `arrays ${describeDevice(a)} and ${describeDevice(b)}: equal shapes and kinds are needed`,
  );
}

export function upload(target: ReferenceArray, source: NdArray): void {
  const shapes = source.shape.length === target.shape.length;
  if (!shapes || source.shape.some((n, axis) => n !== target.shape[axis])) {
    throw new DataError(`upload of ${describe(source)} into ${describeDevice(target)}: shapes differ`);
  }
  if (isComplex(source.dtype) && !target.complex) {
    throw new DataError(`upload of ${describe(source)} into a real array`);
  }
  target.data.set(astype(source, target.complex ? 'complex128' : 'float64').data);
}

export function download(array: ReferenceArray): NdArray<'complex128' | 'float64'> {
  return ndarray(array.complex ? 'complex128' : 'float64', array.shape, array.data.slice());
}

export function fill(array: ReferenceArray, value: number): void {
  const { data } = array;
  data.fill(value);
  if (array.complex) for (let i = 1; i < data.length; i += 2) data[i] = 0;
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

export function multiply(target: ReferenceArray, factor: ReferenceArray): void {
  const axes = factor.shape.length;
  const tail = target.shape.slice(target.shape.length - axes);
  if (factor.complex || axes > target.shape.length || tail.some((n, axis) => n !== factor.shape[axis])) {
    throw new DataError(
      `factor ${describeDevice(factor)} of ${describeDevice(target)}: real, of its last axes`,
    );
  }
  const components = target.complex ? 2 : 1;
  const period = factor.data.length;
  for (let i = 0, j = 0; i < target.data.length; i += components, j = j + 1 === period ? 0 : j + 1) {
    target.data[i] *= factor.data[j];
    if (target.complex) target.data[i + 1] *= factor.data[j];
  }
}

export function clipAmplitude(target: ReferenceArray, low: number, high: number): void {
  const { data } = target;
  for (let i = 0; i < data.length; i += 2) {
    const amplitude = Math.hypot(data[i], data[i + 1]);
    const wanted = Math.min(Math.max(amplitude, low), high);
    if (wanted === amplitude) continue;
    if (amplitude === 0) {
      data[i] = wanted;
    } else {
      data[i] *= wanted / amplitude;
      data[i + 1] *= wanted / amplitude;
    }
  }
}

export function quotient(
  target: ReferenceArray,
  numerator: ReferenceArray,
  denominator: ReferenceArray,
  weight: number,
): void {
  requireAlike(target, numerator);
  if (denominator.complex || !sameShape(target, denominator)) {
    throw new DataError(
      `denominator ${describeDevice(denominator)} of ${describeDevice(target)}: real, same shape`,
    );
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

/** Moves the content of every (rows, cols) plane of interleaved complex data around the edges. */
export function rollPlanes(
  data: Float64Array,
  rows: number,
  cols: number,
  down: number,
  right: number,
): void {
  const plane = 2 * rows * cols;
  const source = new Float64Array(plane);
  for (let start = 0; start < data.length; start += plane) {
    source.set(data.subarray(start, start + plane));
    for (let r = 0; r < rows; r++) {
      const to = start + 2 * cols * modulo(r + down, rows);
      for (let c = 0; c < cols; c++) {
        const i = 2 * (r * cols + c);
        const o = to + 2 * modulo(c + right, cols);
        data[o] = source[i];
        data[o + 1] = source[i + 1];
      }
    }
  }
}

function modulo(value: number, n: number): number {
  return value - n * Math.floor(value / n);
}
