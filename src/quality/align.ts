/**
 * What no diffraction frame determines is taken off before two objects are compared: a complex factor, a phase ramp (the
 * frames' centre) and a shift (the probe's place in its frame). The shift is made in Fourier space (sub-pixel, periodic).
 */
import { planFft2 } from '../array/fft.ts';
import { astype, describe, ndarray, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { solve } from './solve.ts';

export interface Alignment {
  /** `object` brought to `reference`: (rows, cols). */
  readonly aligned: NdArray<'complex128'>;
  /** ‖aligned − reference‖/‖reference‖ within the region. */
  readonly error: number;
  /** Pixels (row, col) the object was moved by. */
  readonly shift: Pair;
  /** Phase ramp that was added before the object was moved, rad per pixel (row, col). */
  readonly ramp: Pair;
  /** Phase that was added, rad. */
  readonly phase: number;
}

export interface AlignOptions {
  /** (rows, cols), compared where above 0; default everywhere. */
  readonly region?: NdArray<'uint8'>;
  /** Default true. False where the grids are known to agree. */
  readonly shift?: boolean;
  /** Ends when a step changes the shift (pixels) and the ramp (rad from edge to edge) by less. Default 1e-9. */
  readonly precision?: number;
}

const ITERATIONS = 30;

/** Both complex, (rows, cols) alike. Throws `DataError` if not, or if the region is empty. */
export function alignObjects(object: NdArray, reference: NdArray, options: AlignOptions = {}): Alignment {
  const [rows, cols] = reference.shape;
  if (
    reference.shape.length !== 2 ||
    object.shape.length !== 2 ||
    object.shape[0] !== rows ||
    object.shape[1] !== cols
  ) {
    throw new DataError(
      `alignment of ${describe(object)} to ${describe(reference)}: both must be alike (rows, cols)`,
    );
  }
  const frame = { rows, cols };
  const target = astype(reference, 'complex128').data;
  const source = astype(object, 'complex128').data;
  const weights = regionOf(options.region, rows * cols);
  const withShift = options.shift ?? true;
  const precision = options.precision ?? 1e-9;

  let ramp = rampBetween(source, target, weights, frame);
  let shift: [number, number] = [0, 0];
  if (withShift) {
    // Either estimate is off while the other quantity is unknown; the better of a few rounds starts the fit.
    shift = shiftBetween(transform(source, ramp, [0, 0], frame), target, weights, frame);
    const moved = transform(source, [0, 0], shift, frame);
    ramp = rampBetween(moved, target, weights, frame);
  }
  for (let i = 0; i < ITERATIONS; i++) {
    const step = improve(transform(source, ramp, shift, frame), target, weights, frame, withShift);
    ramp = [ramp[0] + step.ramp[0], ramp[1] + step.ramp[1]];
    shift = [shift[0] + step.shift[0], shift[1] + step.shift[1]];
    if (Math.hypot(...step.ramp) * Math.max(rows, cols) + Math.hypot(...step.shift) < precision) break;
  }
  const aligned = transform(source, ramp, shift, frame);
  const phase = scaleTo(aligned, target, weights);
  return {
    aligned: ndarray('complex128', [rows, cols], aligned),
    error: distance(aligned, target, weights),
    shift,
    ramp,
    phase,
  };
}

interface Frame {
  readonly rows: number;
  readonly cols: number;
}

function regionOf(region: NdArray<'uint8'> | undefined, pixels: number): Uint8Array {
  const weights = region === undefined ? new Uint8Array(pixels).fill(1) : region.data;
  if (weights.length !== pixels || !weights.some((weight) => weight > 0)) {
    throw new DataError(`region of ${weights.length} pixels for ${pixels}, some of them to be above 0`);
  }
  return weights;
}

/** wave *= exp(i·ramp·(x − middle)), (rows, cols), interleaved, in place. */
export function addRamp(wave: Float64Array, [rows, cols]: Pair, ramp: Pair): void {
  turn(wave, rows, cols, (r, c) => ramp[0] * (r - rows / 2) + ramp[1] * (c - cols / 2));
}

/** The source with its ramp, then moved by the shift: without its ramp it is nearer to periodic. */
function transform(source: Float64Array, ramp: Pair, shift: Pair, { rows, cols }: Frame): Float64Array {
  const out = source.slice();
  addRamp(out, [rows, cols], ramp);
  if (shift[0] === 0 && shift[1] === 0) return out;
  const fft = planFft2(rows, cols);
  fft.forward(out);
  turn(
    out,
    rows,
    cols,
    (r, c) => -2 * Math.PI * (frequency(r, rows) * shift[0] + frequency(c, cols) * shift[1]),
  );
  fft.inverse(out);
  return out;
}

/** Cycles per pixel of Fourier index k; 0 at the Nyquist frequency, which has no sign. */
function frequency(k: number, n: number): number {
  if (2 * k === n) return 0;
  return (2 * k < n ? k : k - n) / n;
}

function turn(data: Float64Array, rows: number, cols: number, angle: (r: number, c: number) => number): void {
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i += 2) {
      const a = Math.cos(angle(r, c));
      const b = Math.sin(angle(r, c));
      const re = data[i];
      data[i] = re * a - data[i + 1] * b;
      data[i + 1] = re * b + data[i + 1] * a;
    }
  }
}

/** Phase ramp of target/source: the highest peak of the Fourier transform of target·source*. */
function rampBetween(
  source: Float64Array,
  target: Float64Array,
  weights: Uint8Array,
  frame: Frame,
): [number, number] {
  const { rows, cols } = frame;
  const product = new Float64Array(source.length);
  for (let i = 0, j = 0; j < weights.length; i += 2, j++) {
    if (weights[j] === 0) continue;
    product[i] = target[i] * source[i] + target[i + 1] * source[i + 1];
    product[i + 1] = target[i + 1] * source[i] - target[i] * source[i + 1];
  }
  planFft2(rows, cols).forward(product);
  const [r, c] = peak(product, rows, cols);
  return [(2 * Math.PI * r) / rows, (2 * Math.PI * c) / cols];
}

/** Shift from source to target, pixels: the highest peak of their correlation, their means taken off. */
function shiftBetween(
  source: Float64Array,
  target: Float64Array,
  weights: Uint8Array,
  frame: Frame,
): [number, number] {
  const { rows, cols } = frame;
  const fft = planFft2(rows, cols);
  const [a, b] = [source, target].map((wave) => {
    const flat = withoutMean(wave, weights);
    fft.forward(flat);
    return flat;
  });
  for (let i = 0; i < a.length; i += 2) {
    const re = b[i] * a[i] + b[i + 1] * a[i + 1];
    const im = b[i + 1] * a[i] - b[i] * a[i + 1];
    a[i] = re;
    a[i + 1] = im;
  }
  fft.inverse(a);
  return peak(a, rows, cols);
}

function withoutMean(wave: Float64Array, weights: Uint8Array): Float64Array {
  const out = new Float64Array(wave.length);
  let [re, im, n] = [0, 0, 0];
  for (let j = 0; j < weights.length; j++) {
    if (weights[j] === 0) continue;
    re += wave[2 * j];
    im += wave[2 * j + 1];
    n++;
  }
  for (let j = 0; j < weights.length; j++) {
    if (weights[j] === 0) continue;
    out[2 * j] = wave[2 * j] - re / n;
    out[2 * j + 1] = wave[2 * j + 1] - im / n;
  }
  return out;
}

/** Index of the largest |x|², as signed distance from (0, 0). */
function peak(data: Float64Array, rows: number, cols: number): [number, number] {
  let best = 0;
  let largest = -1;
  for (let i = 0; i < data.length; i += 2) {
    const power = data[i] ** 2 + data[i + 1] ** 2;
    if (power > largest) {
      largest = power;
      best = i / 2;
    }
  }
  const r = Math.floor(best / cols);
  const c = best % cols;
  return [2 * r > rows ? r - rows : r, 2 * c > cols ? c - cols : c];
}

/** One Gauss-Newton step of min Σ|f·source(x − δ)·exp(iγx) − target|² over the complex f, δ and γ. */
function improve(
  source: Float64Array,
  target: Float64Array,
  weights: Uint8Array,
  { rows, cols }: Frame,
  withShift: boolean,
): { ramp: [number, number]; shift: [number, number] } {
  const wave = source.slice();
  scaleTo(wave, target, weights);
  const unknowns = withShift ? 6 : 4;
  const normal = new Float64Array(unknowns * unknowns);
  const right = new Float64Array(unknowns);
  const column = new Float64Array(2 * unknowns);
  // Exact derivatives of the band-limited wave: differences of neighbours would draw the fit to a wrong shift.
  const [byRow, byCol] = withShift
    ? [0, 1].map((axis) => shiftDerivative(wave, { rows, cols }, axis))
    : [wave, wave];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const j = r * cols + c;
      if (weights[j] === 0) continue;
      const i = 2 * j;
      const y = r - rows / 2;
      const x = c - cols / 2;
      // derivatives of the wave by Re f, Im f, γ_row, γ_col, δ_row, δ_col
      column[0] = wave[i];
      column[1] = wave[i + 1];
      column[2] = -wave[i + 1];
      column[3] = wave[i];
      column[4] = -wave[i + 1] * y;
      column[5] = wave[i] * y;
      column[6] = -wave[i + 1] * x;
      column[7] = wave[i] * x;
      if (withShift) {
        column[8] = byRow[i];
        column[9] = byRow[i + 1];
        column[10] = byCol[i];
        column[11] = byCol[i + 1];
      }
      const dr = target[i] - wave[i];
      const di = target[i + 1] - wave[i + 1];
      for (let a = 0; a < unknowns; a++) {
        right[a] += column[2 * a] * dr + column[2 * a + 1] * di;
        for (let b = 0; b <= a; b++) {
          normal[a * unknowns + b] += column[2 * a] * column[2 * b] + column[2 * a + 1] * column[2 * b + 1];
        }
      }
    }
  }
  for (let a = 0; a < unknowns; a++) {
    for (let b = a + 1; b < unknowns; b++) normal[a * unknowns + b] = normal[b * unknowns + a];
  }
  const step = solve(normal, right);
  return { ramp: [step[2], step[3]], shift: withShift ? [step[4], step[5]] : [0, 0] };
}

/** Derivative of wave(x − δ) by δ along an axis (0 rows, 1 columns) at δ = 0. */
function shiftDerivative(wave: Float64Array, { rows, cols }: Frame, axis: number): Float64Array {
  const out = wave.slice();
  const fft = planFft2(rows, cols);
  fft.forward(out);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i += 2) {
      const k = 2 * Math.PI * (axis === 0 ? frequency(r, rows) : frequency(c, cols));
      const re = out[i];
      out[i] = k * out[i + 1];
      out[i + 1] = -k * re;
    }
  }
  fft.inverse(out);
  return out;
}

/** wave *= the complex factor that brings it closest to target; returns the factor's phase. */
function scaleTo(wave: Float64Array, target: Float64Array, weights: Uint8Array): number {
  let [re, im, power] = [0, 0, 0];
  for (let j = 0; j < weights.length; j++) {
    if (weights[j] === 0) continue;
    const i = 2 * j;
    re += wave[i] * target[i] + wave[i + 1] * target[i + 1];
    im += wave[i] * target[i + 1] - wave[i + 1] * target[i];
    power += wave[i] ** 2 + wave[i + 1] ** 2;
  }
  if (power === 0) return 0;
  for (let i = 0; i < wave.length; i += 2) {
    const a = wave[i];
    wave[i] = (a * re - wave[i + 1] * im) / power;
    wave[i + 1] = (a * im + wave[i + 1] * re) / power;
  }
  return Math.atan2(im, re);
}

function distance(wave: Float64Array, target: Float64Array, weights: Uint8Array): number {
  let [difference, norm] = [0, 0];
  for (let j = 0; j < weights.length; j++) {
    if (weights[j] === 0) continue;
    const i = 2 * j;
    difference += (wave[i] - target[i]) ** 2 + (wave[i + 1] - target[i + 1]) ** 2;
    norm += target[i] ** 2 + target[i + 1] ** 2;
  }
  return Math.sqrt(difference / norm);
}
