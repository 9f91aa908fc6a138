import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ndarray } from '../../array/ndarray.ts';
import { complexPlane, rangeOf, realPlane, reductionFor } from './reduce.ts';

const side = fc.integer({ min: 1, max: 12 });

describe('a picture made smaller', () => {
  it('fits on the screen, and no smaller than it must be', () => {
    fc.assert(
      fc.property(side, side, side, side, (rows, cols, height, width) => {
        const reduction = reductionFor([rows, cols], [height, width]);
        const fits = (r: number) => Math.ceil(rows / r) <= height && Math.ceil(cols / r) <= width;
        expect(fits(reduction)).toBe(true);
        if (reduction > 1)
          expect(rows / (reduction - 1) > height || cols / (reduction - 1) > width).toBe(true);
      }),
    );
    expect(reductionFor([5000, 5000], null)).toBe(1);
  });

  it('holds the mean of each block, smaller ones at the far edges', () => {
    fc.assert(
      fc.property(
        side,
        side,
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.double({ min: -9, max: 9, noNaN: true })),
        (rows, cols, reduction, numbers) => {
          const data = Float64Array.from({ length: rows * cols }, () => numbers.next().value as number);
          const plane = realPlane(ndarray('float64', [rows, cols], data), reduction);
          expect([plane.rows, plane.cols]).toEqual([
            Math.ceil(rows / reduction),
            Math.ceil(cols / reduction),
          ]);
          for (let row = 0; row < plane.rows; row++) {
            for (let col = 0; col < plane.cols; col++) {
              const block: number[] = [];
              for (let y = row * reduction; y < Math.min(rows, (row + 1) * reduction); y++) {
                for (let x = col * reduction; x < Math.min(cols, (col + 1) * reduction); x++)
                  block.push(data[y * cols + x]);
              }
              const mean = block.reduce((sum, value) => sum + value, 0) / block.length;
              expect(plane.values[row * plane.cols + col]).toBeCloseTo(mean, 4);
            }
          }
        },
      ),
    );
  });

  it('averages complex numbers, of the layer that is asked for', () => {
    const data = Float32Array.from([0, 0, 0, 0, 1, 2, 3, 4]);
    const array = ndarray('complex64', [2, 1, 2], data);
    expect([...complexPlane(array, 1, 1).values]).toEqual([1, 2, 3, 4]);
    expect([...complexPlane(array, 1, 2).values]).toEqual([2, 3]);
  });

  it('does not share memory with what goes on to change', () => {
    const array = ndarray('float32', [1, 2], Float32Array.of(1, 2));
    const { values } = realPlane(array, 1);
    array.data[0] = 7;
    expect([...values]).toEqual([1, 2]);
  });
});

describe('the range that is shown', () => {
  it('leaves out the ends and what is not finite', () => {
    const values = Float32Array.from({ length: 1001 }, (_, i) => i);
    values[1000] = 1e9;
    values[500] = NaN;
    expect(rangeOf(values, false)).toEqual([4, 996]);
    expect(rangeOf(Float32Array.of(NaN), false)).toEqual([0, 0]);
  });

  it('is that of the amplitude of complex numbers', () => {
    expect(rangeOf(Float32Array.of(3, 4, 3, 4), true)).toEqual([5, 5]);
  });
});
