/**
 * Making an object comparable to the eye. A reconstruction fixes the object only up to a global phase and a linear
 * phase ramp (which the probe takes up), so both are removed before the phase is shown.
 */
import { DataError } from '../errors.ts';
import { componentsOf, describe, isComplex, toNumbers, type NdArray } from '../array/ndarray.ts';
import type { Region } from './lit-region.ts';

/** Phase `global + perRow·row + perCol·col`, rad and rad per element. */
export interface PhaseRamp {
  readonly global: number;
  readonly perRow: number;
  readonly perCol: number;
}

const NO_RAMP: PhaseRamp = { global: 0, perRow: 0, perCol: 0 };

/** Elements the ramp is estimated from, and those that choose between starts; more do not make it better. */
const SAMPLES = 16_000;
const CHOOSING = 2_000;
const MAX_STEPS = 60;

/**
 * The ramp φ(r, c) = g + a·r + b·c that maximises J = Σ w·cos(arg o − φ) over the lit elements, with
 * w = min(|o|, median |o|): weighted by amplitude, but no element outweighs half of the others, and the influence of
 * a deviating phase falls off as its sine (Andrews' M-estimator), so that structure and noise pull little.
 *
 * Starts for a and b are 0 and arg Σ o(r+L)·o*(r) / L for L = 1, 2, 4, …, each after removal of what the one before
 * found; the pair with the largest J goes on. Then p ← p + (Σ w·bbᵀ)⁻¹ Σ w·sin(arg o − p·b)·b with b = (1, r, c),
 * which never lowers J because |cos| ≤ 1.
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
  if (samples.total === 0) return NO_RAMP;
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

/** Phases with their weights, at rows and columns counted from the centre of mass. */
interface Samples {
  readonly row: Float64Array;
  readonly col: Float64Array;
  readonly phase: Float64Array;
  readonly weight: Float64Array;
  readonly total: number;
  readonly middle: { readonly row: number; readonly col: number };
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
  const median = Float64Array.from(weight).sort()[at.length >> 1];
  const middle = { row: 0, col: 0 };
  let total = 0;
  for (let i = 0; i < at.length; i++) {
    weight[i] = Math.min(weight[i], median);
    total += weight[i];
    middle.row += weight[i] * row[i];
    middle.col += weight[i] * col[i];
  }
  middle.row /= total;
  middle.col /= total;
  for (let i = 0; i < at.length; i++) {
    row[i] -= middle.row;
    col[i] -= middle.col;
  }
  return { row, col, phase, weight, total, middle };
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

/** The maximum of J near the slopes given. */
function refine(samples: Samples, startRow: number, startCol: number): PhaseRamp {
  const { row, col, phase, weight, total, middle } = samples;
  // About the centre of mass the global phase stands apart from the slopes: Σ w·bbᵀ is `total` and a 2x2 matrix.
  let [rr, rc, cc] = [0, 0, 0];
  for (let i = 0; i < phase.length; i++) {
    rr += weight[i] * row[i] * row[i];
    rc += weight[i] * row[i] * col[i];
    cc += weight[i] * col[i] * col[i];
  }
  const determinant = rr * cc - rc * rc;
  // A single row or column fixes no slope across it.
  const flat = determinant <= 1e-12 * Math.max(rr, cc) ** 2;
  let [perRow, perCol] = [startRow, startCol];
  let global = meanWave(samples, perRow, perCol, 1).phase;
  for (let step = 0; step < MAX_STEPS; step++) {
    let [pulled, pulledRow, pulledCol] = [0, 0, 0];
    for (let i = 0; i < phase.length; i++) {
      const pull = weight[i] * Math.sin(phase[i] - global - perRow * row[i] - perCol * col[i]);
      pulled += pull;
      pulledRow += pull * row[i];
      pulledCol += pull * col[i];
    }
    const moveRow = flat ? (rr > cc ? pulledRow / rr : 0) : (cc * pulledRow - rc * pulledCol) / determinant;
    const moveCol = flat ? (cc > rr ? pulledCol / cc : 0) : (rr * pulledCol - rc * pulledRow) / determinant;
    global += pulled / total;
    perRow += moveRow;
    perCol += moveCol;
    const moved =
      Math.abs(pulled / total) +
      Math.sqrt(rr / total) * Math.abs(moveRow) +
      Math.sqrt(cc / total) * Math.abs(moveCol);
    if (moved < 1e-7) break;
  }
  const atCorner = global - perRow * middle.row - perCol * middle.col;
  return { global: Math.atan2(Math.sin(atCorner), Math.cos(atCorner)), perRow, perCol };
}

/** Interleaved values of the `region` of `object` (rows, cols), divided by exp(i·ramp). */
export function removeRamp(object: NdArray, ramp: PhaseRamp, region: Region): Float64Array {
  const cols = object.shape[1];
  const [top, bottom] = region.rows;
  const [left, right] = region.cols;
  const values = toNumbers(object);
  const out = new Float64Array((bottom - top) * (right - left) * componentsOf('complex128'));
  const columns = Array.from({ length: right - left }, (_, i) => ramp.perCol * (left + i));
  const cosines = Float64Array.from(columns, Math.cos);
  const sines = Float64Array.from(columns, Math.sin);
  let at = 0;
  for (let row = top; row < bottom; row++) {
    const cosine = Math.cos(ramp.global + ramp.perRow * row);
    const sine = Math.sin(ramp.global + ramp.perRow * row);
    for (let col = left; col < right; col++) {
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
