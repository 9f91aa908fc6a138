import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openGolden } from '../../test/tools/golden.ts';
import { astype, fromNumbers } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import { massCenter, translateCenter, type CenterSpec } from './centers.ts';

describe('translateCenter', () => {
  it.each([
    ['fftshift', [4, 3]],
    ['geometric', [3.5, 3]],
    ['fft', [0, 0]],
    [
      [3, 5.5],
      [3, 5.5],
    ],
    [
      [-1, 7],
      [7, 0],
    ],
    [
      [8, -0.5],
      [0, 6.5],
    ],
  ] as const)('%j of 8x7 is %j', (center, expected) => {
    expect(translateCenter(center, [8, 7])).toEqual(expected);
  });

  it('puts any number into the frame', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.integer({ min: 1, max: 99 }),
        (c, n) => {
          const [row] = translateCenter([c, 0], [n, 1]);
          expect(row).toBeGreaterThanOrEqual(0);
          expect(row).toBeLessThan(n);
          const turns = (c - row) / n;
          expect(turns).toBeCloseTo(Math.round(turns), 9);
        },
      ),
    );
  });

  it('says which names are accepted', () => {
    expect(() => translateCenter('middle' as CenterSpec, [8, 8])).toThrow(/fftshift, geometric, fft/);
    expect(() => translateCenter([NaN, 0], [8, 8])).toThrow(DataError);
  });
});

describe('massCenter', () => {
  it('agrees with ptypy', async () => {
    const file = await openGolden('physics.h5');
    const cases = file.keys('mass_center');
    expect(cases).toHaveLength(6);
    for (const name of cases) {
      const frame = astype(file.read(`mass_center/${name}/frame`), 'float64');
      const expected = astype(file.read(`mass_center/${name}/center`), 'float64').data;
      const [row, col] = massCenter(frame);
      expect(Math.abs(row / expected[0] - 1)).toBeLessThan(1e-12);
      expect(Math.abs(col / expected[1] - 1)).toBeLessThan(1e-12);
    }
    file.close();
  });

  it('leaves masked pixels out', () => {
    const frame = fromNumbers('int32', [1, 0, 0, 1000, 1, 0], [2, 3]);
    const mask = fromNumbers('bool', [1, 1, 1, 0, 1, 1], [2, 3]);
    expect(massCenter(frame, mask)).toEqual([0.5, 0.5]);
  });

  it('refuses dark frames and masks of another size', () => {
    const dark = fromNumbers('uint8', [0, 0, 0, 0], [2, 2]);
    expect(() => massCenter(dark)).toThrow(/sum to 0/);
    expect(() => massCenter(dark, fromNumbers('bool', [1, 1]))).toThrow(DataError);
  });
});
