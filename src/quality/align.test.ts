import { describe, expect, it } from 'vitest';
import { planFft2 } from '../array/fft.ts';
import { fromNumbers, ndarray, type NdArray } from '../array/ndarray.ts';
import { createTestObject } from '../simulation/test-object.ts';
import { stream } from '../simulation/random.ts';
import { alignObjects } from './align.ts';
import { solve } from './solve.ts';

const ROWS = 80;
const COLS = 96;

/** The object times a factor and a phase ramp, its content moved by a shift (in Fourier space: periodic). */
function distort(
  object: NdArray<'complex128'>,
  factor: readonly [number, number],
  ramp: readonly [number, number],
  shift: readonly [number, number],
): NdArray<'complex128'> {
  const data = object.data.slice();
  const turn = (angle: (r: number, c: number) => number): void => {
    for (let r = 0, i = 0; r < ROWS; r++) {
      for (let c = 0; c < COLS; c++, i += 2) {
        const [a, b] = [Math.cos(angle(r, c)), Math.sin(angle(r, c))];
        [data[i], data[i + 1]] = [data[i] * a - data[i + 1] * b, data[i] * b + data[i + 1] * a];
      }
    }
  };
  const signed = (k: number, n: number): number => (2 * k < n ? k : 2 * k === n ? 0 : k - n) / n;
  const fft = planFft2(ROWS, COLS);
  fft.forward(data);
  turn((r, c) => -2 * Math.PI * (signed(r, ROWS) * shift[0] + signed(c, COLS) * shift[1]));
  fft.inverse(data);
  turn((r, c) => ramp[0] * r + ramp[1] * c);
  for (let i = 0; i < data.length; i += 2) {
    [data[i], data[i + 1]] = [
      data[i] * factor[0] - data[i + 1] * factor[1],
      data[i] * factor[1] + data[i + 1] * factor[0],
    ];
  }
  return ndarray('complex128', [ROWS, COLS], data);
}

const inner = fromNumbers(
  'uint8',
  Uint8Array.from({ length: ROWS * COLS }, (_, i) => {
    const r = Math.floor(i / COLS);
    const c = i % COLS;
    return r > 14 && r < ROWS - 14 && c > 14 && c < COLS - 14 ? 1 : 0;
  }),
  [ROWS, COLS],
);

describe('alignObjects', () => {
  const truth = createTestObject(ROWS, COLS);

  it.each([
    [
      [1, 0],
      [0, 0],
      [0, 0],
    ],
    [
      [0, -2.5],
      [0.004, -0.007],
      [0, 0],
    ],
    [
      [0.3, 0.4],
      [0.02, 0.031],
      [0.4, -0.3],
    ],
    [
      [-1, 0.1],
      [-0.03, 0.01],
      [3.6, -2.2],
    ],
  ] as [[number, number], [number, number], [number, number]][])(
    'takes factor %j, ramp %j and shift %j off',
    (factor, ramp, shift) => {
      const result = alignObjects(distort(truth, factor, ramp, shift), truth, { region: inner });
      expect(result.error).toBeLessThan(2e-3);
      expect(result.ramp[0]).toBeCloseTo(-ramp[0], 4);
      expect(result.ramp[1]).toBeCloseTo(-ramp[1], 4);
      expect(result.shift[0]).toBeCloseTo(-shift[0], 2);
      expect(result.shift[1]).toBeCloseTo(-shift[1], 2);
    },
  );

  it('measures what is left: noise', () => {
    const random = stream(1);
    const noisy = distort(truth, [0, 3], [0.01, 0], [0, 0]);
    const norm = Math.sqrt(noisy.data.reduce((sum, x) => sum + x * x, 0) / noisy.data.length);
    const spoilt = ndarray(
      'complex128',
      noisy.shape,
      noisy.data.map((x) => x + 0.05 * norm * random.normal()),
    );
    expect(alignObjects(spoilt, truth, { region: inner, shift: false }).error).toBeCloseTo(0.05, 2);
    const other = createTestObject(ROWS, COLS, 5);
    expect(alignObjects(other, truth, { region: inner }).error).toBeGreaterThan(0.15);
  });

  it('refuses arrays that differ in shape and empty regions', () => {
    expect(() => alignObjects(truth, createTestObject(10, 10))).toThrow(/80x96 complex128.*10x10/);
    const nothing = fromNumbers('uint8', new Uint8Array(ROWS * COLS), [ROWS, COLS]);
    expect(() => alignObjects(truth, truth, { region: nothing })).toThrow(/region/);
  });
});

describe('solve', () => {
  it('solves, and leaves unknowns without influence at 0', () => {
    const x = solve(Float64Array.from([4, 1, 0, 1, 3, 0, 0, 0, 0]), Float64Array.from([1, 2, 0]));
    expect(x[0]).toBeCloseTo(1 / 11, 12);
    expect(x[1]).toBeCloseTo(7 / 11, 12);
    expect(x[2]).toBe(0);
  });
});
