/** Arrays whose numbers JavaScript reaches, of either precision, and what backends do to them alike. */
import { DataError } from '../../errors.ts';
import type { DeviceArray } from '../backend.ts';

export type Numbers = Float32Array | Float64Array;

export interface NumberArray extends DeviceArray {
  /** Complex ones interleaved. May be made anew each time: ask once for a loop. */
  readonly data: Numbers;
}

export function nameOf(array: DeviceArray): string {
  return `[${array.shape.join('x')} ${array.complex ? 'complex' : 'real'}]`;
}

export function sameShape(a: DeviceArray, b: DeviceArray): boolean {
  return a.shape.length === b.shape.length && a.shape.every((n, axis) => n === b.shape[axis]);
}

export function requireAlike(a: DeviceArray, b: DeviceArray): void {
  if (a.complex === b.complex && sameShape(a, b)) return;
  throw new DataError(`arrays ${nameOf(a)} and ${nameOf(b)}: equal shapes and kinds are needed`);
}

export function fill(array: NumberArray, value: number): void {
  const { data } = array;
  data.fill(value);
  if (array.complex) for (let i = 1; i < data.length; i += 2) data[i] = 0;
}

export function multiply(target: NumberArray, factor: NumberArray): void {
  const axes = factor.shape.length;
  const tail = target.shape.slice(target.shape.length - axes);
  if (factor.complex || axes > target.shape.length || tail.some((n, axis) => n !== factor.shape[axis])) {
    throw new DataError(`factor ${nameOf(factor)} of ${nameOf(target)}: real, of its last axes`);
  }
  const components = target.complex ? 2 : 1;
  const [data, factors] = [target.data, factor.data];
  const period = factors.length;
  for (let i = 0, j = 0; i < data.length; i += components, j = j + 1 === period ? 0 : j + 1) {
    data[i] *= factors[j];
    if (components === 2) data[i + 1] *= factors[j];
  }
}

export function clipAmplitude(target: NumberArray, low: number, high: number): void {
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

/** Moves the content of every (rows, cols) plane of interleaved complex data around the edges. */
export function rollPlanes(data: Numbers, rows: number, cols: number, down: number, right: number): void {
  const plane = 2 * rows * cols;
  const source = data.slice(0, plane);
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
