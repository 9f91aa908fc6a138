/** Coordinates of the pixels of a frame. */
import { ndarray, type NdArray } from '../array/ndarray.ts';
import type { Pair } from '../frames/pair.ts';
import { translateCenter, type CenterSpec } from './centers.ts';

/**
 * Distance of `n` pixels from `center`, in pixels. Frames are periodic: the distance is the one in [−n//2, n − n//2),
 * so `fft` centres give the order of Fourier frequencies.
 */
export function axisPixels(n: number, center: number): Float64Array {
  const half = Math.floor(n / 2);
  return Float64Array.from({ length: n }, (_, i) => {
    const shifted = i - center + half;
    return shifted - n * Math.floor(shifted / n) - half;
  });
}

/** Row and column coordinates of every pixel, (2, rows, cols), in the unit of `psize` (one for both axes, or a pair). */
export function grids(
  shape: Pair,
  psize: number | Pair = 1,
  center: CenterSpec = 'fftshift',
): NdArray<'float64'> {
  const [rows, cols] = shape;
  const [height, width] = typeof psize === 'number' ? [psize, psize] : psize;
  const [row, col] = translateCenter(center, shape);
  const y = axisPixels(rows, row);
  const x = axisPixels(cols, col);
  const data = new Float64Array(2 * rows * cols);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) {
      data[i] = y[r] * height;
      data[i + rows * cols] = x[c] * width;
    }
  }
  return ndarray('float64', [2, rows, cols], data);
}
