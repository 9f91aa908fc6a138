import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colour, fitImage, shrink } from './raster.ts';

const side = fc.integer({ min: 1, max: 40 });

describe('fitImage', () => {
  it('zooms square elements by whole numbers', () => {
    expect(fitImage([172, 100], [1e-7, 1e-7], 690, 690)).toEqual({
      width: 400,
      height: 688,
      rows: 172,
      cols: 100,
    });
    expect(fitImage([400, 400], [1e-7, 1e-7], 690, 690)).toMatchObject({ width: 400, height: 400 });
    expect(fitImage([400, 400], [1e-7, 1e-7], 690, 690, 1.18)).toMatchObject({ width: 800, height: 800 });
  });

  it('keeps metres equal along both axes, within a px, and never exceeds the array', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        (rows, cols, ratio) => {
          const fit = fitImage([rows, cols], [1e-8 * ratio, 1e-8], 690, 690);
          expect(fit.width).toBeLessThanOrEqual(690);
          expect(fit.height).toBeLessThanOrEqual(690);
          expect(fit.rows).toBe(Math.min(rows, fit.height));
          expect(fit.cols).toBe(Math.min(cols, fit.width));
          const aspect = (fit.width / fit.height) * ((rows * ratio) / cols);
          // A side of less than one px is drawn as one.
          const tolerance = 1 / fit.width + 1 / fit.height;
          if (Math.min(fit.width, fit.height) > 1) expect(Math.abs(Math.log(aspect))).toBeLessThan(tolerance);
          expect(fit.width > 340 || fit.height > 340).toBe(true);
        },
      ),
    );
  });
});

describe('shrink', () => {
  it('is the identity at equal size', () => {
    expect([...shrink([1, 2, 3, 4, 5, 6], [2, 3], [2, 3])]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('averages areas, shares of elements included', () => {
    expect([...shrink([1, 2, 3, 4], [1, 4], [1, 2])]).toEqual([1.5, 3.5]);
    const [left, right] = shrink([1, 2, 3], [1, 3], [1, 2]);
    expect(left).toBeCloseTo((1 + 0.5 * 2) / 1.5, 12);
    expect(right).toBeCloseTo((0.5 * 2 + 3) / 1.5, 12);
  });

  it('keeps the mean of every array, real or complex', () => {
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.constantFrom(1 as const, 2 as const),
        (a, b, c, d, components) => {
          const [rows, toRows] = [Math.max(a, b), Math.min(a, b)];
          const [cols, toCols] = [Math.max(c, d), Math.min(c, d)];
          const values = Float64Array.from(
            { length: rows * cols * components },
            (_, i) => Math.sin(i * 1.7) + (i % 5),
          );
          const small = shrink(values, [rows, cols], [toRows, toCols], components);
          for (let k = 0; k < components; k++) {
            const mean = (of: Float64Array) =>
              of.filter((_, i) => i % components === k).reduce((sum, value) => sum + value, 0) /
              (of.length / components);
            expect(mean(small)).toBeCloseTo(mean(values), 9);
          }
        },
      ),
    );
  });

  it('leaves NaN out, and gives NaN where more than half is NaN', () => {
    const values = [1, NaN, NaN, NaN, 5, 7, 2, NaN];
    const small = [...shrink(values, [2, 4], [1, 2])];
    expect(small[0]).toBeCloseTo((1 + 5 + 7) / 3, 12);
    expect(small[1]).toBeNaN();
  });
});

describe('colour', () => {
  it('gives one opaque pixel an element, in order', () => {
    const pixels = colour([0, 1], [1, 2], (value) => [value * 10, 20, 30]);
    expect([...pixels.data]).toEqual([0, 20, 30, 255, 10, 20, 30, 255]);
  });
});
