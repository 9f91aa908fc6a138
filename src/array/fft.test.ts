import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../errors.ts';
import { planFft2 } from './fft.ts';

/** The definition, term by term along each axis. */
function direct(data: Float64Array, rows: number, cols: number): Float64Array {
  const along = (x: Float64Array, n: number, others: number, stride: number, step: number) => {
    const y = new Float64Array(x.length);
    for (let s = 0; s < others; s++) {
      for (let k = 0; k < n; k++) {
        for (let m = 0; m < n; m++) {
          const angle = (-2 * Math.PI * ((k * m) % n)) / n;
          const i = 2 * (s * step + m * stride);
          const o = 2 * (s * step + k * stride);
          y[o] += (x[i] * Math.cos(angle) - x[i + 1] * Math.sin(angle)) / Math.sqrt(n);
          y[o + 1] += (x[i] * Math.sin(angle) + x[i + 1] * Math.cos(angle)) / Math.sqrt(n);
        }
      }
    }
    return y;
  };
  return along(along(data, cols, rows, 1, cols), rows, cols, cols, 1);
}

function noise(length: number, seed = 1): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}

const SIZES: [number, number][] = [
  [1, 1],
  [1, 2],
  [2, 2],
  [3, 3],
  [4, 5],
  [5, 5],
  [7, 7],
  [7, 1],
  [8, 6],
  [9, 25],
  [11, 26],
  [16, 16],
  [24, 24],
  [64, 32],
  [49, 15],
  [30, 50],
  [48, 48],
  [97, 97],
  [128, 128],
  [60, 77],
];

describe('planFft2', () => {
  it.each(SIZES)('matches the definition for %dx%d', (rows, cols) => {
    const data = noise(2 * rows * cols);
    const expected = direct(data, rows, cols);
    const plan = planFft2(rows, cols);
    const result = data.slice();
    plan.forward(result);
    expect(largestDifference(result, expected)).toBeLessThan(1e-12);
    plan.inverse(result);
    expect(largestDifference(result, data)).toBeLessThan(1e-13);
  });

  it('is unitary: keeps scalar products, and the inverse is the adjoint', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat());
    fc.assert(
      fc.property(sizes, ([rows, cols, seed]) => {
        const plan = planFft2(rows, cols);
        const a = noise(2 * rows * cols, seed);
        const b = noise(2 * rows * cols, seed + 17);
        const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, v, i) => sum + v * y[i], 0);
        const fa = a.slice();
        plan.forward(fa);
        const ib = b.slice();
        plan.inverse(ib);
        const norm = dot(a, a);
        expect(Math.abs(dot(fa, fa) - norm)).toBeLessThan(1e-12 * norm + 1e-15);
        expect(Math.abs(dot(fa, b) - dot(a, ib))).toBeLessThan(1e-12 * (norm + dot(b, b)));
      }),
      { numRuns: 60 },
    );
  });

  it('shares plans of equal size', () => {
    expect(planFft2(12, 14)).toBe(planFft2(12, 14));
  });

  it('refuses wrong lengths and sizes', () => {
    expect(() => {
      planFft2(4, 4).forward(new Float64Array(16));
    }).toThrow(DataError);
    expect(() => planFft2(0, 4)).toThrow(/0x4/);
    expect(() => planFft2(4, 2.5)).toThrow(DataError);
  });
});
