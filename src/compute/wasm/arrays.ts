/** Arrays of the wasm backend: single precision, interleaved complex, in the memory of the kernels. */
import { astype, describe, isComplex, ndarray, sizeOf, type NdArray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { DeviceArray } from '../backend.ts';
import { nameOf, requireAlike, sameShape } from '../shared/numbers.ts';
import type { Kernels } from './kernels.ts';

/** Kernels work on four columns at a time and may touch, not change, what follows the last one. */
const MARGIN = 64;

export class WasmArray implements DeviceArray {
  readonly kernels: Kernels;
  readonly shape: readonly number[];
  readonly complex: boolean;
  /** Numbers: two for each complex one. */
  readonly length: number;
  #pointer: number | undefined;

  constructor(kernels: Kernels, shape: readonly number[], complex: boolean) {
    this.kernels = kernels;
    this.shape = [...shape];
    this.complex = complex;
    this.length = sizeOf(shape) * (complex ? 2 : 1);
    this.#pointer = kernels.takeZeroed(4 * this.length + MARGIN);
  }

  get pointer(): number {
    if (this.#pointer === undefined) throw new DataError(`array ${nameOf(this)} was freed`);
    return this.#pointer;
  }

  /** Its numbers, valid until memory is taken. */
  get data(): Float32Array {
    return this.kernels.floats(this.pointer, this.length);
  }

  /** Where each of the layers (first axis) starts. */
  layer(index: number): number {
    return this.pointer + (4 * this.length * index) / this.shape[0];
  }

  free(): void {
    this.kernels.give(this.pointer);
    this.#pointer = undefined;
  }
}

/** The array as one of these kernels. Throws `DataError` for those of other backends and of one that was disposed. */
export function own(kernels: Kernels, array: DeviceArray): WasmArray {
  kernels.requireRunning();
  if (array instanceof WasmArray && array.kernels === kernels) return array;
  throw new DataError(`array ${nameOf(array)} does not belong to this wasm backend`);
}

export function ownOf(kernels: Kernels, array: DeviceArray, kind: 'complex' | 'real'): WasmArray {
  const mine = own(kernels, array);
  if (mine.complex === (kind === 'complex')) return mine;
  throw new DataError(`array ${nameOf(array)}: a ${kind} array is needed here`);
}

export function upload(target: WasmArray, source: NdArray): void {
  const { shape } = target;
  if (source.shape.length !== shape.length || source.shape.some((n, axis) => n !== shape[axis])) {
    throw new DataError(`upload of ${describe(source)} into ${nameOf(target)}: shapes differ`);
  }
  if (isComplex(source.dtype) && !target.complex) {
    throw new DataError(`upload of ${describe(source)} into a real array`);
  }
  target.data.set(astype(source, target.complex ? 'complex64' : 'float32').data);
}

export function download(array: WasmArray): NdArray<'complex64' | 'float32'> {
  return ndarray(array.complex ? 'complex64' : 'float32', array.shape, array.data.slice());
}

export function dot(a: WasmArray, b: WasmArray): number {
  requireAlike(a, b);
  return a.kernels.call.dot(a.pointer, b.pointer, a.length);
}

export function quotient(
  target: WasmArray,
  numerator: WasmArray,
  denominator: WasmArray,
  weight: number,
): void {
  requireAlike(target, numerator);
  if (denominator.complex || !sameShape(target, denominator)) {
    throw new DataError(`denominator ${nameOf(denominator)} of ${nameOf(target)}: real, same shape`);
  }
  const { call } = target.kernels;
  call.quotient(target.pointer, numerator.pointer, denominator.pointer, weight, target.length / 2);
}
