import { expect, it } from 'vitest';
import { extentOf, fit, nearest, ticks } from './layout.ts';

const POSITIONS = [
  { index: 4, y: -1, x: 2 },
  { index: 9, y: 3, x: 4 },
];

it('positions fill the plane with one scale for both axes', () => {
  const { scale, left, top } = fit(extentOf(POSITIONS), 230, 430, 20);
  // 4 high and 2 wide into 400 x 200
  expect(scale).toBe(100);
  expect([left + scale * 2, left + scale * 4]).toEqual([20, 220]);
  expect([top - scale, top + 3 * scale]).toEqual([10, 410]);
});

it('a single position stands in the middle', () => {
  const { scale, left, top } = fit(extentOf(POSITIONS.slice(0, 1)), 230, 230, 20);
  expect([left + 2 * scale, top - scale]).toEqual([120, 110]);
});

it('a click means the nearest position within reach', () => {
  expect(nearest(POSITIONS, 2.5, 4, 1)?.index).toBe(9);
  expect(nearest(POSITIONS, 1, 3, 1)).toBeUndefined();
});

it('ticks are round numbers within the axis', () => {
  expect(ticks(-3, 11, 3)).toEqual([0, 5, 10]);
  expect(ticks(0.1, 0.9, 4)).toHaveLength(4);
  expect(ticks(2, 2, 4)).toEqual([2]);
});
