/** Illuminations from an aperture: as it stands, in the focus of a lens behind it, and some distance on. */
import { ndarray, type NdArray } from '../array/ndarray.ts';
import { ConfigError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { axisPixels } from '../geometry/grids.ts';
import { createPropagator, type PropagatorGeometry } from '../geometry/propagation.ts';
import { consoleLog, type Log } from '../log.ts';
import { scaleToPhotons } from './power.ts';
import { addNoise } from './wave-noise.ts';

/** An opening, by ptypy's names of `illumination.aperture`. */
export interface Aperture {
  readonly form: 'circ' | 'rect';
  /** Diameter, or height and width, m. */
  readonly size: number | Pair;
  /** Width of the soft edge, pixels. Default 2. */
  readonly edge?: number;
  /** Opaque middle as a fraction of the size, 0 … 1. Default none. */
  readonly central_stop?: number | null;
  /** Centre of the opening from the optical axis, m (row, col). Default 0. */
  readonly offset?: number | Pair;
  /** Turn of the opening, rad, from columns to rows. Default 0. */
  readonly rotate?: number;
  /** Noise in the opening: phase (rms in rad, smallest feature in pixels of the aperture's plane), then modulus. Default none. */
  readonly diffuser?: readonly number[] | null;
}

/** Which random numbers a diffuser is made of. */
export interface DiffuserStream {
  readonly seed: number;
  readonly index: number;
}

export interface IlluminationOptions {
  /** Default: stream 0 of seed 0. */
  readonly diffuser?: DiffuserStream;
  /** Hears of an opening that is cut. By default warnings go to the console. */
  readonly log?: Log;
}

/** By ptypy's names of `illumination.propagation`. */
export interface IlluminationPropagation {
  /** Distance from the aperture, which holds the lens, to its focus, m. None: no lens. */
  readonly focussed?: number | null;
  /** Distance from there (focus, or aperture without a lens) to the sample, m; negative goes back. */
  readonly parallel?: number | null;
}

/** Transmission 0 … 1 of the opening on pixels of `pixelM` around `center`, (rows, cols). Throws `ConfigError`. */
export function drawAperture(
  aperture: Aperture,
  shape: Pair,
  pixelM: Pair,
  center: Pair,
): NdArray<'float64'> {
  const size = asPair(aperture.size);
  const offset = asPair(aperture.offset ?? 0);
  const edge = Math.max(aperture.edge ?? 2, 1e-3);
  const stop = aperture.central_stop ?? 0;
  checkAperture(aperture, size, stop);
  const [sin, cos] = [Math.sin(aperture.rotate ?? 0), Math.cos(aperture.rotate ?? 0)];
  // The soft edge is measured in pixels of the finer axis.
  const unit = Math.min(...pixelM);
  const y = axisPixels(shape[0], center[0]);
  const x = axisPixels(shape[1], center[1]);
  const data = new Float64Array(shape[0] * shape[1]);
  for (let r = 0, i = 0; r < shape[0]; r++) {
    for (let c = 0; c < shape[1]; c++, i++) {
      const row = y[r] * pixelM[0] - offset[0];
      const col = x[c] * pixelM[1] - offset[1];
      const point: Pair = [row * cos - col * sin, row * sin + col * cos];
      const open = soften(depth(aperture.form, point, size) / unit, edge);
      const shut =
        stop > 0 ? soften(depth(aperture.form, point, [size[0] * stop, size[1] * stop]) / unit, edge) : 0;
      data[i] = open * (1 - shut);
    }
  }
  return ndarray('float64', shape, data);
}

/** How far inside the outline a point lies, m; negative outside. For an ellipse to first order. */
function depth(form: Aperture['form'], [y, x]: Pair, [height, width]: Pair): number {
  if (form === 'rect') return Math.min(height / 2 - Math.abs(y), width / 2 - Math.abs(x));
  const [v, u] = [(2 * y) / height, (2 * x) / width];
  const rho = Math.hypot(v, u);
  if (rho === 0) return Math.min(height, width) / 2;
  return (rho * (1 - rho)) / Math.hypot((2 * v) / height, (2 * u) / width);
}

/** Rises from 0 to 1 over `edge` pixels around the outline. */
function soften(depthPixels: number, edge: number): number {
  const t = Math.min(1, Math.max(0, depthPixels / edge + 0.5));
  return t * t * (3 - 2 * t);
}

/**
 * The wave that an aperture lets fall on the sample, (rows, cols) on the sample pixels of `geometry`, Σ|P|² = `photons`.
 * Throws `ConfigError` if the aperture is wrong or does not fit the plane it stands in.
 */
export function createIllumination(
  aperture: Aperture,
  propagation: IlluminationPropagation,
  geometry: PropagatorGeometry,
  photons: number,
  { diffuser = { seed: 0, index: 0 }, log = consoleLog }: IlluminationOptions = {},
): NdArray<'complex128'> {
  const { shape, resolutionM } = geometry;
  const center: Pair = [Math.floor(shape[0] / 2), Math.floor(shape[1] / 2)];
  const focal = propagation.focussed ?? 0;
  const wave =
    focal === 0
      ? openWave(aperture, shape, resolutionM, center, { diffuser, log })
      : focus(aperture, focal, { ...geometry, center }, { diffuser, log });
  const distanceM = propagation.parallel ?? 0;
  if (distanceM !== 0) {
    createPropagator({
      ...geometry,
      propagation: 'nearfield',
      psizeM: resolutionM,
      distanceM,
      center,
    }).forward(wave);
  }
  scaleToPhotons(wave, photons);
  return ndarray('complex128', shape, wave);
}

/** Plane wave behind the opening. */
function openWave(
  aperture: Aperture,
  shape: Pair,
  pixelM: Pair,
  center: Pair,
  { diffuser, log }: Required<IlluminationOptions>,
): Float64Array {
  const { data } = drawAperture(aperture, shape, pixelM, center);
  checkFit(aperture, shape, pixelM, data, log);
  const wave = new Float64Array(2 * data.length);
  for (let i = 0; i < data.length; i++) wave[2 * i] = data[i];
  if ((aperture.diffuser ?? null) !== null) {
    addNoise(wave, shape, aperture.diffuser ?? [], diffuser.seed, diffuser.index);
  }
  return wave;
}

/** An opening may be cut by the edge of its plane, which is said; one of which no edge is in the plane is none. */
function checkFit(aperture: Aperture, shape: Pair, pixelM: Pair, transmission: Float64Array, log: Log): void {
  const size = asPair(aperture.size);
  const offset = asPair(aperture.offset ?? 0);
  for (const axis of [0, 1] as const) {
    const window = shape[axis] * pixelM[axis];
    if (size[axis] + 2 * Math.abs(offset[axis]) <= window) continue;
    const text = `${size[axis]} m does not fit the ${window} m wide plane (${shape[axis]} pixels of ${pixelM[axis]} m)`;
    const [low, high] = [Math.min, Math.max].map((pick) => transmission.reduce((a, b) => pick(a, b)));
    if (low === high) fail('size', text);
    log.warn(`illumination.aperture.size: ${text} and is cut there`);
    return;
  }
}

/** The wave in the focal plane of a thin lens in the aperture: the lens cancels the curvature of the Fresnel transform. */
function focus(
  aperture: Aperture,
  focalM: number,
  geometry: PropagatorGeometry,
  options: Required<IlluminationOptions>,
): Float64Array {
  const { shape, resolutionM, wavelengthM, center } = geometry;
  if (!(focalM > 0)) fail('focussed', `${focalM} m: a distance above 0 is needed`);
  const lz = wavelengthM * focalM;
  const lensPixelM: Pair = [lz / (shape[0] * resolutionM[0]), lz / (shape[1] * resolutionM[1])];
  const wave = openWave(aperture, shape, lensPixelM, center, options);
  const y = axisPixels(shape[0], center[0]);
  const x = axisPixels(shape[1], center[1]);
  for (let r = 0, i = 0; r < shape[0]; r++) {
    for (let c = 0; c < shape[1]; c++, i += 2) {
      const phase = (-Math.PI * ((y[r] * lensPixelM[0]) ** 2 + (x[c] * lensPixelM[1]) ** 2)) / lz;
      wave[i + 1] = wave[i] * Math.sin(phase);
      wave[i] *= Math.cos(phase);
    }
  }
  createPropagator({
    propagation: 'farfield',
    shape,
    center,
    wavelengthM,
    distanceM: focalM,
    psizeM: resolutionM,
    resolutionM: lensPixelM,
  }).forward(wave);
  return wave;
}

function checkAperture(aperture: Aperture, size: Pair, stop: number): void {
  const form: string = aperture.form;
  if (form !== 'circ' && form !== 'rect') fail('form', `'${form}': accepted are circ and rect`);
  if (!(size[0] > 0 && size[1] > 0)) fail('size', `${size.join(', ')} m: lengths above 0 are needed`);
  if (!(stop >= 0 && stop < 1)) fail('central_stop', `${stop}: a fraction from 0 to below 1 is needed`);
}

function asPair(value: number | Pair): Pair {
  return typeof value === 'number' ? [value, value] : value;
}

function fail(name: string, message: string): never {
  const section = name === 'focussed' ? 'propagation' : 'aperture';
  throw new ConfigError([{ path: `illumination.${section}.${name}`, message }]);
}
