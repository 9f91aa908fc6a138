/** Gaussian filter of complex arrays along their last two axes, mirrored at the edges (…2 1 0 | 0 1 2…), cut at 4σ. */
import type { NumberArray, Numbers } from './numbers.ts';

export function smooth(target: NumberArray, sigma: number): void {
  if (!(sigma > 0)) return;
  const weights = gaussian(sigma);
  const [rows, cols] = target.shape.slice(-2);
  const plane = 2 * rows * cols;
  const scratch = new Float64Array(2 * Math.max(rows, cols));
  for (let start = 0; start < target.data.length; start += plane) {
    for (let r = 0; r < rows; r++) filterLine(target.data, start + 2 * r * cols, cols, 2, weights, scratch);
    for (let c = 0; c < cols; c++) filterLine(target.data, start + 2 * c, rows, 2 * cols, weights, scratch);
  }
}

/** Weights of the pixels 0, ±1, ±2, …; they sum to 1. */
function gaussian(sigma: number): Float64Array {
  const reach = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
  const sum = weights.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return weights.map((weight) => weight / sum);
}

function filterLine(
  data: Numbers,
  start: number,
  n: number,
  stride: number,
  weights: Float64Array,
  line: Float64Array,
): void {
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
}

function mirrored(index: number, n: number): number {
  const period = 2 * n;
  const within = index - period * Math.floor(index / period);
  return within < n ? within : period - 1 - within;
}
