/** Probes that diffraction patterns suggest. */
import { planFft2 } from '../array/fft.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { axisPixels } from '../geometry/grids.ts';
import {
  createPropagator,
  multiplyWave,
  samplePhase,
  type PropagatorGeometry,
} from '../geometry/propagation.ts';

/** Near field: the mean amplitude, taken back to the sample. */
export function backPropagatedProbe(mean: Float64Array, geometry: PropagatorGeometry): Float64Array {
  const wave = new Float64Array(2 * mean.length);
  for (let i = 0; i < mean.length; i++) wave[2 * i] = Math.sqrt(Math.max(mean[i], 0));
  createPropagator(geometry).backward(wave);
  return wave;
}

/** Rms distance of the pattern from the zero frequency, cycles per sample pixel. */
export function bandwidthOf(mean: Float64Array, { shape, center }: PropagatorGeometry): number {
  const [rows, cols] = shape;
  const y = axisPixels(rows, center[0]).map((pixel) => pixel / rows);
  const x = axisPixels(cols, center[1]).map((pixel) => pixel / cols);
  let power = 0;
  let squares = 0;
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) {
      const value = Math.max(mean[i], 0);
      power += value;
      squares += value * (y[r] ** 2 + x[c] ** 2);
    }
  }
  return power > 0 ? Math.sqrt(squares / power) : 0;
}

/**
 * Far field: the mean amplitude with the phase of a lens, so curved that geometric rays spread over an rms radius of `spread`
 * pixels (0: focus; the sign says on which side of it the sample is). In the middle of the frame, (rows·cols) interleaved complex.
 */
export function spreadProbe(mean: Float64Array, geometry: PropagatorGeometry, spread: number): Float64Array {
  const [rows, cols] = geometry.shape;
  const y = axisPixels(rows, geometry.center[0]).map((pixel) => pixel / rows);
  const x = axisPixels(cols, geometry.center[1]).map((pixel) => pixel / cols);
  // A phase κ·f² moves what comes at frequency f (cycles per pixel) by κ·f/π pixels.
  const width = bandwidthOf(mean, geometry);
  const curvature = width > 0 ? (Math.PI * spread) / width : 0;
  const pattern = new Float64Array(2 * rows * cols);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) {
      const amplitude = Math.sqrt(Math.max(mean[i], 0));
      const phase = curvature * (y[r] ** 2 + x[c] ** 2);
      pattern[2 * i] = amplitude * Math.cos(phase);
      pattern[2 * i + 1] = amplitude * Math.sin(phase);
    }
  }
  return fromPattern(pattern, geometry);
}

/**
 * Far field: the wave in the sample plane whose far field is `pattern` (rows·cols interleaved complex), in place, but for
 * the phase of the detector plane: a pattern without phase gives a wave in the middle of the frame, pixel N//2.
 */
function fromPattern(pattern: Float64Array, geometry: PropagatorGeometry): Float64Array {
  const [rows, cols] = geometry.shape;
  planFft2(rows, cols).inverse(pattern);
  const wave = rolled(pattern, geometry.shape, [Math.floor(rows / 2), Math.floor(cols / 2)]);
  multiplyWave(wave, samplePhase(geometry), -1);
  return wave;
}

/** The inverse of `fromPattern`. */
function toPattern(wave: Float64Array, geometry: PropagatorGeometry): Float64Array {
  const [rows, cols] = geometry.shape;
  const turned = wave.slice();
  multiplyWave(turned, samplePhase(geometry), 1);
  const pattern = rolled(turned, geometry.shape, [-Math.floor(rows / 2), -Math.floor(cols / 2)]);
  planFft2(rows, cols).forward(pattern);
  return pattern;
}

/**
 * Far field: a disc of light with an rms radius of `size` pixels in the middle of the frame, whose phase grows by `curvature`
 * times the square of the radius in pixels as seen from the detector: 0 focuses on it. (rows·cols) interleaved complex.
 */
export function discProbe(geometry: PropagatorGeometry, size: number, curvature: number): Float64Array {
  const { shape, center, resolutionM, wavelengthM, distanceM } = geometry;
  const [y, x] = shape.map((n) => axisPixels(n, Math.floor(n / 2)));
  // Focused: the curvature of the way to the detector is taken off.
  const [fromAxisY, fromAxisX] = ([0, 1] as const).map((axis) =>
    axisPixels(shape[axis], center[axis]).map(
      (p) => (Math.PI * (p * resolutionM[axis]) ** 2) / (wavelengthM * distanceM),
    ),
  );
  // The rms radius of a disc is its radius over √2; the edge is two pixels wide.
  const radius = Math.SQRT2 * size;
  const wave = new Float64Array(2 * shape[0] * shape[1]);
  for (let r = 0, i = 0; r < shape[0]; r++) {
    for (let c = 0; c < shape[1]; c++, i += 2) {
      const distance = Math.hypot(y[r], x[c]);
      const amplitude = Math.min(1, Math.max(0, (radius - distance) / 2 + 0.5));
      const phase = curvature * distance ** 2 - fromAxisY[r] - fromAxisX[c];
      wave[i] = amplitude * Math.cos(phase);
      wave[i + 1] = amplitude * Math.sin(phase);
    }
  }
  return wave;
}

/** Scales a wave, in place, to Σ|w|² = `power`. Throws `DataError` unless both are above 0. */
export function scaleToPower(wave: Float64Array, power: number): Float64Array {
  const present = wave.reduce((sum, x) => sum + x * x, 0);
  if (!(present > 0 && power > 0 && Number.isFinite(present) && Number.isFinite(power))) {
    throw new DataError(
      `probe of power ${present} for ${power} photons: frames and given probe must be above 0`,
    );
  }
  const factor = Math.sqrt(power / present);
  for (let i = 0; i < wave.length; i++) wave[i] *= factor;
  return wave;
}

/** Moved by whole pixels so that the centre of mass comes to pixel N//2. */
export function centered(wave: Float64Array, shape: Pair): Float64Array {
  const [rows, cols] = shape;
  let power = 0;
  let rowSum = 0;
  let colSum = 0;
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i += 2) {
      const p = wave[i] ** 2 + wave[i + 1] ** 2;
      power += p;
      rowSum += p * r;
      colSum += p * c;
    }
  }
  if (!(power > 0)) return wave;
  const down = Math.floor(rows / 2) - rowSum / power;
  const right = Math.floor(cols / 2) - colSum / power;
  return rolled(wave, shape, [Math.round(down), Math.round(right)]);
}

/**
 * A wave of a small detector on the pixels of a larger one, of which the small one is the part that begins at pixel `first`:
 * the same field of view in finer pixels. Its pattern is 0 around the part.
 */
export function enlarged(
  wave: Float64Array,
  small: PropagatorGeometry,
  large: PropagatorGeometry,
  [top, left]: Pair,
): Float64Array {
  const [rows, cols] = small.shape;
  if (rows === large.shape[0] && cols === large.shape[1]) return wave;
  const pattern = toPattern(wave, small);
  const whole = new Float64Array(2 * large.shape[0] * large.shape[1]);
  for (let r = 0; r < rows; r++) {
    const line = pattern.subarray(2 * r * cols, 2 * (r + 1) * cols);
    whole.set(line, 2 * ((top + r) * large.shape[1] + left));
  }
  return fromPattern(whole, large);
}

/** Around the edges, by whole pixels (rows, cols). */
function rolled(wave: Float64Array, [rows, cols]: Pair, [down, right]: Pair): Float64Array {
  const moved = new Float64Array(wave.length);
  for (let r = 0, i = 0; r < rows; r++) {
    const to = modulo(r + down, rows) * cols;
    for (let c = 0; c < cols; c++, i += 2) {
      const o = 2 * (to + modulo(c + right, cols));
      moved[o] = wave[i];
      moved[o + 1] = wave[i + 1];
    }
  }
  return moved;
}

function modulo(value: number, n: number): number {
  return value - n * Math.floor(value / n);
}
