import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NdArray } from '../../array/ndarray.ts';
import { orient, orientationFrom, orientCenter } from './orient.ts';

const side = fc.integer({ min: 1, max: 9 });
const code = fc.integer({ min: 0, max: 7 });

function ramp(rows: number, cols: number): NdArray<'int32'> {
  return {
    dtype: 'int32',
    shape: [1, rows, cols],
    data: Int32Array.from({ length: rows * cols }, (_, i) => i),
  };
}

describe('orientation', () => {
  it('moves the centre of an 8×8 frame from (3,5) as documented for the codes 0..7', () => {
    const centers = [0, 1, 2, 3, 4, 5, 6, 7].map((c) => orientCenter([3, 5], [8, 8], orientationFrom(c)));
    expect(centers).toEqual([
      [3, 5],
      [3, 2],
      [4, 5],
      [4, 2],
      [5, 3],
      [5, 4],
      [2, 3],
      [2, 4],
    ]);
  });

  it('carries the pixel under the centre along, in frames of any shape', () => {
    fc.assert(
      fc.property(side, side, code, fc.nat(), fc.nat(), (rows, cols, c, a, b) => {
        const [row, col] = [a % rows, b % cols];
        const frame = ramp(rows, cols);
        const turned = orient(frame, orientationFrom(c));
        const [r, k] = orientCenter([row, col], [rows, cols], orientationFrom(c));
        expect(turned.data[r * turned.shape[2] + k]).toBe(row * cols + col);
      }),
    );
  });

  it('keeps every pixel exactly once, and flips undo themselves', () => {
    fc.assert(
      fc.property(side, side, code, (rows, cols, c) => {
        const frame = ramp(rows, cols);
        const turned = orient(frame, orientationFrom(c));
        expect([...turned.data].sort((x, y) => x - y)).toEqual([...frame.data]);
        const flips = orientationFrom(c & 3);
        expect(orient(orient(frame, flips), flips).data).toEqual(frame.data);
      }),
    );
  });

  it('reads the three switches (transpose, flipud, fliplr) as the bits 4, 2, 1', () => {
    expect(orientationFrom([true, false, true])).toEqual(orientationFrom(5));
  });
});
