/** Noise in phase and modulus of a wave: diffusers, and what tells the modes of a probe apart. */
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { stream, type RandomStream } from './random.ts';

/** Noise of (rows, cols) with this rms and features no smaller than `feature` pixels (mean of normal numbers in boxes). */
function smoothNoise(random: RandomStream, [rows, cols]: Pair, rms: number, feature: number): Float64Array {
  const noise = Float64Array.from({ length: rows * cols }, () => random.normal());
  const reach = Math.floor(feature / 2);
  if (reach > 0) {
    boxMean(noise, rows, cols, 1, cols, reach);
    boxMean(noise, cols, rows, cols, 1, reach);
  }
  const power = Math.sqrt(noise.reduce((sum, x) => sum + x * x, 0) / noise.length);
  return noise.map((x) => (power > 0 ? (x * rms) / power : 0));
}

/** Running mean over 2·reach + 1 neighbours of `lines` lines of `n` values, around the edges. */
function boxMean(
  data: Float64Array,
  lines: number,
  n: number,
  stride: number,
  lineStride: number,
  reach: number,
): void {
  const line = new Float64Array(n);
  for (let l = 0; l < lines; l++) {
    for (let i = 0; i < n; i++) line[i] = data[l * lineStride + i * stride];
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++) sum += line[(((i + k) % n) + n) % n];
      data[l * lineStride + i * stride] = sum / (2 * reach + 1);
    }
  }
}

/** wave *= modulus·exp(i·phase) of that noise, in place. */
export function addNoise(
  wave: Float64Array,
  shape: Pair,
  noise: readonly number[],
  seed: number,
  index: number,
): void {
  if (noise.length !== 2 && noise.length !== 4) {
    throw new DataError(
      `diversity noise of ${noise.length} numbers: 2 (phase) or 4 (phase, modulus) are needed`,
    );
  }
  const random = stream(seed, index);
  const phase = smoothNoise(random, shape, noise[0], noise[1]);
  const modulus = noise.length === 4 ? smoothNoise(random, shape, noise[2], noise[3]) : undefined;
  for (let i = 0; i < phase.length; i++) {
    const factor = 1 + (modulus?.[i] ?? 0);
    const re = factor * Math.cos(phase[i]);
    const im = factor * Math.sin(phase[i]);
    const a = wave[2 * i];
    const b = wave[2 * i + 1];
    wave[2 * i] = a * re - b * im;
    wave[2 * i + 1] = a * im + b * re;
  }
}
