import { expect, it } from 'vitest';
import { inPicture, pinched, WHOLE } from './view.ts';

it('what lies between two fingers stays between them', () => {
  const [from, to] = [
    { y: 0.4, x: 0.6 },
    { y: 0.5, x: 0.45 },
  ];
  const near = pinched(WHOLE, 3, from, to, 20);
  expect(near.zoom).toBe(3);
  expect(inPicture(near, to).y).toBeCloseTo(inPicture(WHOLE, from).y, 12);
  expect(inPicture(near, to).x).toBeCloseTo(inPicture(WHOLE, from).x, 12);
  // Never beyond the edges, nor closer than allowed.
  expect(pinched(near, 0.1, from, to, 20)).toEqual(WHOLE);
  expect(pinched(WHOLE, 50, from, to, 20).zoom).toBe(20);
});
