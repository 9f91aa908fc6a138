/**
 * Making an object comparable to the eye. A reconstruction fixes the object only up to a global phase and a linear
 * phase ramp (which the probe takes up), so both are removed before the phase is shown.
 */
import { DataError } from '../../errors.ts';
import { componentsOf, describe, isComplex, toNumbers, type NdArray } from '../../array/ndarray.ts';
import type { Region } from '../../frames/region.ts';

/** Phase `global + perRow·row + perCol·col`, rad and rad per element. */
export interface PhaseRamp {
  readonly global: number;
  readonly perRow: number;
  readonly perCol: number;
}

const NO_RAMP: PhaseRamp = { global: 0, perRow: 0, perCol: 0 };

/** Elements the ramp is estimated from, and those that choose between starts; more do not make it better. */
const SAMPLES = 8_000;
const CHOOSING = 1_000;
const MAX_STEPS = 60;
/** Steps end when they change the phase by less than this, rad. */
const ENOUGH = 1e-5;

/**
 * The ramp φ(r, c) = g + a·r + b·c of the background of an object, from the lit elements, with weights
 * w = min(|o|, median |o|): amplitude, but no element outweighs half of the others.
 *
 * 1. Starts for a and b are 0 and arg Σ o(r+L)·o*(r) / L for L = 1, 2, 4, …, each after removal of what the one before
 *    found; the pair with the largest |Σ w·exp(i(arg o − a·r − b·c))| goes on.
 * 2. J = Σ w·cos(arg o − φ) is climbed: plane fits to sin(arg o − φ), which never lower J because |cos| ≤ 1. Phases
 *    may wrap here.
 * 3. Plane fits to the residual ρ = arg o − φ with w/(1 + (ρ/s)²), s = 1.48·median |ρ| (Cauchy's M-estimator by
 *    reweighting, Holland & Welsch 1977): where the object is much stronger than the background it hardly counts, and
 *    the background comes out flat, at phase 0.
 *
 * @param object complex (rows, cols)
 * @param lit (rows, cols), 0 for elements that do not count
 */
export function estimateRamp(object: NdArray, lit: ArrayLike<number>): PhaseRamp {
  const [rows, cols] = object.shape;
  if (object.shape.length !== 2 || !isComplex(object.dtype) || lit.length !== rows * cols) {
    throw new DataError(
      `object is a complex (rows, cols) array, as large as the lit region; got ${describe(object)}`,
    );
  }
  const values = toNumbers(object);
  const stride = Math.max(1, Math.floor(Math.sqrt((rows * cols) / SAMPLES)));
  const usable = (at: number) => lit[at] > 0 && Number.isFinite(values[2 * at] + values[2 * at + 1]);
  const at: number[] = [];
  for (let row = 0; row < rows; row += stride) {
    for (let col = 0; col < cols; col += stride) if (usable(row * cols + col)) at.push(row * cols + col);
  }
  const samples = takeSamples(values, cols, at);
  if (!samples.weight.some((weight) => weight > 0)) return NO_RAMP;
  const indexOfRow = (position: number) => Math.floor(position / cols);
  const indexOfCol = (position: number) => position % cols;
  const rowSlopes = slopesAlong(values, at, { step: cols, limit: rows, index: indexOfRow, usable });
  const colSlopes = slopesAlong(values, at, { step: 1, limit: cols, index: indexOfCol, usable });
  const step = Math.max(1, Math.floor(at.length / CHOOSING));
  let best = { size: -1, perRow: 0, perCol: 0 };
  for (const perRow of rowSlopes) {
    for (const perCol of colSlopes) {
      const { size } = meanWave(samples, perRow, perCol, step);
      if (size > best.size) best = { size, perRow, perCol };
    }
  }
  return refine(samples, best.perRow, best.perCol);
}

interface Axis {
  /** Elements from one to the next. */
  readonly step: number;
  readonly limit: number;
  readonly index: (position: number) => number;
  readonly usable: (position: number) => boolean;
}

/** Below this coherence the phase between elements is chance. */
const COHERENT = 0.3;

/** Candidates for the phase per element along one axis, from products over growing distances. */
function slopesAlong(values: ArrayLike<number>, at: readonly number[], axis: Axis): number[] {
  const { step, limit, index, usable } = axis;
  const slopes = [0];
  let slope = 0;
  for (let lag = 1; lag <= Math.max(1, limit / 4); lag *= 2) {
    let [re, im, total] = [0, 0, 0];
    for (const here of at) {
      const there = here + lag * step;
      if (index(here) + lag >= limit || !usable(there)) continue;
      const productRe = values[2 * there] * values[2 * here] + values[2 * there + 1] * values[2 * here + 1];
      const productIm = values[2 * there + 1] * values[2 * here] - values[2 * there] * values[2 * here + 1];
      // The square root weighs by amplitude instead of by intensity.
      const size = Math.sqrt(Math.sqrt(productRe * productRe + productIm * productIm));
      if (size === 0) continue;
      re += productRe / size;
      im += productIm / size;
      total += size;
    }
    if (total === 0 || Math.hypot(re, im) < COHERENT * total) break;
    const turned = Math.atan2(im, re) - slope * lag;
    slope += (turned - 2 * Math.PI * Math.round(turned / (2 * Math.PI))) / lag;
    slopes.push(slope);
  }
  return slopes;
}

/** Phases with their weights and places. */
interface Samples {
  readonly row: Float64Array;
  readonly col: Float64Array;
  readonly phase: Float64Array;
  readonly weight: Float64Array;
}

function takeSamples(values: ArrayLike<number>, cols: number, at: readonly number[]): Samples {
  const row = Float64Array.from(at, (position) => Math.floor(position / cols));
  const col = Float64Array.from(at, (position) => position % cols);
  const phase = Float64Array.from(at, (position) =>
    Math.atan2(values[2 * position + 1], values[2 * position]),
  );
  const weight = Float64Array.from(at, (position) =>
    Math.hypot(values[2 * position], values[2 * position + 1]),
  );
  const usual = median(weight);
  return { row, col, phase, weight: weight.map((amplitude) => Math.min(amplitude, usual)) };
}

function median(values: Float64Array): number {
  return Float64Array.from(values).sort()[values.length >> 1];
}

/** Size and phase of Σ w·exp(i(arg o − a·r − b·c)), over every `step`-th sample. */
function meanWave(
  samples: Samples,
  perRow: number,
  perCol: number,
  step: number,
): { size: number; phase: number } {
  const { row, col, phase, weight } = samples;
  let [re, im] = [0, 0];
  for (let i = 0; i < phase.length; i += step) {
    const residual = phase[i] - perRow * row[i] - perCol * col[i];
    re += weight[i] * Math.cos(residual);
    im += weight[i] * Math.sin(residual);
  }
  return { size: Math.hypot(re, im), phase: Math.atan2(im, re) };
}

/** Phases less the ramp, within ±π. */
function residuals({ row, col, phase }: Samples, { global, perRow, perCol }: PhaseRamp): Float64Array {
  return phase.map((angle, i) => {
    const rest = angle - global - perRow * row[i] - perCol * col[i];
    return rest - 2 * Math.PI * Math.round(rest / (2 * Math.PI));
  });
}

/** Steps 2 and 3, from the slopes given. */
function refine(samples: Samples, perRow: number, perCol: number): PhaseRamp {
  let ramp: PhaseRamp = { global: meanWave(samples, perRow, perCol, 1).phase, perRow, perCol };
  for (let step = 0; step < MAX_STEPS; step++) {
    const plane = fitPlane(samples, samples.weight, residuals(samples, ramp).map(Math.sin));
    ramp = sum(ramp, plane);
    if (plane.moved < ENOUGH) break;
  }
  for (let step = 0; step < MAX_STEPS; step++) {
    const rest = residuals(samples, ramp);
    const scale = Math.max(1e-6, 1.4826 * median(rest.map(Math.abs)));
    const weight = samples.weight.map((size, i) => size / (1 + (rest[i] / scale) ** 2));
    const plane = fitPlane(samples, weight, rest);
    ramp = sum(ramp, plane);
    if (plane.moved < ENOUGH) break;
  }
  return { ...ramp, global: Math.atan2(Math.sin(ramp.global), Math.cos(ramp.global)) };
}

function sum(one: PhaseRamp, other: PhaseRamp): PhaseRamp {
  return {
    global: one.global + other.global,
    perRow: one.perRow + other.perRow,
    perCol: one.perCol + other.perCol,
  };
}

/** The plane with the least Σ weight·(angles − plane)²; `moved` is its usual size, rad. */
function fitPlane(
  { row, col }: Samples,
  weight: Float64Array,
  angles: Float64Array,
): PhaseRamp & { moved: number } {
  const mean = { weight: 0, row: 0, col: 0, angle: 0 };
  for (let i = 0; i < weight.length; i++) {
    mean.weight += weight[i];
    mean.row += weight[i] * row[i];
    mean.col += weight[i] * col[i];
    mean.angle += weight[i] * angles[i];
  }
  mean.row /= mean.weight;
  mean.col /= mean.weight;
  mean.angle /= mean.weight;
  let [rr, rc, cc, ra, ca] = [0, 0, 0, 0, 0];
  for (let i = 0; i < weight.length; i++) {
    const [r, c, angle] = [row[i] - mean.row, col[i] - mean.col, angles[i] - mean.angle];
    rr += weight[i] * r * r;
    rc += weight[i] * r * c;
    cc += weight[i] * c * c;
    ra += weight[i] * r * angle;
    ca += weight[i] * c * angle;
  }
  const determinant = rr * cc - rc * rc;
  // A single row or column fixes no slope across it.
  const flat = determinant <= 1e-12 * Math.max(rr, cc) ** 2;
  const perRow = flat ? (rr > cc ? ra / rr : 0) : (cc * ra - rc * ca) / determinant;
  const perCol = flat ? (cc > rr ? ca / cc : 0) : (rr * ca - rc * ra) / determinant;
  const spread =
    Math.sqrt(rr / mean.weight) * Math.abs(perRow) + Math.sqrt(cc / mean.weight) * Math.abs(perCol);
  return {
    global: mean.angle - perRow * mean.row - perCol * mean.col,
    perRow,
    perCol,
    moved: Math.abs(mean.angle) + spread,
  };
}

/** Interleaved values of the `region` of `object` (rows, cols), divided by exp(i·ramp). */
export function removeRamp(object: NdArray, ramp: PhaseRamp, region: Region): Float64Array {
  const cols = object.shape[1];
  const { row: top, col: left, rows, cols: width } = region;
  const values = toNumbers(object);
  const out = new Float64Array(rows * width * componentsOf('complex128'));
  const columns = Array.from({ length: width }, (_, i) => ramp.perCol * (left + i));
  const cosines = Float64Array.from(columns, Math.cos);
  const sines = Float64Array.from(columns, Math.sin);
  let at = 0;
  for (let row = top; row < top + rows; row++) {
    const cosine = Math.cos(ramp.global + ramp.perRow * row);
    const sine = Math.sin(ramp.global + ramp.perRow * row);
    for (let col = left; col < left + width; col++) {
      const re = values[2 * (row * cols + col)];
      const im = values[2 * (row * cols + col) + 1];
      const turnRe = cosine * cosines[col - left] - sine * sines[col - left];
      const turnIm = -cosine * sines[col - left] - sine * cosines[col - left];
      out[at++] = re * turnRe - im * turnIm;
      out[at++] = re * turnIm + im * turnRe;
    }
  }
  return out;
}
