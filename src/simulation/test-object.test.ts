import { describe, expect, it } from 'vitest';
import { planFft2 } from '../array/fft.ts';
import type { NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import { finishInTurns, type Steps } from './steps.ts';
import { createTestObject, testObjectSteps } from './test-object.ts';

function amplitudeAndPhase({ data }: NdArray<'complex128'>): { amplitude: number[]; phase: number[] } {
  const pixels = Array.from({ length: data.length / 2 }, (_, i) => [data[2 * i], data[2 * i + 1]]);
  return {
    amplitude: pixels.map(([re, im]) => Math.hypot(re, im)),
    phase: pixels.map(([re, im]) => Math.atan2(im, re)),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((x) => (x - middle) ** 2)));
};

describe('createTestObject', () => {
  it.each([
    [256, 256],
    [100, 300],
    [40, 25],
    [1, 1],
    [7, 90],
  ])('of %dx%d pixels transmits 0.4 to 1 with phases within 1 rad', (rows, cols) => {
    const object = createTestObject(rows, cols);
    expect(object.shape).toEqual([rows, cols]);
    const { amplitude, phase } = amplitudeAndPhase(object);
    expect(Math.min(...amplitude)).toBeGreaterThanOrEqual(0.4 - 1e-12);
    expect(Math.max(...amplitude)).toBeLessThanOrEqual(1 + 1e-12);
    expect(Math.max(...phase.map(Math.abs))).toBeLessThanOrEqual(1 + 1e-12);
  });

  it('has contrast in amplitude and phase, which tell different things', () => {
    const { amplitude, phase } = amplitudeAndPhase(createTestObject(256, 256));
    expect(deviation(amplitude)).toBeGreaterThan(0.06);
    expect(deviation(phase)).toBeGreaterThan(0.25);
    const [a, p] = [mean(amplitude), mean(phase)];
    const correlation =
      mean(amplitude.map((x, i) => (x - a) * (phase[i] - p))) / deviation(amplitude) / deviation(phase);
    expect(Math.abs(correlation)).toBeLessThan(0.7);
  });

  it('has detail at all scales, and nothing that pixels cannot resolve', () => {
    const n = 256;
    const { data } = createTestObject(n, n);
    const { phase } = amplitudeAndPhase({ dtype: 'complex128', shape: [n, n], data });
    // A window, so that the frame's edges do not count as detail
    const wave = new Float64Array(2 * n * n);
    phase.forEach((value, i) => {
      const [r, c] = [Math.floor(i / n), i % n];
      wave[2 * i] = value * (Math.sin((Math.PI * r) / n) * Math.sin((Math.PI * c) / n)) ** 2;
    });
    planFft2(n, n).forward(wave);
    const power = new Float64Array(9);
    for (let i = 0; i < n * n; i++) {
      const [r, c] = [Math.floor(i / n), i % n];
      const frequency = Math.hypot(Math.min(r, n - r), Math.min(c, n - c));
      // Octaves of frequency: 1–2, 2–4, … 64–128 periods per frame, and beyond
      if (frequency >= 1) power[Math.floor(Math.log2(frequency))] += wave[2 * i] ** 2 + wave[2 * i + 1] ** 2;
    }
    const total = power.reduce((sum, x) => sum + x, 0);
    for (const share of power.slice(0, 6)) expect(share / total).toBeGreaterThan(0.005);
    expect((power[7] + power[8]) / total).toBeLessThan(1e-4);
  });

  it('is the same every time, and another for another seed', () => {
    const first = createTestObject(60, 70);
    expect(createTestObject(60, 70).data).toEqual(first.data);
    expect(createTestObject(60, 70, 1).data).not.toEqual(first.data);
  });

  it('refuses sizes that are not whole numbers above 0', () => {
    expect(() => createTestObject(0, 5)).toThrow(DataError);
    expect(() => createTestObject(5.5, 5)).toThrow(/5.5x5/);
  });
});

describe('testObjectSteps', () => {
  it('are as many as the object has lines, and give the same object', async () => {
    expect([...testObjectSteps(60, 70)].length).toBeGreaterThan(130);
    const drawn = await finishInTurns(testObjectSteps(60, 70), () => Promise.resolve());
    expect(drawn.data).toEqual(createTestObject(60, 70).data);
  });

  it('end when the pauses between them want it', async () => {
    function* endless(): Steps<never> {
      for (;;) yield;
    }
    const stop = (): Promise<void> => Promise.reject(new Error('stopped'));
    await expect(finishInTurns(endless(), stop)).rejects.toThrow('stopped');
  });
});
