/**
 * The smoothness prior of maximum likelihood: R(O) = amplitude·(Σ of squared forward and backward differences of O along
 * rows and columns). Both sums hold the same differences, so R = 2·amplitude·Σ|difference|², and
 * ∂R/∂O* = 2·amplitude·(backward − forward differences).
 */
import { DataError } from '../../errors.ts';
import type { Parabola } from '../backend.ts';
import type { NumberArray, Numbers } from './numbers.ts';

export function del2Gradient(object: NumberArray, amplitude: number, gradient: NumberArray): number {
  const [, rows, cols] = shapeOf(object, gradient);
  const x = object.data;
  const g = gradient.data;
  let sum = 0;
  for (let i = 0; i < x.length; i += 2) {
    const pixel = i / 2;
    const col = pixel % cols;
    const row = ((pixel - col) / cols) % rows;
    if (col + 1 < cols) sum += addDifference(x, g, i, i + 2, amplitude);
    if (row + 1 < rows) sum += addDifference(x, g, i, i + 2 * cols, amplitude);
  }
  return 2 * amplitude * sum;
}

/** Gradient of the difference between pixels at `i` and `j`; returns its square. */
function addDifference(x: Numbers, g: Numbers, i: number, j: number, amplitude: number): number {
  const re = x[j] - x[i];
  const im = x[j + 1] - x[i + 1];
  const factor = 2 * amplitude;
  g[i] -= factor * re;
  g[i + 1] -= factor * im;
  g[j] += factor * re;
  g[j + 1] += factor * im;
  return re * re + im * im;
}

export function del2LineSearch(object: NumberArray, amplitude: number, direction: NumberArray): Parabola {
  const [, rows, cols] = shapeOf(object, direction);
  const x = object.data;
  const h = direction.data;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  const add = (i: number, j: number): void => {
    const xr = x[j] - x[i];
    const xi = x[j + 1] - x[i + 1];
    const hr = h[j] - h[i];
    const hi = h[j + 1] - h[i + 1];
    b0 += xr * xr + xi * xi;
    b1 += xr * hr + xi * hi;
    b2 += hr * hr + hi * hi;
  };
  for (let i = 0; i < x.length; i += 2) {
    const pixel = i / 2;
    const col = pixel % cols;
    const row = ((pixel - col) / cols) % rows;
    if (col + 1 < cols) add(i, i + 2);
    if (row + 1 < rows) add(i, i + 2 * cols);
  }
  return [2 * amplitude * b0, 4 * amplitude * b1, 2 * amplitude * b2];
}

function shapeOf(object: NumberArray, other: NumberArray): readonly [number, number, number] {
  const [layers, rows, cols] = object.shape;
  if (object.shape.length !== 3 || other.shape.some((n, axis) => n !== object.shape[axis])) {
    throw new DataError(
      `object [${object.shape.join('x')}] with [${other.shape.join('x')}]: both must be alike (layers, rows, cols)`,
    );
  }
  return [layers, rows, cols];
}
