import { describe, expect, it } from 'vitest';
import { ndarray } from '../../array/ndarray.ts';
import { ConfigError } from '../../errors.ts';
import { maskFromFile, maskText, requireMaskFits, withMask } from './mask-file.ts';

const MASK = ndarray('uint8', [2, 3], Uint8Array.of(1, 0, 1, 1, 1, 0));

describe('a mask from a file', () => {
  it('is good above 0, whatever its type', () => {
    const values = Float64Array.of(0.5, 0, NaN, -1, Infinity, 1);
    expect([...maskFromFile(ndarray('float64', [2, 3], values), 'm').data]).toEqual([1, 0, 0, 0, 1, 1]);
    expect([...maskFromFile(ndarray('int64', [1, 2], BigInt64Array.of(3n, 0n)), 'm').data]).toEqual([1, 0]);
    expect([...maskFromFile(ndarray('bool', [1, 2], Uint8Array.of(0, 1)), 'm').data]).toEqual([0, 1]);
  });

  it('has two axes, those of a raw frame', () => {
    const stack = ndarray('uint8', [1, 2, 3], new Uint8Array(6));
    expect(() => maskFromFile(stack, 'm.h5:mask')).toThrow(ConfigError);
    expect(() => maskFromFile(stack, 'm.h5:mask')).toThrow('m.h5:mask has 3 axes (1, 2, 3) of uint8');
    expect(() => maskFromFile(ndarray('complex64', [1, 1], new Float32Array(2)), 'm')).toThrow('complex64');
    expect(() => {
      requireMaskFits(MASK, [3, 2], 'm.npy');
    }).toThrow('m.npy has (2, 3) pixels, a raw frame (3, 2)');
  });

  it('takes pixels away from weights of one frame, of many, and of a part of them, and gives none back', () => {
    const weights = ndarray('float32', [2, 3], Float32Array.of(2, 2, 0, 2, 2, 2));
    expect([...withMask(weights, MASK).data]).toEqual([2, 0, 0, 2, 2, 0]);
    expect([...weights.data]).toEqual([2, 2, 0, 2, 2, 2]);
    const many = ndarray('uint8', [2, 2, 3], Uint8Array.of(1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1));
    expect([...withMask(many, MASK).data]).toEqual([1, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0]);
    const part = ndarray('uint8', [2, 2, 1], Uint8Array.of(1, 1, 1, 1));
    expect([...withMask(part, MASK, { row: 0, col: 2, rows: 2, cols: 1 }).data]).toEqual([1, 0, 1, 0]);
    expect(withMask(many, undefined)).toBe(many);
  });

  it('is counted for people', () => {
    expect(maskText(MASK, 'm.npy')).toBe('m.npy masks 2 of 6 pixels of a raw frame');
  });
});
