import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NdArray } from '../../array/ndarray.ts';
import { clipRegion, cropPad, regionAround, roundHalfEven } from './crop.ts';

const side = fc.integer({ min: 1, max: 12 });
const start = fc.integer({ min: -15, max: 15 });

function ramp(count: number, rows: number, cols: number): NdArray<'uint16'> {
  const data = Uint16Array.from({ length: count * rows * cols }, (_, i) => i + 1);
  return { dtype: 'uint16', shape: [count, rows, cols], data };
}

describe('cropPad', () => {
  it('takes each pixel from where it was, zero outside, in the same element type', () => {
    fc.assert(
      fc.property(side, side, start, start, side, side, (rows, cols, row, col, outRows, outCols) => {
        const source = ramp(2, rows, cols);
        const out = cropPad(source, { row, col, rows: outRows, cols: outCols });
        expect(out.dtype).toBe('uint16');
        expect(out.shape).toEqual([2, outRows, outCols]);
        for (let n = 0; n < 2; n++) {
          for (let r = 0; r < outRows; r++) {
            for (let c = 0; c < outCols; c++) {
              const [y, x] = [row + r, col + c];
              const inside = y >= 0 && y < rows && x >= 0 && x < cols;
              const expected = inside ? source.data[(n * rows + y) * cols + x] : 0;
              expect(out.data[(n * outRows + r) * outCols + c]).toBe(expected);
            }
          }
        }
      }),
    );
  });

  it('undoes a padding exactly', () => {
    fc.assert(
      fc.property(side, side, fc.nat(6), fc.nat(6), (rows, cols, top, left) => {
        const source = ramp(1, rows, cols);
        const padded = cropPad(source, {
          row: -top,
          col: -left,
          rows: rows + 2 * top,
          cols: cols + 2 * left,
        });
        expect(cropPad(padded, { row: top, col: left, rows, cols }).data).toEqual(source.data);
      }),
    );
  });

  it('gives back the array itself when nothing changes', () => {
    const source = ramp(1, 3, 4);
    expect(cropPad(source, { row: 0, col: 0, rows: 3, cols: 4 })).toBe(source);
  });
});

describe('regions', () => {
  it('rounds centres half to even, as numpy does', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 1.49, 1.51].map(roundHalfEven)).toEqual([0, 2, 2, 0, -2, 1, 2]);
  });

  it('starts at round(centre) − size//2', () => {
    expect(regionAround([16.5, 18.6], [32, 7])).toEqual({ row: 0, col: 16, rows: 32, cols: 7 });
  });

  it('knows when nothing of the frame is left', () => {
    expect(clipRegion({ row: 8, col: 0, rows: 4, cols: 4 }, [8, 8])).toBeUndefined();
    expect(clipRegion({ row: -2, col: 6, rows: 4, cols: 4 }, [8, 8])).toEqual({
      row: 0,
      col: 6,
      rows: 2,
      cols: 2,
    });
  });
});
