/** Where things are: view, place, layout, profile. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { available, layoutOf } from './layout.ts';
import { inMetres, inShares, placeOf } from './place.ts';
import { sampleProfile } from './profile.ts';
import { inPicture, inView, panned, WHOLE, zoomed } from './view.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const point = fc.record({ y: share, x: share });

it('zooming in keeps what is under the pointer; the view stays within the picture', () => {
  fc.assert(
    fc.property(point, point, fc.double({ min: 1, max: 8, noNaN: true }), (first, second, factor) => {
      const before = zoomed(WHOLE, 3, first, 100);
      const after = zoomed(before, factor, second, 100);
      const [old, now] = [inPicture(before, second), inPicture(after, second)];
      expect(now.x).toBeCloseTo(old.x);
      expect(now.y).toBeCloseTo(old.y);
      const moved = panned(after, { y: 99, x: -99 });
      expect([moved.y, moved.x]).toEqual([1 - 1 / after.zoom, 0]);
      expect(inView(after, now).x).toBeCloseTo(second.x);
    }),
  );
  expect(zoomed(WHOLE, 0.1, { y: 0.5, x: 0.5 }, 100)).toEqual(WHOLE);
});

it('a reduced picture begins where the whole does', () => {
  const whole = placeOf({ rows: 8, cols: 8, reduction: 1, psizeM: [1e-8, 2e-8] }, [1e-6, 0]);
  const half = placeOf({ rows: 4, cols: 4, reduction: 2, psizeM: [2e-8, 4e-8] }, [1e-6, 0]);
  for (const side of ['y', 'x', 'height', 'width'] as const) expect(half[side]).toBeCloseTo(whole[side], 15);
  expect(whole.y).toBeCloseTo(0.995e-6, 15);
  const { yM, xM } = inMetres(whole, { y: 0.25, x: 0.75 });
  expect(inShares(whole, { yM, xM }).y).toBeCloseTo(0.25);
});

it('a picture keeps its shape and whole device pixels', () => {
  const stage = { width: 700, height: 500, pixelRatio: 1.5 };
  const { image, device, bar } = layoutOf(stage, { width: 3e-6, height: 1e-6 });
  expect(device.width).toBe(available(stage).cols);
  expect(device.width / device.height).toBeCloseTo(3, 1);
  expect(image.width * 1.5).toBeCloseTo(device.width);
  expect(bar.x).toBeGreaterThan(image.x + image.width);
  expect(bar.height).toBeGreaterThan(100);
});

it('a profile has the values of the elements under the line, and its length in metres', () => {
  const place = { y: 0, x: 0, height: 4e-6, width: 8e-6 };
  const ends = [
    { y: 0.5, x: 0 },
    { y: 0.5, x: 1 },
  ] as const;
  const profile = sampleProfile((row, col) => 10 * row + col, { rows: 4, cols: 8 }, place, ends);
  expect(profile.length).toBeCloseTo(8e-6, 12);
  expect(Array.from(profile.value)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 27]);
  expect(profile.distance.at(-1)).toBeCloseTo(8e-6, 12);
});
