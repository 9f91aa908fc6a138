/**
 * Propagation between sample and detector.
 *
 * Far field, the single-step Fresnel transform (Goodman, Introduction to Fourier Optics, ch. 4), unitary:
 *   F(w)(v) = e^{iπv²/λz} · Σ_x e^{−2πi x·v/λz} e^{iπx²/λz} w(x) / √(rows·cols)
 * with x, v the distances of sample and detector pixels from `center` (see `axisPixels`).
 * Near field, the angular spectrum (Goodman, ch. 3): a filter of the wave's Fourier transform.
 */
import { planFft2 } from '../array/fft.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { axisPixels } from './grids.ts';
import { electronWavelengthM, resolution, wavelengthM } from './units.ts';

/** Geometry of a frame that fixes its propagator (spec: single-step Fresnel, or angular spectrum in the near field). */
export interface PropagatorGeometry {
  readonly propagation: 'farfield' | 'nearfield';
  /** (rows, cols) of a frame. */
  readonly shape: Pair;
  /** Detector pixel, m (row, col). */
  readonly psizeM: Pair;
  /** Sample pixel, m (row, col). */
  readonly resolutionM: Pair;
  readonly distanceM: number;
  readonly wavelengthM: number;
  /** Zero frequency in the frame, pixels (row, col). */
  readonly center: Pair;
  /** Lengths are in pixels of the sample, which is `resolutionM` 1, because metres are not known. */
  readonly inPixels?: true;
}

/** What fixes a propagator, by the names of prepared data (`meta`): m, keV, pixels. */
export interface ExperimentGeometry {
  readonly shape: Pair;
  readonly center: Pair;
  /** Of psize, distance and energy null: not known. */
  readonly psize: Pair | null;
  readonly distance: number | null;
  readonly energy: number | null;
  readonly propagation: 'farfield' | 'nearfield';
  readonly electron_data?: boolean;
  /** What positions count. Default metres. */
  readonly positions_unit?: 'm' | 'pixel';
}

/** Those of energy, distance and pixel size that are not known. */
export function unknownOf({
  energy,
  distance,
  psize,
}: Pick<ExperimentGeometry, 'energy' | 'distance' | 'psize'>): ('energy' | 'distance' | 'psize')[] {
  const unknown = { energy: energy === null, distance: distance === null, psize: psize === null };
  return (['energy', 'distance', 'psize'] as const).filter((name) => unknown[name]);
}

/**
 * Geometry of waves at the frames described by `meta`, in pixels `resample` times finer than those of the detector: in the far field
 * the sample pixel stays and the field of view grows, in the near field it is the other way round.
 * Throws `DataError` for lengths or energies that are not above 0, and where what is not known is needed.
 */
export function createGeometry(meta: ExperimentGeometry, resample = 1): PropagatorGeometry {
  if (resample !== 1) return createGeometry(resampled(meta, resample));
  const { propagation, shape, center, psize: psizeM, distance: distanceM, energy } = meta;
  if (energy === null || distanceM === null || psizeM === null) return geometryInPixels(meta);
  const lambda = meta.electron_data === true ? electronWavelengthM(energy) : wavelengthM(energy);
  return {
    propagation,
    shape,
    center,
    psizeM,
    distanceM,
    wavelengthM: lambda,
    resolutionM: resolution({ propagation, wavelengthM: lambda, distanceM, psizeM, shape }),
  };
}

/** Wavelength that stands for one not known: so short, in pixels, that every wave is paraxial. */
const SHORT_WAVELENGTH = 1e-3;
/** λz over the square of the frame: the curvature of the Fresnel transform is below 0.01 rad, which leaves the plain Fourier transform. */
const FLAT = 100;

/**
 * The far field with the pixel of the sample as unit of length: positions that count such pixels can be placed, and all else is the
 * plain Fourier transform (Fraunhofer); curvature becomes part of the probe. Anything else needs metres.
 */
function geometryInPixels(meta: ExperimentGeometry): PropagatorGeometry {
  const { propagation, shape, center } = meta;
  const unknown = unknownOf(meta).join(', ');
  const verb = unknown.includes(',') ? 'are' : 'is';
  if (propagation === 'nearfield') {
    throw new DataError(`${unknown} ${verb} not known: the near field cannot be computed without. Give it`);
  }
  if (meta.positions_unit !== 'pixel') {
    throw new DataError(
      `${unknown} ${verb} not known: positions in metres cannot be placed on the sample. Give it, ` +
        'or positions_unit: pixel where positions count pixels of the sample',
    );
  }
  const lambdaZ = FLAT * Math.max(...shape) ** 2;
  return {
    propagation,
    shape,
    center,
    psizeM: [lambdaZ / shape[0], lambdaZ / shape[1]],
    distanceM: lambdaZ / SHORT_WAVELENGTH,
    wavelengthM: SHORT_WAVELENGTH,
    resolutionM: [1, 1],
    inPixels: true,
  };
}

/** Pixel i becomes pixels si … si + s − 1, its middle si + (s − 1)/2. */
function resampled(meta: ExperimentGeometry, s: number): ExperimentGeometry {
  const { shape, center, psize } = meta;
  return {
    ...meta,
    shape: [s * shape[0], s * shape[1]],
    center: [s * center[0] + (s - 1) / 2, s * center[1] + (s - 1) / 2],
    psize: psize === null ? null : [psize[0] / s, psize[1] / s],
  };
}

/** Takes waves (rows, cols), interleaved complex doubles, from sample to detector and back, in place. Unitary. */
export interface Propagator {
  forward(wave: Float64Array): void;
  /** The inverse and adjoint of `forward`; in the near field evanescent waves stay lost. */
  backward(wave: Float64Array): void;
}

/** Propagates waves (rows, cols) of this geometry from sample to detector and back. */
export function createPropagator(geometry: PropagatorGeometry): Propagator {
  const [rows, cols] = geometry.shape;
  const fft = planFft2(rows, cols);
  const check = (wave: Float64Array): void => {
    if (wave.length !== 2 * rows * cols) {
      throw new DataError(
        `propagation of ${rows}x${cols} waves needs ${2 * rows * cols} doubles, got ${wave.length}`,
      );
    }
  };
  if (geometry.propagation === 'nearfield') {
    const kernel = nearfieldKernel(geometry);
    const filter = (wave: Float64Array, sign: 1 | -1): void => {
      check(wave);
      fft.forward(wave);
      multiplyWave(wave, kernel, sign);
      fft.inverse(wave);
    };
    return {
      forward: (wave) => {
        filter(wave, 1);
      },
      backward: (wave) => {
        filter(wave, -1);
      },
    };
  }
  const before = samplePhase(geometry);
  const after = detectorPhase(geometry);
  return {
    forward: (wave) => {
      check(wave);
      multiplyWave(wave, before, 1);
      fft.forward(wave);
      multiplyWave(wave, after, 1);
    },
    backward: (wave) => {
      check(wave);
      multiplyWave(wave, after, -1);
      fft.inverse(wave);
      multiplyWave(wave, before, -1);
    },
  };
}

/**
 * Far field: the factor before the plain Fourier transform (zero frequency at index 0), (rows, cols) interleaved complex:
 * the Fresnel phase and the ramp that puts the zero frequency at `center`. Frames lie as measured after it; a backend may
 * fold it into probe and exit waves and leave `detectorPhase` out, which no intensity depends on.
 * F(w) = detectorPhase · FFT(samplePhase · w).
 */
export function samplePhase(geometry: PropagatorGeometry): Float64Array {
  return curvature(geometry, geometry.resolutionM, 0);
}

/** Far field: the factor after the plain Fourier transform, (rows, cols) interleaved complex; see `samplePhase`. */
export function detectorPhase(geometry: PropagatorGeometry): Float64Array {
  const [row, col] = geometry.center;
  return curvature(geometry, geometry.psizeM, row ** 2 / geometry.shape[0] + col ** 2 / geometry.shape[1]);
}

/**
 * e^{iπx²/λz} times the ramp e^{2πi c·p/N} (p pixels from the centre c) and `turns` full turns. With pixels counted from
 * the centre, −p·q/N = −n·k/N + (c·p + c·q + c²)/N up to whole turns, which splits between the two planes.
 */
function curvature(geometry: PropagatorGeometry, pixelM: Pair, turns: number): Float64Array {
  const [rows, cols] = geometry.shape;
  const [row, col] = geometry.center;
  const y = axisPixels(rows, row);
  const x = axisPixels(cols, col);
  const lz = geometry.wavelengthM * geometry.distanceM;
  const out = new Float64Array(2 * rows * cols);
  for (let r = 0, i = 0; r < rows; r++) {
    const rowTurns = turns + (row * y[r]) / rows;
    for (let c = 0; c < cols; c++, i += 2) {
      const ramp = rowTurns + (col * x[c]) / cols;
      // Two factors instead of one angle: the curvature may be 1e5 turns, where a sum would lose digits of the ramp.
      const phase = Math.PI * ((y[r] * pixelM[0]) ** 2 + (x[c] * pixelM[1]) ** 2) * (1 / lz);
      const angle = 2 * Math.PI * (ramp - Math.round(ramp));
      const [a, b] = [Math.cos(phase), Math.sin(phase)];
      const [p, q] = [Math.cos(angle), Math.sin(angle)];
      out[i] = a * p - b * q;
      out[i + 1] = a * q + b * p;
    }
  }
  return out;
}

/**
 * Near field: exp(2πi(z/λ)(√(1−a²) − 1)), a = λk/(N·resolution), (rows, cols) interleaved complex in FFT order; zero for
 * evanescent waves. F(w) = FFT⁻¹(nearfieldKernel · FFT(w)), whatever the centre. Written as it stands, not in the form
 * that avoids cancellation: ptypy rounds the same way, and the two differ by 1e-8 rad.
 */
export function nearfieldKernel(geometry: PropagatorGeometry): Float64Array {
  const [rows, cols] = geometry.shape;
  const { wavelengthM: lambda, resolutionM, distanceM } = geometry;
  const squares = (n: number, pixelM: number): Float64Array =>
    axisPixels(n, 0).map((k) => ((lambda * (k / n)) / pixelM) ** 2);
  const y = squares(rows, resolutionM[0]);
  const x = squares(cols, resolutionM[1]);
  const out = new Float64Array(2 * rows * cols);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i += 2) {
      const rest = 1 - (y[r] + x[c]);
      if (rest < 0) continue;
      const phase = ((2 * Math.PI * distanceM) / lambda) * (Math.sqrt(rest) - 1);
      out[i] = Math.cos(phase);
      out[i + 1] = Math.sin(phase);
    }
  }
  return out;
}

/** wave *= factor (sign 1) or its conjugate (sign −1). */
export function multiplyWave(wave: Float64Array, factor: Float64Array, sign: 1 | -1): void {
  for (let i = 0; i < wave.length; i += 2) {
    const re = wave[i];
    const im = wave[i + 1];
    const a = factor[i];
    const b = sign * factor[i + 1];
    wave[i] = re * a - im * b;
    wave[i + 1] = re * b + im * a;
  }
}
