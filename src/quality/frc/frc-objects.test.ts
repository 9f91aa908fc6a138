import { describe, expect, it } from 'vitest';
import { planFft2 } from '../../array/fft.ts';
import { ndarray, zeros, type NdArray } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import type { StoredField } from '../../ptyr/result.ts';
import { stream } from '../../simulation/random.ts';
import { createTestObject } from '../../simulation/test-object.ts';
import { compareObjects, type LitObject } from './frc-objects.ts';

const PIXEL: Pair = [30e-9, 20e-9];
const SIDE = 180;
const WORLD = createTestObject(SIDE, SIDE, 3);

/** The world seen by a reconstruction: a window of it, its content moved, with a phase ramp, a factor and noise. */
function seen(given: {
  name?: string;
  first: Pair;
  shape: Pair;
  moved?: Pair;
  ramp?: Pair;
  factor?: Pair;
  noise?: number;
  seed?: number;
  psizeM?: Pair;
}): LitObject {
  const { first, shape } = given;
  const [moved, ramp, factor] = [given.moved ?? [0, 0], given.ramp ?? [0, 0], given.factor ?? [1, 0]];
  const psizeM = given.psizeM ?? PIXEL;
  const wave = WORLD.data.slice();
  const fft = planFft2(SIDE, SIDE);
  fft.forward(wave);
  turn(wave, SIDE, (r, c) => (-2 * Math.PI * (signed(r) * moved[0] + signed(c) * moved[1])) / SIDE);
  fft.inverse(wave);
  turn(wave, SIDE, (r, c) => ramp[0] * r + ramp[1] * c);
  const random = stream(given.seed ?? 0);
  const noise = given.noise ?? 0;
  const [rows, cols] = shape;
  const data = new Float64Array(2 * rows * cols);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const from = 2 * ((first[0] + r) * SIDE + first[1] + c);
      const to = 2 * (r * cols + c);
      data[to] = wave[from] * factor[0] - wave[from + 1] * factor[1] + noise * random.normal();
      data[to + 1] = wave[from] * factor[1] + wave[from + 1] * factor[0] + noise * random.normal();
    }
  }
  const field: StoredField = {
    data: ndarray('complex128', [1, rows, cols], data),
    psizeM,
    originM: [first[0] * psizeM[0], first[1] * psizeM[1]],
    energyKeV: 8,
  };
  return { name: given.name ?? 'a', field, lit: litWithin(shape, 8) };
}

function signed(k: number): number {
  return 2 * k < SIDE ? k : 2 * k === SIDE ? 0 : k - SIDE;
}

function turn(wave: Float64Array, cols: number, angle: (r: number, c: number) => number): void {
  for (let i = 0; i < wave.length; i += 2) {
    const [r, c] = [Math.floor(i / 2 / cols), (i / 2) % cols];
    const [a, b] = [Math.cos(angle(r, c)), Math.sin(angle(r, c))];
    [wave[i], wave[i + 1]] = [wave[i] * a - wave[i + 1] * b, wave[i] * b + wave[i + 1] * a];
  }
}

function litWithin([rows, cols]: Pair, margin: number): NdArray<'uint8'> {
  const lit = zeros('uint8', [rows, cols]);
  for (let r = margin; r < rows - margin; r++) {
    lit.data.fill(1, r * cols + margin, (r + 1) * cols - margin);
  }
  return lit;
}

describe('compareObjects', () => {
  const first = seen({ first: [10, 20], shape: [140, 130], ramp: [0.3, -0.2] });

  it.each<[string, Partial<Parameters<typeof seen>[0]>]>([
    ['the same', {}],
    ['another grid of the same lattice', { first: [22, 31], shape: [150, 120] }],
    ['a global phase and another size', { factor: [0, -2] }],
    ['a phase ramp', { ramp: [-0.11, 0.7] }],
    ['content moved by whole pixels', { moved: [5, -3] }],
    [
      'all of it, and parts of a pixel',
      {
        first: [3, 35],
        shape: [150, 130],
        moved: [2.3, -4.6],
        ramp: [0.2, 0.1],
      },
    ],
  ])('of two noise-free views is 1: %s', (_, changes) => {
    const second = seen({ first: [10, 20], shape: [140, 130], ...changes });
    const result = compareObjects(first, second);
    // The last rings hold nothing: the test object ends before them.
    const within = Math.floor(0.7 * result.correlation.length);
    expect(Math.min(...result.correlation.slice(0, within))).toBeGreaterThan(0.999);
    const moved = changes.moved ?? [0, 0];
    expect(result.shift[0]).toBeCloseTo(-moved[0], 1);
    expect(result.shift[1]).toBeCloseTo(-moved[1], 1);
    expect(result.oneBitCrossing.kind).not.toBe('below');
    expect(Math.min(...result.shape)).toBeGreaterThanOrEqual(90);
  });

  it('puts coordinates that lie between pixels right', () => {
    const second = seen({ first: [10, 20], shape: [140, 130], moved: [0.4, 0] });
    const field = {
      ...second.field,
      originM: [second.field.originM[0] - 0.4 * PIXEL[0], second.field.originM[1]] as const,
    };
    const result = compareObjects(first, { ...second, field });
    expect(result.shift[0]).toBeCloseTo(0, 1);
  });

  it('finds less where there is more noise, and the same either way round', () => {
    const crossing = (noise: number): number[] => {
      const one = seen({ first: [10, 20], shape: [140, 130], noise, seed: 1 });
      const two = seen({
        first: [14, 18],
        shape: [140, 130],
        noise,
        seed: 2,
        moved: [0.3, 0.2],
        ramp: [0.1, 0],
      });
      return [compareObjects(one, two), compareObjects(two, one)].map(({ halfBitCrossing }) =>
        halfBitCrossing.kind === 'crossing' ? halfBitCrossing.frequency : NaN,
      );
    };
    const [little, much] = [crossing(0.02), crossing(0.1)];
    expect(much[0]).toBeLessThan(0.8 * little[0]);
    expect(little[1] / little[0]).toBeCloseTo(1, 1);
    expect(much[1] / much[0]).toBeCloseTo(1, 1);
  });

  it('refuses what cannot be compared, and says what and why', () => {
    const coarse = seen({ name: 'b.ptyr', first: [10, 20], shape: [140, 130], psizeM: [30e-9, 21e-9] });
    expect(() => compareObjects(first, coarse)).toThrow(/30 x 20 nm \(a\) and 30 x 21 nm \(b\.ptyr\)/);
    const far = { ...first, name: 'c', field: { ...first.field, originM: [1e-3, 0] as const } };
    expect(() => compareObjects(first, far)).toThrow(
      /do not overlap: y 0\.3 to 4\.5 µm.*\(a\), y 1000 to .* \(c\)/,
    );
    const beside = {
      ...first,
      field: { ...first.field, originM: [120 * PIXEL[0], first.field.originM[1]] as const },
    };
    expect(() => compareObjects(first, beside)).toThrow(/4x\d+ pixels: at least 16/);
  });
});
