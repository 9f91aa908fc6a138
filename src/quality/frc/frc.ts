/**
 * Fourier ring correlation of two images (Saxton & Baumeister 1982; Harauz & van Heel, Optik 73, 146, 1986): how far the
 * Fourier transforms of two independent pictures of one thing agree, ring of spatial frequency by ring.
 */
import { planFft2 } from '../../array/fft.ts';
import { astype, describe, type NdArray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import { findCrossing, firstDeciding, sharedInformation, type Crossing } from './frc-crossing.ts';
import { refinePlace, type Place } from './frc-place.ts';
import { HALF_BIT_SNR, informationThreshold, ONE_BIT_SNR } from './frc-threshold.ts';
import { createRings, signedIndex, type CrossSums, type Rings } from './rings.ts';

/** A Fourier ring correlation with its thresholds. Lists have an entry for each ring. */
export interface RingCorrelation {
  /** Middle of each ring, 1/m (cycles per metre), from the first above 0 to the Nyquist frequency of the coarser axis. */
  readonly frequency: readonly number[];
  /** Re Σ F₁F₂* / √(Σ|F₁|²·Σ|F₂|²) over the ring, −1 to 1. */
  readonly correlation: readonly number[];
  /** Fourier pixels in the ring. */
  readonly pixels: readonly number[];
  /** Share of these that the window leaves independent, (Σw²)²/(N·Σw⁴): thresholds are those of pixels·windowFactor. */
  readonly windowFactor: number;
  /** ½-bit and 1-bit thresholds of each ring. */
  readonly halfBit: readonly number[];
  readonly oneBit: readonly number[];
  /** The first ring with pixels enough to decide anything. */
  readonly firstDeciding: number;
  readonly halfBitCrossing: Crossing;
  readonly oneBitCrossing: Crossing;
  /** Pixels (row, col) the second image was moved by. */
  readonly shift: Pair;
  /** What the rings above the ½-bit threshold have in common, nats: of two places the better has more. */
  readonly information: number;
  /** No ring differs, up to a factor: both are one image. */
  readonly identical: boolean;
}

export interface RingOptions {
  /** Pixels (row, col) that the second image is to be moved by to lie on the first, about ±1 at most. Default none. */
  readonly shift?: Pair;
  /** Takes `shift` and phase 0 for estimates, and finds what is left of both from the rings that agree. */
  readonly refine?: boolean;
  /** 1/m: rings up to here may disagree without ending the agreement (`findCrossing`). Default 0. */
  readonly open?: number;
}

/** Part of each side of an image over which the window rises from 0 to 1, at either end. */
const EDGE = 0.25;
/** Fewer pixels along a side give too few rings. */
const FEWEST = 16;
const MAX_REFINEMENTS = 5;
/** 1 − Σ F₁F₂* over the norm, over all rings, of what is one image but for rounding. */
const IDENTICAL = 1e-10;
/** Pixels of shift that do not matter: at the Nyquist frequency they cost (π·shift)²/2 of the correlation. */
const PRECISION = 1e-3;

/**
 * Both complex, (rows, cols) alike, of pixels of `psizeM` (rows, cols). Compared are differences of neighbours (`spectra`), which fade
 * to 0 at the edges (Tukey window, half of each side); a shift moves the window of the second image along and turns its transform, so that
 * nothing is interpolated. Rings are as wide as the coarser of the two frequency steps.
 *
 * The ring's pixels are all counted: transforms of complex images have no conjugate pairs. (The thresholds were derived for
 * real images; complex ones of the same number of pixels fluctuate less, so that a threshold is rather too high than too low.)
 *
 * Throws `DataError` for arrays that do not fit together, and for fewer than 16 pixels along a side.
 */
export function ringCorrelation(
  first: NdArray,
  second: NdArray,
  psizeM: Pair,
  options: RingOptions = {},
): RingCorrelation {
  const shape = requireAlike(first, second);
  const rings = createRings(shape, psizeM);
  const windows = shape.map((n) => tukey(n, 0));
  const one = spectra(astype(first, 'complex128').data, windows);
  const wave = astype(second, 'complex128').data;
  const windowFactor = independentShare(windows[0]) * independentShare(windows[1]);
  const pixels = rings.pixels.map((n) => n * windowFactor);
  const decides = firstDeciding(pixels);
  const halfBit = pixels.map((n) => informationThreshold(HALF_BIT_SNR, n));
  const oneBit = pixels.map((n) => informationThreshold(ONE_BIT_SNR, n));
  const decided = { first: decides, threshold: halfBit };

  let place: Place = { shift: options.shift ?? [0, 0], phase: 0 };
  let sums = crossSums(one, wave, rings, place);
  const shared = (): number => {
    const agree = Array.from(pixels.keys()).filter(
      (ring) => ring >= decides && sums.correlation[ring] >= halfBit[ring],
    );
    return sharedInformation(
      agree.map((ring) => sums.correlation[ring]),
      agree.map((ring) => pixels[ring]),
    );
  };
  let information = shared();
  for (let i = 0; options.refine === true && i < MAX_REFINEMENTS; i++) {
    const before = { place, sums, information };
    const better = refinePlace(sums, rings, decided, place);
    if (better === null) break;
    const step = Math.hypot(better.shift[0] - place.shift[0], better.shift[1] - place.shift[1]);
    place = better;
    sums = crossSums(one, wave, rings, place);
    information = shared();
    if (information < before.information) {
      ({ place, sums, information } = before);
      break;
    }
    if (step < PRECISION) break;
  }
  const { correlation } = sums;
  const total = sums.norm.reduce((sum, norm) => sum + norm, 0);
  const common = sums.norm.reduce((sum, norm, ring) => sum + norm * correlation[ring], 0);
  const curve = { frequency: rings.frequency, correlation, pixels };
  const crossing = (threshold: readonly number[]): Crossing =>
    findCrossing(curve, threshold, { first: decides, open: options.open ?? 0 });
  return {
    frequency: rings.frequency,
    correlation,
    pixels: rings.pixels,
    windowFactor,
    halfBit,
    oneBit,
    firstDeciding: decides,
    halfBitCrossing: crossing(halfBit),
    oneBitCrossing: crossing(oneBit),
    shift: place.shift,
    information,
    identical: total > 0 && 1 - common / total < IDENTICAL,
  };
}

function requireAlike(first: NdArray, second: NdArray): Pair {
  const [rows, cols] = first.shape;
  if (first.shape.length !== 2 || String(first.shape) !== String(second.shape)) {
    throw new DataError(
      `Fourier ring correlation of ${describe(first)} and ${describe(second)}: both must be alike (rows, cols)`,
    );
  }
  if (Math.min(rows, cols) < FEWEST) {
    throw new DataError(
      `Fourier ring correlation of ${rows}x${cols} pixels: at least ${FEWEST} along each side are needed`,
    );
  }
  return [rows, cols];
}

/** Tukey's window at the middles of `n` pixels, moved by −`shift` pixels; 0 outside of the image. */
function tukey(n: number, shift: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    const place = (i + 0.5 + shift) / n;
    const fromEdge = Math.min(place, 1 - place);
    if (fromEdge <= 0) return 0;
    return fromEdge >= EDGE ? 1 : (1 - Math.cos((Math.PI * fromEdge) / EDGE)) / 2;
  });
}

/** (Σw²)²/(n·Σw⁴): neighbours in the transform of a windowed image are alike, so that they count for less. */
function independentShare(window: Float64Array): number {
  const squares = window.reduce((sum, w) => sum + w ** 2, 0);
  const fourths = window.reduce((sum, w) => sum + w ** 4, 0);
  return squares ** 2 / (window.length * fourths);
}

/**
 * Transforms of the image's differences to the next row and to the next column, their means taken off, times the window. Long
 * periods hold most of an image, and what the window leaks of them would stand in every ring; differences even them out, and
 * change all pixels of a ring alike.
 */
function spectra(wave: Float64Array, [alongRows, alongCols]: readonly Float64Array[]): Float64Array[] {
  const [rows, cols] = [alongRows.length, alongCols.length];
  return [2 * cols, 2].map((next) => {
    const out = new Float64Array(wave.length);
    let [re, im, total] = [0, 0, 0];
    for (let r = 0, i = 0; r < rows; r++) {
      for (let c = 0; c < cols; c++, i += 2) {
        if (next === 2 ? c === cols - 1 : r === rows - 1) continue;
        const weight = alongRows[r] * alongCols[c];
        out[i] = wave[i + next] - wave[i];
        out[i + 1] = wave[i + next + 1] - wave[i + 1];
        re += weight * out[i];
        im += weight * out[i + 1];
        total += weight;
      }
    }
    for (let r = 0, i = 0; r < rows; r++) {
      for (let c = 0; c < cols; c++, i += 2) {
        const weight = alongRows[r] * alongCols[c];
        out[i] = weight * (out[i] - re / total);
        out[i + 1] = weight * (out[i + 1] - im / total);
      }
    }
    planFft2(rows, cols).forward(out);
    return out;
  });
}

/** Of the spectra of the first image, and the second image in its place. */
function crossSums(
  first: readonly Float64Array[],
  second: Float64Array,
  rings: Rings,
  { shift, phase }: Place,
): CrossSums {
  const [rows, cols] = rings.shape;
  // A point at x of the second image comes to lie at x + shift, where the window is to be the same.
  const moved = spectra(second, [tukey(rows, shift[0]), tukey(cols, shift[1])]);
  const cross = new Float64Array(second.length);
  const count = rings.pixels.length;
  const [sum, powerOne, powerTwo] = [0, 1, 2].map(() => new Array<number>(count).fill(0));
  for (let r = 0, j = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, j++) {
      const ring = rings.index[j];
      if (ring < 0) continue;
      const i = 2 * j;
      const cycles = (signedIndex(r, rows) * shift[0]) / rows + (signedIndex(c, cols) * shift[1]) / cols;
      const angle = 2 * Math.PI * cycles - phase;
      const [a, b] = [Math.cos(angle), Math.sin(angle)];
      first.forEach((one, k) => {
        const two = moved[k];
        const re = one[i] * two[i] + one[i + 1] * two[i + 1];
        const im = one[i + 1] * two[i] - one[i] * two[i + 1];
        // F₁·(F₂·exp(−i·angle))*
        cross[i] += re * a - im * b;
        cross[i + 1] += re * b + im * a;
        powerOne[ring] += one[i] ** 2 + one[i + 1] ** 2;
        powerTwo[ring] += two[i] ** 2 + two[i + 1] ** 2;
      });
      sum[ring] += cross[i];
    }
  }
  const norm = powerOne.map((power, ring) => Math.sqrt(power * powerTwo[ring]));
  return { cross, norm, correlation: sum.map((value, ring) => (norm[ring] > 0 ? value / norm[ring] : 0)) };
}
