import { describe, expect, it } from 'vitest';
import { DataError } from '../errors.ts';
import { stream } from './random.ts';

/** Mean, variance and third central moment. */
function moments(values: readonly number[]): [mean: number, variance: number, third: number] {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const central = (power: number): number =>
    values.reduce((sum, x) => sum + (x - mean) ** power, 0) / values.length;
  return [mean, central(2), central(3)];
}

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

describe('stream', () => {
  it('gives the same numbers for the same seed and index, in whatever order streams are made', () => {
    const forward = [0, 1, 2].map((index) => draw(5, stream(7, index).uniform));
    const backward = [2, 1, 0].map((index) => draw(5, stream(7, index).uniform)).reverse();
    expect(backward).toEqual(forward);
  });

  it('stays what it is: files and papers depend on it', () => {
    const random = stream(1, 2);
    expect([random.uniform(), random.normal(), random.poisson(3), random.poisson(300)])
      .toMatchInlineSnapshot(`
      [
        0.5188352019583237,
        -1.005758035784369,
        3,
        341,
      ]
    `);
  });

  it('gives other numbers for other seeds and indices, swapped ones included', () => {
    const firsts = new Set<number>();
    for (let seed = -20; seed < 20; seed++) {
      for (let index = -20; index < 20; index++) firsts.add(stream(seed, index).uniform());
    }
    expect(firsts.size).toBe(1600);
  });

  it('is uniform, and neighbouring streams know nothing of each other', () => {
    const n = 4000;
    const a = draw(
      n,
      (() => {
        let i = 0;
        return () => stream(3, i++).uniform();
      })(),
    );
    const [mean, variance] = moments(a);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.004);
    const correlation = a.slice(1).reduce((sum, x, i) => sum + (x - 0.5) * (a[i] - 0.5), 0) / n / (1 / 12);
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(n));
  });

  it('is standard normal', () => {
    const n = 40_000;
    const values = draw(n, stream(5).normal);
    const [mean, variance, third] = moments(values);
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(third)).toBeLessThan(4 * Math.sqrt(15 / n));
    const inside = values.filter((x) => Math.abs(x) < 1).length / n;
    expect(inside).toBeCloseTo(0.6827, 1.9);
  });

  it('refuses seeds that are not whole numbers', () => {
    expect(() => stream(0.5)).toThrow(DataError);
    expect(() => stream(0, NaN)).toThrow(/whole/);
  });
});

describe('poisson', () => {
  // Mean and variance are both the mean, and so is the third moment; standard errors of 5 σ.
  it.each([0.03, 0.7, 4, 9.99, 10, 27, 350, 1e5, 3e8])('has the moments of mean %d', (mean) => {
    const n = 20_000;
    const random = stream(11, Math.round(mean));
    const values = draw(n, () => random.poisson(mean));
    expect(values.every((k) => Number.isInteger(k) && k >= 0)).toBe(true);
    const [average, variance, third] = moments(values);
    expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(mean / n));
    expect(Math.abs(variance - mean)).toBeLessThan(5 * Math.sqrt((2 * mean ** 2 + mean) / n));
    expect(Math.abs(third - mean)).toBeLessThan(5 * Math.sqrt((15 * mean ** 3 + 40 * mean ** 2 + mean) / n));
  });

  it.each([3, 12, 40])('has the probabilities of mean %d', (mean) => {
    const n = 40_000;
    const random = stream(13, mean);
    const counts = new Map<number, number>();
    for (let i = 0; i < n; i++) {
      const k = random.poisson(mean);
      counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    let chiSquare = 0;
    let bins = 0;
    let probability = Math.exp(-mean);
    for (let k = 0; k < 3 * mean + 10; k++, probability *= mean / k) {
      const expected = n * probability;
      if (expected < 10) continue;
      chiSquare += ((counts.get(k) ?? 0) - expected) ** 2 / expected;
      bins++;
    }
    expect(chiSquare).toBeLessThan(bins + 4 * Math.sqrt(2 * bins));
  });

  it('of nothing is nothing, and of a negative mean an error', () => {
    expect(stream(0).poisson(0)).toBe(0);
    expect(() => stream(0).poisson(-1)).toThrow(DataError);
    expect(() => stream(0).poisson(NaN)).toThrow(/mean NaN/);
  });
});
