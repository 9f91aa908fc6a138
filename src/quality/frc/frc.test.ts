import { describe, expect, it } from 'vitest';
import { planFft2 } from '../../array/fft.ts';
import { ndarray, zeros, type NdArray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import { stream } from '../../simulation/random.ts';
import { createTestObject } from '../../simulation/test-object.ts';
import { ringCorrelation } from './frc.ts';
import { findCrossing, type Crossing } from './frc-crossing.ts';
import { HALF_BIT_SNR, informationThreshold, ONE_BIT_SNR } from './frc-threshold.ts';

/** Complex normal numbers of variance 1. */
function noise([rows, cols]: Pair, seed: number): NdArray<'complex128'> {
  const random = stream(seed);
  const data = Float64Array.from({ length: 2 * rows * cols }, () => random.normal() / Math.SQRT2);
  return ndarray('complex128', [rows, cols], data);
}

/** Noise whose amplitude at spatial frequency f (1/m) is that of white noise times `gain(f)`. */
function coloured(
  shape: Pair,
  psizeM: Pair,
  seed: number,
  gain: (f: number) => number,
): NdArray<'complex128'> {
  const wave = noise(shape, seed);
  const [rows, cols] = shape;
  const fft = planFft2(rows, cols);
  fft.forward(wave.data);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i += 2) {
      const y = Math.min(r, rows - r) / (rows * psizeM[0]);
      const x = Math.min(c, cols - c) / (cols * psizeM[1]);
      const factor = gain(Math.hypot(y, x));
      wave.data[i] *= factor;
      wave.data[i + 1] *= factor;
    }
  }
  fft.inverse(wave.data);
  return wave;
}

function plus(one: NdArray<'complex128'>, other: NdArray<'complex128'>): NdArray<'complex128'> {
  return ndarray(
    'complex128',
    one.shape,
    one.data.map((x, i) => x + other.data[i]),
  );
}

/** The image moved by pixels (row, col), around the edges, times exp(i·phase). */
function movedBy(wave: NdArray<'complex128'>, shift: Pair, phase = 0): NdArray<'complex128'> {
  const [rows, cols] = wave.shape;
  const data = wave.data.slice();
  const fft = planFft2(rows, cols);
  fft.forward(data);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i += 2) {
      const [y, x] = [2 * r < rows ? r : r - rows, 2 * c < cols ? c : c - cols];
      const angle = phase - 2 * Math.PI * ((y * shift[0]) / rows + (x * shift[1]) / cols);
      const [a, b] = [Math.cos(angle), Math.sin(angle)];
      [data[i], data[i + 1]] = [data[i] * a - data[i + 1] * b, data[i] * b + data[i + 1] * a];
    }
  }
  fft.inverse(data);
  return ndarray('complex128', [rows, cols], data);
}

const PIXEL: Pair = [20e-9, 20e-9];

function at(crossing: Crossing): number {
  return crossing.kind === 'crossing' ? crossing.frequency : NaN;
}

describe('ringCorrelation', () => {
  it('is 1 everywhere for identical images, whatever their factor: no crossing', () => {
    const object = createTestObject(60, 80);
    const scaled = ndarray(
      'complex128',
      object.shape,
      object.data.map((x) => 3 * x),
    );
    const { correlation, halfBitCrossing, oneBitCrossing } = ringCorrelation(object, scaled, PIXEL);
    for (const value of correlation) expect(value).toBeCloseTo(1, 12);
    expect(halfBitCrossing).toEqual({ kind: 'above', from: null });
    expect(oneBitCrossing).toEqual({ kind: 'above', from: null });
  });

  it('stays below both thresholds for independent noise, and scatters as chance says', () => {
    let [sum, n] = [0, 0];
    for (let seed = 0; seed < 8; seed++) {
      const shape: Pair = [96, 128];
      const rings = ringCorrelation(noise(shape, 2 * seed), noise(shape, 2 * seed + 1), PIXEL);
      expect(rings.oneBitCrossing).toEqual({ kind: 'below' });
      rings.correlation.forEach((value, i) => {
        if (rings.pixels[i] < 100) return;
        expect(value).toBeLessThan(rings.halfBit[i]);
        // Variance of Re of the mean of n independent products of complex numbers of variance 1: 1/(2n).
        sum += value ** 2 * 2 * rings.pixels[i] * rings.windowFactor;
        n++;
      });
    }
    // The window leaves a little more independent than counted here, within one thin ring.
    expect(sum / n).toBeGreaterThan(0.6);
    expect(sum / n).toBeLessThan(1.1);
  });

  it('has the frequencies of non-square pixels and rectangles in 1/m', () => {
    const shape: Pair = [40, 120];
    const psizeM: Pair = [50e-9, 20e-9];
    const rings = ringCorrelation(noise(shape, 1), noise(shape, 2), psizeM);
    const step = 1 / (40 * 50e-9);
    expect(rings.frequency[0]).toBeCloseTo(step, 3);
    // The coarser axis ends at 1/(2·50 nm).
    expect(rings.frequency.at(-1)).toBeCloseTo(1e7, 3);
    expect(rings.frequency).toHaveLength(20);
    for (const [axis, cycles] of [
      [0, 8],
      [1, 9.6],
    ] as const) {
      // A wave of 4e6 1/m: 8 cycles over 40 rows of 50 nm, 9.6 over 120 columns of 20 nm.
      const wave = zeros('complex128', shape);
      for (let i = 0; i < 40 * 120; i++) {
        const place = axis === 0 ? Math.floor(i / 120) / 40 : (i % 120) / 120;
        wave.data[2 * i] = Math.cos(2 * Math.PI * cycles * place);
        wave.data[2 * i + 1] = Math.sin(2 * Math.PI * cycles * place);
      }
      const both = ringCorrelation(plus(wave, noise(shape, 3)), plus(wave, noise(shape, 4)), psizeM);
      const largest = both.correlation.indexOf(Math.max(...both.correlation));
      expect(both.frequency[largest]).toBeCloseTo(4e6, -6);
    }
    // All pixels within the largest circle are counted once.
    const inside = rings.pixels.reduce((total, pixels) => total + pixels, 0);
    const area = Math.PI * (20.5 * step) ** 2 * (40 * 50e-9) * (120 * 20e-9);
    expect(Math.abs(inside / area - 1)).toBeLessThan(0.06);
  });

  it.each([
    ['square', [128, 128], [20e-9, 20e-9]],
    ['rectangular, pixels not square', [100, 150], [30e-9, 20e-9]],
  ] as [string, Pair, Pair][])('follows SNR/(1 + SNR) of a known signal: %s', (_, shape, psizeM) => {
    const nyquist = 0.5 / Math.max(...psizeM);
    const snr = (f: number): number => 50 * Math.exp(-((3 * f) / nyquist));
    const images = 6;
    let chi = 0;
    let n = 0;
    for (let image = 0; image < images; image++) {
      const signal = coloured(shape, psizeM, 100 + image, (f) => Math.sqrt(snr(f)));
      const rings = ringCorrelation(
        plus(signal, noise(shape, 200 + image)),
        plus(signal, noise(shape, 300 + image)),
        psizeM,
      );
      rings.frequency.forEach((f, i) => {
        const expected = snr(f) / (1 + snr(f));
        // Variance of a correlation ρ of n pairs of complex normal numbers, its real part: (1 − ρ²)²/(2n) and less.
        const sigma = (1 - expected ** 2) / Math.sqrt(2 * rings.pixels[i] * rings.windowFactor);
        if (rings.pixels[i] < 30) return;
        expect(Math.abs(rings.correlation[i] - expected)).toBeLessThan(5 * sigma);
        chi += ((rings.correlation[i] - expected) / sigma) ** 2;
        n++;
      });
    }
    expect(chi / n).toBeGreaterThan(0.5);
    expect(chi / n).toBeLessThan(1.2);
  });

  it('crosses the thresholds where the signal carries ½ and 1 bit', () => {
    const shape: Pair = [256, 256];
    const nyquist = 0.5 / PIXEL[0];
    const snr = (f: number): number => 100 * Math.exp(-((10 * f) / nyquist));
    const signal = coloured(shape, PIXEL, 1, (f) => Math.sqrt(snr(f)));
    const rings = ringCorrelation(plus(signal, noise(shape, 2)), plus(signal, noise(shape, 3)), PIXEL);
    // Where the curve that is expected of this signal crosses, without its scatter.
    const ideal = rings.frequency.map((f) => snr(f) / (1 + snr(f)));
    const pixels = rings.pixels.map((n) => n * rings.windowFactor);
    const { frequency } = rings;
    for (const [found, threshold, ratio] of [
      [rings.halfBitCrossing, rings.halfBit, HALF_BIT_SNR],
      [rings.oneBitCrossing, rings.oneBit, ONE_BIT_SNR],
    ] as const) {
      const curve = { frequency, correlation: ideal, pixels };
      const expected = at(findCrossing(curve, threshold, { first: rings.firstDeciding }));
      expect(Math.abs(at(found) / expected - 1)).toBeLessThan(0.04);
      // The threshold allows for chance, so that it comes a little before the frequency of that very ratio.
      const exact = (Math.log(100 / ratio) / 10) * nyquist;
      expect(expected / exact).toBeGreaterThan(0.9);
      expect(expected / exact).toBeLessThan(1);
    }
  });

  it('takes a shift of parts of a pixel off without interpolating', () => {
    const shape: Pair = [96, 128];
    const object = coloured(shape, PIXEL, 5, (f) => (f < 2.4e7 ? 1 : 0));
    const shift: Pair = [0.37, -0.46];
    const second = movedBy(object, [-shift[0], -shift[1]]);
    const inside = (values: readonly number[]): number => Math.min(...values.slice(0, 44));
    expect(inside(ringCorrelation(object, second, PIXEL, { shift }).correlation)).toBeGreaterThan(0.9995);
    expect(inside(ringCorrelation(object, second, PIXEL).correlation)).toBeLessThan(0.5);
  });

  it('finds shift and global phase from the frequencies that hold more than noise', () => {
    const shape: Pair = [96, 108];
    const signal = coloured(shape, PIXEL, 7, (f) => 20 * Math.exp(-((12 * f) / 2.5e7)));
    const moved = movedBy(signal, [-0.3, 0.25], 0.4);
    const [one, two] = [plus(signal, noise(shape, 1)), plus(moved, noise(shape, 2))];
    const { shift, correlation } = ringCorrelation(one, two, PIXEL, { refine: true });
    expect(shift[0]).toBeCloseTo(0.3, 1);
    expect(shift[1]).toBeCloseTo(-0.25, 1);
    const known = ringCorrelation(one, plus(signal, noise(shape, 2)), PIXEL);
    for (const ring of [0, 3, 6, 9]) expect(correlation[ring]).toBeCloseTo(known.correlation[ring], 1);
    // Nothing in common: nothing to go by.
    expect(
      ringCorrelation(noise(shape, 3), noise(shape, 4), PIXEL, { shift: [0.2, 0], refine: true }).shift,
    ).toEqual([0.2, 0]);
  });

  it('refuses images that differ in shape, and small ones', () => {
    expect(() => ringCorrelation(noise([20, 20], 0), noise([20, 21], 0), PIXEL)).toThrow(
      /20x20 complex128.*20x21/,
    );
    expect(() => ringCorrelation(noise([15, 20], 0), noise([15, 20], 0), PIXEL)).toThrow(DataError);
  });
});

describe('thresholds', () => {
  it('are those of van Heel and Schatz', () => {
    for (const n of [4, 30, 1000, 1e6]) {
      const root = Math.sqrt(n);
      const half = (0.2071 + 1.9102 / root) / (1.2071 + 0.9102 / root);
      const one = (0.5 + 2.4142 / root) / (1.5 + 1.4142 / root);
      expect(informationThreshold(HALF_BIT_SNR, n)).toBeCloseTo(half, 4);
      expect(informationThreshold(ONE_BIT_SNR, n)).toBeCloseTo(one, 4);
    }
    expect(informationThreshold(ONE_BIT_SNR, 0.2)).toBe(1);
  });
});
