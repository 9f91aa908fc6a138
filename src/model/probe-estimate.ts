/** The probe that the mean diffraction pattern suggests. */
import { planFft2 } from '../array/fft.ts';
import { DataError } from '../errors.ts';
import { axisPixels } from '../geometry/grids.ts';
import { createPropagator, samplePhase, type PropagatorGeometry } from '../geometry/propagation.ts';

/** What is known of the frames when the probe is made. */
export interface FrameSummary {
  /** (rows·cols) mean intensity over the frames that are valid at each pixel. */
  readonly mean: Float64Array;
  /** Σ m·I of the brightest frame. */
  readonly brightest: number;
}

/** Near field: the mean amplitude, taken back to the sample. */
export function backPropagatedProbe(mean: Float64Array, geometry: PropagatorGeometry): Float64Array {
  const wave = new Float64Array(2 * mean.length);
  for (let i = 0; i < mean.length; i++) wave[2 * i] = Math.sqrt(Math.max(mean[i], 0));
  createPropagator(geometry).backward(wave);
  return wave;
}

/**
 * Far field: the mean amplitude with the phase of a lens, so curved that geometric rays spread over an rms radius of `spread`
 * times the frame (0: focus; the sign says on which side of it the sample is). (rows·cols) interleaved complex.
 */
export function spreadProbe(mean: Float64Array, geometry: PropagatorGeometry, spread: number): Float64Array {
  const [rows, cols] = geometry.shape;
  const y = axisPixels(rows, geometry.center[0]).map((pixel) => pixel / rows);
  const x = axisPixels(cols, geometry.center[1]).map((pixel) => pixel / cols);
  let power = 0;
  let squares = 0;
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) {
      power += mean[i];
      squares += mean[i] * (y[r] ** 2 + x[c] ** 2);
    }
  }
  // A phase κ·f² moves what comes at frequency f (cycles per pixel) by κ·f/π pixels.
  const width = Math.sqrt(squares / power);
  const curvature = width > 0 ? (Math.PI * spread * Math.min(rows, cols)) / width : 0;
  const wave = new Float64Array(2 * rows * cols);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) {
      const amplitude = Math.sqrt(Math.max(mean[i], 0));
      const phase = curvature * (y[r] ** 2 + x[c] ** 2);
      wave[2 * i] = amplitude * Math.cos(phase);
      wave[2 * i + 1] = amplitude * Math.sin(phase);
    }
  }
  // The phase of the detector plane is left out: the wave converges on the sample, or beside it.
  const before = samplePhase(geometry);
  planFft2(rows, cols).inverse(wave);
  for (let i = 0; i < wave.length; i += 2) {
    const re = wave[i];
    const im = wave[i + 1];
    wave[i] = re * before[i] + im * before[i + 1];
    wave[i + 1] = im * before[i] - re * before[i + 1];
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
