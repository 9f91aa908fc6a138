/** Rings of spatial frequency in the Fourier transform of an image. */
import type { Pair } from '../../frames/pair.ts';

export interface Rings {
  /** Of the image, and of its transform: (rows, cols). */
  readonly shape: Pair;
  /** Middle of each ring, 1/m (cycles per metre), from the first above 0 to the Nyquist frequency of the coarser axis. */
  readonly frequency: readonly number[];
  /** Fourier pixels in each ring. */
  readonly pixels: readonly number[];
  /** (rows·cols) ring of each Fourier pixel, zero frequency at index 0; −1: of none. */
  readonly index: Int32Array;
}

/** Two images ring by ring. */
export interface CrossSums {
  /** F₁F₂* of every Fourier pixel, the second image in its place: (rows, cols) interleaved. */
  readonly cross: Float64Array;
  /** √(Σ|F₁|²·Σ|F₂|²) of each ring. */
  readonly norm: readonly number[];
  readonly correlation: readonly number[];
}

/** Rings as wide as the coarser of the two frequency steps 1/(rows·psizeM[0]) and 1/(cols·psizeM[1]). */
export function createRings([rows, cols]: Pair, psizeM: Pair): Rings {
  const steps: Pair = [1 / (rows * psizeM[0]), 1 / (cols * psizeM[1])];
  const width = Math.max(...steps);
  // The allowance keeps a ring that rounding would lose.
  const count = Math.floor(0.5 / Math.max(...psizeM) / width + 1e-9);
  const pixels = new Array<number>(count).fill(0);
  const index = new Int32Array(rows * cols).fill(-1);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      // The Nyquist frequency has no sign: a shift says nothing about it.
      if (2 * r === rows || 2 * c === cols) continue;
      const y = signedIndex(r, rows) * steps[0];
      const x = signedIndex(c, cols) * steps[1];
      const ring = Math.round(Math.hypot(y, x) / width) - 1;
      if (ring < 0 || ring >= count) continue;
      index[r * cols + c] = ring;
      pixels[ring]++;
    }
  }
  return { shape: [rows, cols], frequency: pixels.map((_, ring) => (ring + 1) * width), pixels, index };
}

/** Cycles per image of Fourier index k. */
export function signedIndex(k: number, n: number): number {
  return 2 * k < n ? k : k - n;
}
