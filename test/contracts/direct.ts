/** The kernels of a backend evaluated term by term from their definitions, for tiny problems. */
import { ndarray, type NdArray } from '../../src/array/ndarray.ts';
import type { ErrorSums, NoiseModel, ProjectionStep } from '../../src/compute/backend.ts';
import { createPropagator, type PropagatorGeometry } from '../../src/geometry/propagation.ts';
import { stream } from '../../src/simulation/random.ts';

/** A few views of small random arrays with two probe and two object layers, masked pixels and uneven weights. */
export interface Problem {
  /** Measured pixels are sums of this many by this many pixels of the waves. */
  readonly sampling: number;
  readonly geometry: PropagatorGeometry;
  readonly modes: readonly (readonly [number, number])[];
  readonly corners: NdArray<'int32'>;
  readonly intensities: NdArray<'float64'>;
  readonly weights: NdArray<'float64'>;
  readonly probe: NdArray<'complex128'>;
  readonly object: NdArray<'complex128'>;
  readonly probeDirection: NdArray<'complex128'>;
  readonly objectDirection: NdArray<'complex128'>;
}

/** Of the waves. */
export const ROWS = 6;
export const COLS = 8;
export const PIXELS = ROWS * COLS;
const OBJECT = [2, 11, 13];
const CORNERS = [0, 0, 5, 5, 2, 1, 2, 3, 4, 0];

/** Kinds of problem every kernel is to solve: propagation, and pixels of the waves along a measured pixel. */
export const KINDS = [
  ['farfield', 1],
  ['nearfield', 1],
  ['farfield', 2],
  ['nearfield', 2],
] as const;

export function createProblem(propagation: 'farfield' | 'nearfield', views = 5, sampling = 1): Problem {
  const random = stream(7, propagation === 'farfield' ? 0 : 1);
  const complex = (shape: number[], scale: number): NdArray<'complex128'> => {
    const length = 2 * shape.reduce((n, axis) => n * axis, 1);
    return ndarray(
      'complex128',
      shape,
      Float64Array.from({ length }, () => scale * random.normal()),
    );
  };
  const far = propagation === 'farfield';
  const frames = [views, ROWS / sampling, COLS / sampling];
  const points = frames[0] * frames[1] * frames[2];
  return {
    sampling,
    geometry: {
      propagation,
      shape: [ROWS, COLS],
      center: far ? [2, 5] : [3, 4],
      psizeM: far ? [1e-4, 0.8e-4] : [1e-7, 1.3e-7],
      resolutionM: far ? [(1e-10 * 2) / 1e-4 / ROWS, (1e-10 * 2) / 0.8e-4 / COLS] : [1e-7, 1.3e-7],
      distanceM: far ? 2 : 3e-4,
      wavelengthM: 1e-10,
    },
    modes: [
      [0, 0],
      [1, 0],
      [0, 1],
    ],
    corners: ndarray('int32', [views, 2], Int32Array.from(CORNERS.slice(0, 2 * views))),
    intensities: ndarray(
      'float64',
      frames,
      Float64Array.from({ length: points }, () => random.poisson(6 * sampling ** 2)),
    ),
    weights: ndarray(
      'float64',
      frames,
      Float64Array.from({ length: points }, () => (random.uniform() < 0.2 ? 0 : 1 + random.uniform())),
    ),
    probe: complex([2, ROWS, COLS], 1.2),
    object: complex(OBJECT, 0.9),
    probeDirection: complex([2, ROWS, COLS], 0.1),
    objectDirection: complex(OBJECT, 0.1),
  };
}

/** Waves of a view, one for each mode. */
export type Waves = Float64Array[];

/** Index of pixel (r, c) of a view's window in an object layer, in doubles. */
export function at(problem: Problem, view: number, layer: number, pixel: number): number {
  const [, rows, cols] = problem.object.shape;
  const r = problem.corners.data[2 * view] + Math.floor(pixel / COLS);
  const c = problem.corners.data[2 * view + 1] + (pixel % COLS);
  return 2 * ((layer * rows + r) * cols + c);
}

/** P_k·O_k of a view. */
export function products(problem: Problem, view: number, probe: Float64Array, object: Float64Array): Waves {
  return problem.modes.map(([probeLayer, objectLayer]) => {
    const wave = new Float64Array(2 * PIXELS);
    for (let i = 0; i < PIXELS; i++) {
      const p = 2 * (probeLayer * PIXELS + i);
      const o = at(problem, view, objectLayer, i);
      wave[2 * i] = probe[p] * object[o] - probe[p + 1] * object[o + 1];
      wave[2 * i + 1] = probe[p] * object[o + 1] + probe[p + 1] * object[o];
    }
    return wave;
  });
}

export function propagate(problem: Problem, waves: Waves, direction: 'forward' | 'backward'): Waves {
  const propagator = createPropagator(problem.geometry);
  return waves.map((wave) => {
    const out = wave.slice();
    propagator[direction](out);
    return out;
  });
}

/** Pixels of a frame. */
export function framePixels({ sampling }: Problem): number {
  return PIXELS / sampling ** 2;
}

/** The measured pixel that a pixel of a wave is part of. */
export function placeOf({ sampling }: Problem, i: number): number {
  const row = Math.floor(Math.floor(i / COLS) / sampling);
  return row * (COLS / sampling) + Math.floor((i % COLS) / sampling);
}

/** In measured pixels. */
export function intensity(problem: Problem, waves: Waves): Float64Array {
  const sums = new Float64Array(framePixels(problem));
  for (let i = 0; i < PIXELS; i++) {
    for (const wave of waves) sums[placeOf(problem, i)] += wave[2 * i] ** 2 + wave[2 * i + 1] ** 2;
  }
  return sums;
}

export function model(
  problem: Problem,
  view: number,
  probe: Float64Array,
  object: Float64Array,
): Float64Array {
  return intensity(problem, propagate(problem, products(problem, view, probe, object), 'forward'));
}

/** (measured, weight, mask) of a view's pixel. */
function pixel(problem: Problem, view: number, i: number): [number, number, number] {
  const weight = problem.weights.data[view * framePixels(problem) + i];
  return [problem.intensities.data[view * framePixels(problem) + i], weight, weight > 0 ? 1 : 0];
}

/** Σ over the pixels of a view. */
function sum(
  problem: Problem,
  view: number,
  term: (i: number, I: number, w: number, m: number) => number,
): number {
  let total = 0;
  for (let i = 0; i < framePixels(problem); i++) total += term(i, ...pixel(problem, view, i));
  return total;
}

export function magnitudeError(problem: Problem, view: number, M: Float64Array): number {
  const points = sum(problem, view, (_i, _I, _w, m) => m);
  return sum(problem, view, (i, I, _w, m) => m * (Math.sqrt(M[i]) - Math.sqrt(I)) ** 2) / points;
}

export function modelErrors(
  problem: Problem,
  view: number,
  M: Float64Array,
): Omit<ErrorSums, 'exit' | 'views'> {
  return {
    magnitude: magnitudeError(problem, view, M),
    photon: sum(problem, view, (i, I, _w, m) => (m * (M[i] - I) ** 2) / (I + 1)) / framePixels(problem),
    residual: sum(problem, view, (i, I, _w, m) => m * Math.abs(Math.sqrt(M[i]) - Math.sqrt(I))),
    amplitude: sum(problem, view, (_i, I, _w, m) => m * Math.sqrt(I)),
  };
}

/** One projection step of a view's exit waves `psi`; returns the new ones and the magnitude error. */
export function projection(
  problem: Problem,
  view: number,
  psi: Waves,
  PO: Waves,
  { a, b, c, powerBound }: ProjectionStep,
): { waves: Waves; magnitude: number } {
  const f = propagate(
    problem,
    psi.map((wave, k) => wave.map((x, i) => (1 - c) * x + c * PO[k][i])),
    'forward',
  );
  const M = intensity(problem, f);
  const magnitude = magnitudeError(problem, view, M);
  if (magnitude <= powerBound) {
    const waves = psi.map((wave, k) => wave.map((x, i) => x + (a + b * c) * (PO[k][i] - x)));
    return { waves, magnitude };
  }
  const rho = Math.sqrt(powerBound / magnitude);
  const g = Float64Array.from(M, (value, i) => {
    const [I, , m] = pixel(problem, view, i);
    const A = Math.sqrt(value);
    return 1 - m + (m * (Math.sqrt(I) + rho * (A - Math.sqrt(I)))) / (A + 1e-10);
  });
  const back = propagate(
    problem,
    f.map((wave) => wave.map((x, i) => x * g[placeOf(problem, i >> 1)])),
    'backward',
  );
  const waves = psi.map((wave, k) => wave.map((x, i) => x + b * back[k][i] + a * PO[k][i] - (a + b) * x));
  return { waves, magnitude };
}

/** Loss over all views, as the spec of the noise models writes it. */
export function loss(
  problem: Problem,
  noise: NoiseModel,
  floating: boolean,
  probe: Float64Array,
  object: Float64Array,
  scales?: readonly number[],
): number {
  let total = 0;
  for (let view = 0; view < problem.corners.shape[0]; view++) {
    const scale = scales?.[view] ?? (floating ? floatingScale(problem, noise, view, probe, object) : 1);
    const M = model(problem, view, probe, object).map((x) => x * scale);
    total += sum(problem, view, (i, I, w) => {
      if (noise === 'gaussian') return (w / (1 + I)) * (M[i] - I) ** 2;
      if (noise === 'poisson') return w * (M[i] + 1e-6 - I * Math.log(M[i] + 1e-6) + logFactorial(I));
      return w * (Math.sqrt(M[i]) + 1e-6 - Math.sqrt(I)) ** 2;
    });
  }
  return total;
}

/** Σ wMI/Σ wM² of a view. */
export function floatingScale(
  problem: Problem,
  noise: NoiseModel,
  view: number,
  probe: Float64Array,
  object: Float64Array,
): number {
  const M = model(problem, view, probe, object);
  const weigh = (I: number, w: number): number => (noise === 'gaussian' ? w / (1 + I) : w);
  return (
    sum(problem, view, (i, I, w) => weigh(I, w) * M[i] * I) /
    sum(problem, view, (i, I, w) => weigh(I, w) * M[i] ** 2)
  );
}

/** Of whole numbers. */
function logFactorial(n: number): number {
  let total = 0;
  for (let k = 2; k <= n; k++) total += Math.log(k);
  return total;
}

/** Frames `start`…`stop` of a stack. */
export function rows(array: NdArray<'float64'>, start: number, stop: number): NdArray<'float64'> {
  const [, height, width] = array.shape;
  const size = height * width;
  return ndarray('float64', [stop - start, height, width], array.data.slice(start * size, stop * size));
}
