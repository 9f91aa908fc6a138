import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largestRectangle, quickRectangle } from './lit-rectangle.ts';

/** All rectangles tried. */
function slowArea(lit: readonly number[], rows: number, cols: number): number {
  let best = 0;
  for (let top = 0; top < rows; top++) {
    for (let left = 0; left < cols; left++) {
      for (let bottom = top + 1; bottom <= rows; bottom++) {
        for (let right = left + 1; right <= cols; right++) {
          let all = true;
          for (let r = top; r < bottom; r++) for (let c = left; c < right; c++) all &&= lit[r * cols + c] > 0;
          if (all) best = Math.max(best, (bottom - top) * (right - left));
        }
      }
    }
  }
  return best;
}

describe('largestRectangle', () => {
  it('is lit throughout, and none is larger', () => {
    const side = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.array(fc.boolean(), { minLength: 49, maxLength: 49 }),
        (rows, cols, values) => {
          const lit = values.slice(0, rows * cols).map(Number);
          const found = largestRectangle(lit, [rows, cols]);
          for (let r = found.row; r < found.row + found.rows; r++) {
            for (let c = found.col; c < found.col + found.cols; c++) expect(lit[r * cols + c]).toBe(1);
          }
          expect(found.rows * found.cols).toBe(slowArea(lit, rows, cols));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is the square in a disc', () => {
    const lit = Uint8Array.from({ length: 101 * 101 }, (_, i) =>
      Math.hypot(Math.floor(i / 101) - 50, (i % 101) - 50) <= 50 ? 1 : 0,
    );
    const { rows, cols } = largestRectangle(lit, [101, 101]);
    expect(rows / (100 / Math.SQRT2)).toBeCloseTo(1, 1);
    expect(cols / (100 / Math.SQRT2)).toBeCloseTo(1, 1);
  });

  it('is shortened about its middle to sides whose transform is quick', () => {
    expect(quickRectangle({ row: 3, col: 10, rows: 103, cols: 64 })).toEqual({
      row: 4,
      col: 10,
      rows: 100,
      cols: 64,
    });
    expect(quickRectangle({ row: 0, col: 0, rows: 0, cols: 0 })).toMatchObject({ rows: 0, cols: 0 });
  });
});
