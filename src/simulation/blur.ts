/** Gaussian blur of planes: point spread of detectors, samples that are smoothed. */
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';

/**
 * Blurs (rows · cols) numbers by a gaussian of standard deviation `sigma`, pixels (row, col); what would leave the plane is reflected,
 * so that nothing is lost. Throws `DataError` for other numbers than finite ones of at least 0.
 */
export function gaussianBlur(
  rows: number,
  cols: number,
  sigma: number | Pair,
): (plane: Float64Array) => Float64Array {
  const [down, right] = (typeof sigma === 'number' ? [sigma, sigma] : sigma).map(gaussianKernel);
  return (plane) => along(along(plane, 1, cols, right), cols, rows, down);
}

/** Half of a normalised gaussian, from its middle to 4σ; [1] for σ = 0. */
function gaussianKernel(sigma: number): Float64Array {
  if (!(sigma >= 0 && Number.isFinite(sigma))) {
    throw new DataError(`psf is ${sigma} pixels; a finite number of at least 0 is needed`);
  }
  if (sigma === 0) return new Float64Array([1]);
  const half = Float64Array.from({ length: Math.ceil(4 * sigma) + 1 }, (_, i) =>
    Math.exp(-(i * i) / (2 * sigma * sigma)),
  );
  const sum = 2 * half.reduce((total, value) => total + value, 0) - half[0];
  return half.map((value) => value / sum);
}

/** Convolves every line of `n` numbers, `stride` apart, with the symmetric kernel. */
function along(source: Float64Array, stride: number, n: number, half: Float64Array): Float64Array {
  if (half.length === 1) return source;
  const out = new Float64Array(source.length);
  const reflect = (k: number): number => {
    const turn = ((k % (2 * n)) + 2 * n) % (2 * n);
    return turn < n ? turn : 2 * n - 1 - turn;
  };
  for (let i = 0; i < source.length; i++) {
    const k = Math.floor(i / stride) % n;
    const base = i - k * stride;
    let sum = half[0] * source[i];
    for (let d = 1; d < half.length; d++) {
      sum += half[d] * (source[base + reflect(k - d) * stride] + source[base + reflect(k + d) * stride]);
    }
    out[i] = sum;
  }
  return out;
}
