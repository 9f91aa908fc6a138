/** What the probe is before the first iteration. */
import { astype, describe, ndarray, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { axisPixels } from '../geometry/grids.ts';
import { addNoise } from '../simulation/wave-noise.ts';
import { modePower, type Diversity } from './modes.ts';
import { scaleToPower } from './probe-estimate.ts';

export interface ProbeStart {
  /** Complex (rows, cols) or (modes, rows, cols); without it the probe is estimated from the frames. */
  readonly given?: NdArray;
  /** Σ|P|² over all modes. Null: the total of the brightest frame; `keep`: that of the given probe. */
  readonly photons: number | 'keep' | null;
  readonly modes: number;
  readonly diversity: Diversity | null;
  readonly seed: number;
}

/**
 * Probe (modes, rows, cols) complex128. `estimate` (rows·cols) is what the frames suggest, used unless a probe is given;
 * `brightest` the total of the brightest frame. Throws `DataError` for given probes that do not fit, and for dark ones.
 */
export function createProbe(
  start: ProbeStart,
  shape: Pair,
  brightest: number,
  estimate?: Float64Array,
): NdArray<'complex128'> {
  const size = 2 * shape[0] * shape[1];
  const first = start.given === undefined ? estimate : readGiven(start.given, shape);
  if (first === undefined) throw new DataError('initial probe: neither given nor estimated');
  const data = new Float64Array(size * start.modes);
  const known = Math.min(start.modes, first.length / size);
  data.set(first.subarray(0, known * size));
  const power = data.reduce((sum, x) => sum + x * x, 0);
  addModes(data, start, shape, known);
  scaleToPower(data, start.photons === 'keep' ? power : (start.photons ?? brightest));
  return ndarray('complex128', [start.modes, ...shape], data);
}

function readGiven(given: NdArray, shape: Pair): Float64Array {
  const [rows, cols] = given.shape.slice(-2);
  if (given.shape.length < 2 || given.shape.length > 3 || rows !== shape[0] || cols !== shape[1]) {
    throw new DataError(
      `given probe ${describe(given)}: (rows, cols) or (modes, rows, cols) is needed, of ${shape.join('x')} pixels`,
    );
  }
  return astype(given, 'complex128').data;
}

/**
 * Modes from `known` on: the first one made different (noise, or the slopes along rows and columns), orthogonal to all
 * before it, with the power asked for.
 */
function addModes(data: Float64Array, start: ProbeStart, shape: Pair, known: number): void {
  const size = 2 * shape[0] * shape[1];
  const first = data.subarray(0, size);
  const total = dotRe(first, first);
  for (let mode = known; mode < start.modes; mode++) {
    const wave = data.subarray(mode * size, (mode + 1) * size);
    wave.set(first);
    if (start.diversity?.noise) addNoise(wave, shape, start.diversity.noise, start.seed, mode);
    else addSlopes(wave, shape, mode);
    for (let other = 0; other < mode; other++) project(wave, data.subarray(other * size, (other + 1) * size));
    const power = dotRe(wave, wave);
    const scale = power > 0 ? Math.sqrt((modePower(start.diversity, mode) * total) / power) : 0;
    for (let i = 0; i < size; i++) wave[i] *= scale;
  }
}

/** wave *= yᵃxᵇ, the Hermite-like series 1, y, x, y², yx, x², … */
function addSlopes(wave: Float64Array, [rows, cols]: Pair, mode: number): void {
  let order = 0;
  let left = mode;
  while (left > order) left -= ++order;
  const y = axisPixels(rows, Math.floor(rows / 2));
  const x = axisPixels(cols, Math.floor(cols / 2));
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i += 2) {
      const factor = (y[r] / rows) ** (order - left) * (x[c] / cols) ** left;
      wave[i] *= factor;
      wave[i + 1] *= factor;
    }
  }
}

function dotRe(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** wave −= other·⟨other, wave⟩/⟨other, other⟩ */
function project(wave: Float64Array, other: Float64Array): void {
  const norm = dotRe(other, other);
  if (norm === 0) return;
  let re = 0;
  let im = 0;
  for (let i = 0; i < wave.length; i += 2) {
    re += other[i] * wave[i] + other[i + 1] * wave[i + 1];
    im += other[i] * wave[i + 1] - other[i + 1] * wave[i];
  }
  for (let i = 0; i < wave.length; i += 2) {
    const a = other[i];
    const b = other[i + 1];
    wave[i] -= (re * a - im * b) / norm;
    wave[i + 1] -= (re * b + im * a) / norm;
  }
}
