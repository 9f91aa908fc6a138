import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NdArray } from '../../array/ndarray.ts';
import { rebin, rebinWeights } from './rebin.ts';

const small = fc.integer({ min: 1, max: 4 });

describe('rebin', () => {
  it('keeps the counts in sum mode, whatever the shape', () => {
    fc.assert(
      fc.property(small, small, small, fc.infiniteStream(fc.nat(65535)), (rows, cols, factor, counts) => {
        const data = Uint16Array.from(
          { length: rows * cols * factor * factor },
          () => counts.next().value as number,
        );
        const frames: NdArray<'uint16'> = { dtype: 'uint16', shape: [1, rows * factor, cols * factor], data };
        const out = rebin(frames, factor, 'sum');
        expect(out.shape).toEqual([1, rows, cols]);
        const total = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
        expect(total(out.data as ArrayLike<number>)).toBe(total(data));
        const mean = rebin(frames, factor, 'mean');
        expect(total(mean.data as ArrayLike<number>) * factor * factor).toBeCloseTo(total(data), 4);
      }),
    );
  });

  it('puts each pixel into its super-pixel', () => {
    const frame: NdArray<'int32'> = {
      dtype: 'int32',
      shape: [1, 2, 4],
      data: Int32Array.of(1, 2, 3, 4, 10, 20, 30, 40),
    };
    expect(Array.from(rebin(frame, 2, 'sum').data as Int32Array)).toEqual([33, 77]);
  });

  it('does not overflow: 32×32 saturated 16-bit pixels', () => {
    const frame: NdArray<'uint16'> = {
      dtype: 'uint16',
      shape: [1, 32, 32],
      data: new Uint16Array(1024).fill(65535),
    };
    expect(rebin(frame, 32, 'sum').data[0]).toBe(1024 * 65535);
  });

  it('calls a super-pixel valid only if all its pixels are, also where a whole chunk is bad', () => {
    const weights: NdArray<'float64'> = {
      dtype: 'float64',
      shape: [2, 2, 4],
      data: Float64Array.of(1, 1, 0.5, 0, 1, 1, 0.5, 0.5, 1, 0, 0, 0, 1, 1, 0, 0),
    };
    expect(Array.from(rebinWeights(weights, 2).data as Float64Array)).toEqual([1, 0, 0, 0]);
  });
});
