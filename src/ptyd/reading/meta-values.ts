/** Entries of `meta` as they are found in files of any origin: scalars or arrays of one, single numbers or pairs. */
import { isNdArray, toNumbers } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';

/** A finite number, or an array or list of one. */
export function numberOf(value: unknown): number | undefined {
  const numbers = numbersOf(value);
  return numbers?.length === 1 ? numbers[0] : undefined;
}

/** Two finite numbers; one stands for both. */
export function pairOf(value: unknown): Pair | undefined {
  const numbers = numbersOf(value);
  if (numbers === undefined || numbers.length < 1 || numbers.length > 2) return undefined;
  return [numbers[0], numbers[numbers.length - 1]];
}

export function textOf(value: unknown): string | undefined {
  const text: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function numbersOf(value: unknown): number[] | undefined {
  if (isNdArray(value)) {
    const real = value.dtype !== 'complex64' && value.dtype !== 'complex128';
    return real ? finite(Array.from(toNumbers(value))) : undefined;
  }
  const items: unknown[] = Array.isArray(value) ? value : [value];
  const numeric = items.every((item) => typeof item === 'number' || typeof item === 'bigint');
  return numeric ? finite(items.map(Number)) : undefined;
}

function finite(numbers: number[]): number[] | undefined {
  return numbers.every(Number.isFinite) ? numbers : undefined;
}
