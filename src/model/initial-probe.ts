/** What the probe is before the first iteration. */
import { planFft2 } from '../array/fft.ts';
import { astype, describe, ndarray, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import { axisPixels } from '../geometry/grids.ts';
import { createPropagator, samplePhase, type PropagatorGeometry } from '../geometry/propagation.ts';
import { addNoise, modePower, type Diversity } from './modes.ts';

export interface ProbeStart {
  /** Complex (rows, cols) or (modes, rows, cols); without it the probe is estimated from the frames. */
  readonly given?: NdArray;
  /** Σ|P|² over all modes. Null: the total of the brightest frame, or that of a given probe if `keepPower`. */
  readonly photons: number | null;
  readonly keepPower?: boolean;
  readonly modes: number;
  readonly diversity: Diversity | null;
  readonly seed: number;
}

/** What is known of the frames when the probe is made. */
export interface FrameSummary {
  /** (rows·cols) mean intensity over the frames that are valid at each pixel. */
  readonly mean: Float64Array;
  /** Σ m·I of the brightest frame. */
  readonly brightest: number;
  /** Typical distance between neighbouring positions, m. */
  readonly stepM: number;
}

/** Probe (modes, rows, cols) complex128. Throws `DataError` for given probes that do not fit and for dark frames. */
export function createProbe(
  start: ProbeStart,
  geometry: PropagatorGeometry,
  frames: FrameSummary,
): NdArray<'complex128'> {
  const [rows, cols] = geometry.shape;
  const size = 2 * rows * cols;
  const given = start.given === undefined ? undefined : readGiven(start.given, geometry.shape);
  const data = new Float64Array(size * start.modes);
  const known = Math.min(start.modes, given === undefined ? 1 : given.length / size);
  data.set((given ?? estimateProbe(frames, geometry)).subarray(0, known * size));
  addModes(data, start, geometry.shape, known);
  const power = data.reduce((sum, x) => sum + x * x, 0);
  const photons = start.photons ?? (start.keepPower === true ? power : frames.brightest);
  if (!(power > 0 && photons > 0 && Number.isFinite(power))) {
    throw new DataError(
      `initial probe of power ${power} for ${photons} photons: frames and given probe must be above 0`,
    );
  }
  const scale = Math.sqrt(photons / power);
  for (let i = 0; i < data.length; i++) data[i] *= scale;
  return ndarray('complex128', [start.modes, rows, cols], data);
}

function readGiven(given: NdArray, shape: readonly [number, number]): Float64Array {
  const [rows, cols] = given.shape.slice(-2);
  if (given.shape.length < 2 || given.shape.length > 3 || rows !== shape[0] || cols !== shape[1]) {
    throw new DataError(
      `given probe ${describe(given)}: (rows, cols) or (modes, rows, cols) of frames ${shape.join('x')}`,
    );
  }
  return astype(given, 'complex128').data;
}

/**
 * Modes from `known` on: the first one made different (noise, or the slopes along rows and columns), orthogonal to all
 * before it, with the power asked for.
 */
function addModes(
  data: Float64Array,
  start: ProbeStart,
  shape: readonly [number, number],
  known: number,
): void {
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
function addSlopes(wave: Float64Array, [rows, cols]: readonly [number, number], mode: number): void {
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

/**
 * The probe of the mean diffraction pattern. Near field: the mean amplitude, taken back to the sample. Far field: the
 * amplitude of the pattern and the phase of a lens that focusses beside the sample, just so far that neighbouring views overlap.
 */
export function estimateProbe(frames: FrameSummary, geometry: PropagatorGeometry): Float64Array {
  const wave = new Float64Array(2 * frames.mean.length);
  for (let i = 0; i < frames.mean.length; i++) wave[2 * i] = Math.sqrt(Math.max(frames.mean[i], 0));
  if (geometry.propagation === 'nearfield') {
    createPropagator(geometry).backward(wave);
    return wave;
  }
  const [rows, cols] = geometry.shape;
  const phase = samplePhase(geometry);
  planFft2(rows, cols).inverse(wave);
  for (let i = 0; i < wave.length; i += 2) {
    const re = wave[i];
    const im = wave[i + 1];
    wave[i] = re * phase[i] + im * phase[i + 1];
    wave[i + 1] = im * phase[i] - re * phase[i + 1];
  }
  return wave;
}
