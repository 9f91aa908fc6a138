import { describe, expect, it } from 'vitest';
import { gridShifts, randomShifts } from './trial-shifts.ts';

const AT = { seed: 3, iteration: 7, index: 5 };

describe('randomShifts', () => {
  it('reach as far as they may along each axis, in all quadrants', () => {
    const shifts = randomShifts(4000, [5.4, 2], AT);
    const rows = shifts.map(([row]) => row);
    const cols = shifts.map(([, col]) => col);
    expect([Math.min(...rows), Math.max(...rows)]).toEqual([-5, 5]);
    expect([Math.min(...cols), Math.max(...cols)]).toEqual([-2, 2]);
    expect(shifts.flat().every(Number.isInteger)).toBe(true);
    // One after the other: down right, up right, down left, up left.
    const signs = [
      [1, 1],
      [-1, 1],
      [1, -1],
      [-1, -1],
    ];
    shifts.forEach((shift, k) => {
      shift.forEach((pixels, axis) => {
        expect(pixels * signs[k % 4][axis]).toBeGreaterThanOrEqual(0);
      });
    });
  });

  it('depend on seed, iteration and scan point, and on nothing else', () => {
    const shifts = randomShifts(8, [100, 100], AT);
    expect(randomShifts(8, [100, 100], AT)).toEqual(shifts);
    expect(randomShifts(2, [100, 100], AT)).toEqual(shifts.slice(0, 2));
    for (const other of [{ seed: 4 }, { iteration: 8 }, { index: 6 }]) {
      expect(randomShifts(8, [100, 100], { ...AT, ...other })).not.toEqual(shifts);
    }
  });
});

describe('gridShifts', () => {
  it('are all within reach, rounded up, but for staying', () => {
    const shifts = gridShifts([1.2, 1]);
    expect(shifts).toHaveLength(5 * 3 - 1);
    expect(new Set(shifts.map(String)).size).toBe(14);
    expect(Math.max(...shifts.map(([row]) => Math.abs(row)))).toBe(2);
    expect(Math.max(...shifts.map(([, col]) => Math.abs(col)))).toBe(1);
    expect(shifts).not.toContainEqual([0, 0]);
  });
});
