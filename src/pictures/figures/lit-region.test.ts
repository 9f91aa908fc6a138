import { describe, expect, it } from 'vitest';
import { DataError } from '../../errors.ts';
import { fromNumbers, zeros } from '../../array/ndarray.ts';
import { centralHalf, cropValues, litRegion } from './lit-region.ts';

describe('litRegion', () => {
  it('is the bounding box of what is well covered, faint tails left out', () => {
    const coverage = zeros('float64', [20, 30]);
    coverage.data.fill(0.01);
    for (let row = 4; row < 12; row++) for (let col = 7; col < 28; col++) coverage.data[row * 30 + col] = 5;
    coverage.data[0] = NaN;
    const { region, lit } = litRegion(coverage);
    expect(region).toEqual({ row: 4, col: 7, rows: 8, cols: 21 });
    expect(lit.reduce((sum, value) => sum + value, 0)).toBe(8 * 21);
  });

  it('is everything when nothing is covered', () => {
    const { region, lit } = litRegion(zeros('uint16', [3, 4]));
    expect(region).toEqual({ row: 0, col: 0, rows: 3, cols: 4 });
    expect([...lit]).toEqual(new Array(12).fill(1));
  });

  it('refuses what is not a real image', () => {
    expect(() => litRegion(zeros('complex64', [3, 4]))).toThrow(DataError);
    expect(() => litRegion(zeros('float32', [3]))).toThrow(
      /coverage is a real \(rows, cols\) array, got \[3 float32\]/,
    );
  });
});

describe('centralHalf', () => {
  it('is half of each side, at least one element', () => {
    expect(centralHalf([8, 100]).region).toEqual({ row: 2, col: 25, rows: 4, cols: 50 });
    expect(centralHalf([1, 1]).lit[0]).toBe(1);
    expect(centralHalf([8, 8]).lit.reduce((sum, value) => sum + value, 0)).toBe(16);
  });
});

describe('cropValues', () => {
  it('takes the region', () => {
    const values = fromNumbers(
      'float64',
      Array.from({ length: 12 }, (_, i) => i),
      [3, 4],
    );
    expect([...cropValues(values.data, 4, { row: 1, col: 2, rows: 2, cols: 2 })]).toEqual([6, 7, 10, 11]);
  });
});
