/**
 * Gaussian filter of complex arrays along their last two axes, mirrored at the edges (…2 1 0 | 0 1 2…), cut at 4σ: as a sum over
 * neighbours, or by Fourier transforms of lines long enough that nothing comes around, which gives the same numbers.
 */
import { planFft2 } from '../../array/fft.ts';
import type { SmoothMethod } from '../backend.ts';
import type { NumberArray, Numbers } from './numbers.ts';

/** Filters `n` complex numbers from `start` on, `stride` numbers apart, in place. */
type LineFilter = (data: Numbers, start: number, n: number, stride: number) => void;

export function smooth(target: NumberArray, sigma: number, method: SmoothMethod = 'convolution'): void {
  if (!(sigma > 0)) return;
  const weights = gaussian(sigma);
  const [rows, cols] = target.shape.slice(-2);
  const make = method === 'fft' ? transformFilter : neighbourFilter;
  const along = make(weights, cols);
  const across = rows === cols ? along : make(weights, rows);
  const { data } = target;
  const plane = 2 * rows * cols;
  for (let start = 0; start < data.length; start += plane) {
    for (let r = 0; r < rows; r++) along(data, start + 2 * r * cols, cols, 2);
    for (let c = 0; c < cols; c++) across(data, start + 2 * c, rows, 2 * cols);
  }
}

/** Weights of the pixels 0, ±1, ±2, …; they sum to 1. */
function gaussian(sigma: number): Float64Array {
  const reach = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
  const sum = weights.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return weights.map((weight) => weight / sum);
}

function neighbourFilter(weights: Float64Array, length: number): LineFilter {
  const line = new Float64Array(2 * length);
  return (data, start, n, stride) => {
    for (let i = 0; i < n; i++) {
      line[2 * i] = data[start + i * stride];
      line[2 * i + 1] = data[start + i * stride + 1];
    }
    for (let i = 0; i < n; i++) {
      let re = weights[0] * line[2 * i];
      let im = weights[0] * line[2 * i + 1];
      for (let k = 1; k < weights.length; k++) {
        const a = 2 * mirrored(i - k, n);
        const b = 2 * mirrored(i + k, n);
        re += weights[k] * (line[a] + line[b]);
        im += weights[k] * (line[a + 1] + line[b + 1]);
      }
      data[start + i * stride] = re;
      data[start + i * stride + 1] = im;
    }
  };
}

/** Lines with their mirror images on both sides, as far as the weights reach, in a transform of a good length. */
function transformFilter(weights: Float64Array, n: number): LineFilter {
  const reach = weights.length - 1;
  const length = goodLength(n + 2 * reach);
  const fft = planFft2(1, length);
  const kernel = new Float64Array(2 * length);
  for (let k = -reach; k <= reach; k++) kernel[2 * ((k + length) % length)] = weights[Math.abs(k)];
  fft.forward(kernel);
  // The weights are even: their transform is real. Both transforms are unitary.
  const factor = Float64Array.from({ length }, (_, i) => kernel[2 * i] * Math.sqrt(length));
  const line = new Float64Array(2 * length);
  return (data, start, _n, stride) => {
    line.fill(0);
    for (let i = 0; i < n + 2 * reach; i++) {
      const from = start + mirrored(i - reach, n) * stride;
      line[2 * i] = data[from];
      line[2 * i + 1] = data[from + 1];
    }
    fft.forward(line);
    for (let i = 0; i < length; i++) {
      line[2 * i] *= factor[i];
      line[2 * i + 1] *= factor[i];
    }
    fft.inverse(line);
    for (let i = 0; i < n; i++) {
      data[start + i * stride] = line[2 * (i + reach)];
      data[start + i * stride + 1] = line[2 * (i + reach) + 1];
    }
  };
}

/** The smallest product of 2, 3 and 5 that is at least `n`. */
function goodLength(n: number): number {
  for (let length = n; ; length++) {
    const rest = [2, 3, 5].reduce((left, prime) => {
      while (left % prime === 0) left /= prime;
      return left;
    }, length);
    if (rest === 1) return length;
  }
}

function mirrored(index: number, n: number): number {
  const period = 2 * n;
  const within = index - period * Math.floor(index / period);
  return within < n ? within : period - 1 - within;
}
