/** Centres of frames: by name, by number, by centre of mass. Pixels, (row, col), counted from the middle of pixel 0. */
import { describe, type NdArray, type RealDType } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';

/** `fftshift` N//2 · `geometric` N/2 − 0.5 · `fft` 0 · or pixels. */
export type CenterSpec = 'fftshift' | 'geometric' | 'fft' | Pair;

/**
 * The pixel meant by `center` in a frame of `shape`. Numbers are taken modulo N, so −1 is the last pixel.
 * Throws `DataError` for unknown names and for numbers that are not finite.
 */
export function translateCenter(center: CenterSpec, shape: Pair): Pair {
  return [translateAxis(center, 0, shape[0]), translateAxis(center, 1, shape[1])];
}

function translateAxis(center: CenterSpec, axis: 0 | 1, n: number): number {
  if (typeof center === 'string') {
    // A plain string may come from a file: look it up as such.
    const named = new Map<string, number>([
      ['fftshift', Math.floor(n / 2)],
      ['geometric', n / 2 - 0.5],
      ['fft', 0],
    ]).get(center);
    if (named === undefined) {
      throw new DataError(`center '${center}': accepted are fftshift, geometric, fft or (row, col)`);
    }
    return named;
  }
  const pixel = center[axis];
  if (!Number.isFinite(pixel)) {
    throw new DataError(`center (${center.join(', ')}): both must be finite numbers of pixels`);
  }
  const rest = pixel % n;
  return rest < 0 ? (rest + n) % n : rest + 0; // + 0: no negative zero
}

/**
 * Centre of mass of a frame (rows, cols) over its valid pixels (mask above 0; all without a mask).
 * Throws `DataError` when the valid pixels sum to nothing, or the shapes differ.
 */
export function massCenter(frame: NdArray<RealDType>, mask?: NdArray<RealDType>): Pair {
  const [rows, cols] = frame.shape;
  if (frame.shape.length !== 2 || (mask !== undefined && mask.data.length !== rows * cols)) {
    const masked = mask === undefined ? '' : ` with mask ${describe(mask)}`;
    throw new DataError(
      `centre of mass of ${describe(frame)}${masked}: one frame (rows, cols) and a mask alike`,
    );
  }
  let total = 0;
  let rowSum = 0;
  let colSum = 0;
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) {
      if (mask !== undefined && !(mask.data[i] > 0)) continue;
      const value = frame.data[i];
      total += value;
      rowSum += value * r;
      colSum += value * c;
    }
  }
  if (!(Number.isFinite(total) && total !== 0)) {
    throw new DataError(`centre of mass of ${describe(frame)}: its valid pixels sum to ${total}`);
  }
  return [rowSum / total, colSum / total];
}
