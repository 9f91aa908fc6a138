/** The waves of a view to the detector, what is done to them there, and back to where only their rows are left to transform. */
import * as detector from './detector';
import {
  columnsFromPanel,
  columnsToPanel,
  PANEL,
  transformColumns,
  transformRows,
  transformRowsOf,
} from './fft';
import { Job, Sums, Transform, View } from './generated/records';
import { crossRow, mixRow, multiplyRow } from './rows';

/** What is done at the detector. */
export const MODULUS: i32 = 0;
export const ERRORS: i32 = 1;
export const FLOATING_GAUSSIAN: i32 = 2;
export const FLOATING: i32 = 3;
export const GAUSSIAN: i32 = 4;
export const POISSON: i32 = 5;
export const EUCLID: i32 = 6;
export const GAUSSIAN_PARABOLA: i32 = 7;
export const POISSON_PARABOLA: i32 = 8;
export const EUCLID_PARABOLA: i32 = 9;
export const INTENSITIES: i32 = 10;
export const MODULUS_WITH_ERRORS: i32 = 11;
export const POISSON_MODULUS: i32 = 12;

/** Scale of the model intensity of the present view, where it floats. */
let floatingScale: f32 = 1;
/** Where `INTENSITIES` writes next. */
let intensitiesTarget: usize = 0;

export function setFloatingScale(scale: f32): void {
  floatingScale = scale;
}

export function setIntensitiesTarget(target: usize): void {
  intensitiesTarget = target;
}

export function pointerAt(table: usize, i: i32): usize {
  return load<usize>(table + ((<usize>i) << 2));
}

export function waveAt(job: Job, i: i32): usize {
  return job.waves + <usize>i * job.waveBytes;
}

export function viewAt(job: Job, i: i32): View {
  return changetype<View>(job.views + <usize>i * offsetof<View>());
}

export function measuredPixels(job: Job): f64 {
  const t = changetype<Transform>(job.transform);
  return <f64>((t.rows / job.binning) * (t.columns / job.binning));
}

/** Adds the errors of the view to the sums of the job. */
export function addModelErrors(job: Job, view: View, pixels: f64): void {
  const sums = changetype<Sums>(job.sums);
  sums.magnitude += detector.squares / <f64>view.measured;
  sums.photon += detector.photon / pixels;
  sums.residual += detector.residual;
  sums.amplitude += detector.amplitude;
}

/** Rows of a group that exist. */
export function rowsFrom(t: Transform, row: i32): i32 {
  return min(t.group, t.rows - row);
}

/** P·O of a mode, rows transformed, into a wave. */
export function sendProduct(job: Job, view: View, mode: i32, wave: usize): void {
  const t = changetype<Transform>(job.transform);
  send(t, pointerAt(job.probes, mode), pointerAt(job.objects, mode) + view.corner, job.objectPitch, wave);
}

/** `sendProduct` of any probe and object layer. */
export function send(t: Transform, probe: usize, object: usize, objectPitch: usize, wave: usize): void {
  const lineBytes = t.lineBytes;
  for (let row = 0; row < t.rows; row += t.group) {
    const group = rowsFrom(t, row);
    for (let i = 0; i < group; i++) {
      multiplyRow(probe, object, t.lines + <usize>i * lineBytes, t.blocks);
      probe += lineBytes;
      object += objectPitch;
    }
    transformRows(t, t.lines, lineBytes, wave + <usize>row * t.pitch, t.pitch);
  }
}

/** product·P·O + exit·ψ of a mode, rows transformed, into a wave. */
export function sendMix(
  job: Job,
  view: View,
  mode: i32,
  wave: usize,
  productShare: f32,
  exitShare: f32,
): void {
  const t = changetype<Transform>(job.transform);
  const lineBytes = t.lineBytes;
  let probe = pointerAt(job.probes, mode);
  let object = pointerAt(job.objects, mode) + view.corner;
  let exit = view.exit + <usize>mode * job.exitBytes;
  for (let row = 0; row < t.rows; row += t.group) {
    const group = rowsFrom(t, row);
    for (let i = 0; i < group; i++) {
      mixRow(probe, object, exit, t.lines + <usize>i * lineBytes, t.blocks, productShare, exitShare);
      probe += lineBytes;
      object += job.objectPitch;
      exit += lineBytes;
    }
    transformRows(t, t.lines, lineBytes, wave + <usize>row * t.pitch, t.pitch);
  }
}

/** P·h + q·O of a mode, rows transformed, into a wave; h and q are layers of directions. */
export function sendCross(
  job: Job,
  view: View,
  mode: i32,
  probeDirections: usize,
  objectDirections: usize,
  wave: usize,
): void {
  const t = changetype<Transform>(job.transform);
  const lineBytes = t.lineBytes;
  let probe = pointerAt(job.probes, mode);
  let object = pointerAt(job.objects, mode) + view.corner;
  let probeDirection = pointerAt(probeDirections, mode);
  let objectDirection = pointerAt(objectDirections, mode) + view.corner;
  for (let row = 0; row < t.rows; row += t.group) {
    const group = rowsFrom(t, row);
    for (let i = 0; i < group; i++) {
      const line = t.lines + <usize>i * lineBytes;
      crossRow(probe, object, probeDirection, objectDirection, line, t.blocks);
      probe += lineBytes;
      object += job.objectPitch;
      probeDirection += lineBytes;
      objectDirection += job.objectPitch;
    }
    transformRows(t, t.lines, lineBytes, wave + <usize>row * t.pitch, t.pitch);
  }
}

/** The next group of rows of a wave, transformed, in `lines`. */
export function receiveRows(t: Transform, wave: usize, row: i32): void {
  transformRows(t, wave + <usize>row * t.pitch, t.pitch, t.lines, t.lineBytes);
}

/**
 * Takes `waves` waves, rows transformed, to the detector and does `action` there. Where that leaves factors the waves are
 * multiplied by them and sent `back`; their rows, still to be transformed, then have real and imaginary part exchanged.
 */
export function detect(job: Job, view: View, action: i32, waves: i32, back: bool): void {
  if (job.byRows) detectByRows(job, view, action, waves, back);
  else detectByPanels(job, view, action, waves, back);
}

function detectByPanels(job: Job, view: View, action: i32, waves: i32, back: bool): void {
  const t = changetype<Transform>(job.transform);
  const panels = job.panels;
  let frame = view.frame;
  let weight = view.weight;
  for (let block = 0; block < t.blocks; block += PANEL) {
    const width = min(PANEL, t.blocks - block);
    const count = t.rows * width;
    for (let i = 0; i < waves; i++) {
      const source = waveAt(job, i) + <usize>block * 32;
      columnsToPanel(t, source, panels + <usize>i * job.panelBytes, width);
    }
    if (action == MODULUS && waves == 1) {
      detector.modulusOfOne(panels, frame, count, t.scale * t.scale);
    } else {
      measure(job, action, waves, panels, job.panelBytes, 1, 0, count, t.scale);
      act(job, action, frame, weight, count);
      if (back) {
        for (let i = 0; i < waves; i++) {
          detector.applyFactor(panels + <usize>i * job.panelBytes, job.values, count);
        }
      }
    }
    if (back) {
      for (let i = 0; i < waves; i++) {
        const target = waveAt(job, i) + <usize>block * 32;
        columnsFromPanel(t, panels + <usize>i * job.panelBytes, target, width);
      }
    }
    frame += <usize>count * 16;
    weight += <usize>count * 16;
  }
}

/** Waves whole at the detector, row by row, measured pixels being sums of `binning`² pixels of the waves. */
function detectByRows(job: Job, view: View, action: i32, waves: i32, back: bool): void {
  const t = changetype<Transform>(job.transform);
  for (let i = 0; i < waves; i++) arrive(t, waveAt(job, i));
  const binning = job.binning;
  const columns = t.columns / binning;
  const vectors = (columns + 3) >> 2;
  let frame = view.frame;
  let weight = view.weight;
  for (let row = 0; row < t.rows; row += binning) {
    const first = job.waves + <usize>row * t.pitch;
    measure(job, action, waves, first, job.waveBytes, binning, t.pitch, t.blocks, t.scale);
    if (binning > 1) {
      const lines = isParabola(action) ? 3 : 1;
      for (let i = 0; i < lines; i++) bin(job.values + <usize>i * job.valueBytes, columns, vectors, binning);
    }
    act(job, action, frame, weight, vectors);
    frame += <usize>vectors * 16;
    weight += <usize>vectors * 16;
    if (!back) continue;
    if (binning > 1) spread(job.values, columns, binning);
    for (let i = 0; i < waves; i++) {
      for (let j = 0; j < binning; j++) {
        detector.applyFactor(waveAt(job, i) + <usize>(row + j) * t.pitch, job.values, t.blocks);
      }
    }
  }
  if (back) for (let i = 0; i < waves; i++) leave(t, waveAt(job, i));
}

/** The rest of the way of a wave to the detector. In the near field real and imaginary part are exchanged there. */
function arrive(t: Transform, wave: usize): void {
  if (t.filter == 0) {
    transformColumns(t, wave);
    return;
  }
  filterColumns(t, wave, false);
  transformRowsOf(t, wave);
}

/** The way back but for the last transform of rows. */
function leave(t: Transform, wave: usize): void {
  if (t.filter == 0) {
    transformColumns(t, wave);
    return;
  }
  transformRowsOf(t, wave);
  filterColumns(t, wave, true);
}

/** Columns to frequency space, times the filter or its conjugate, and back, with real and imaginary part exchanged. */
function filterColumns(t: Transform, wave: usize, conjugate: bool): void {
  let filter = t.filter;
  for (let block = 0; block < t.blocks; block += PANEL) {
    const width = min(PANEL, t.blocks - block);
    const count = t.rows * width;
    columnsToPanel(t, wave + <usize>block * 32, t.first, width);
    multiplyFilter(t.first, filter, count, conjugate);
    columnsFromPanel(t, t.first, wave + <usize>block * 32, width);
    filter += <usize>count * 32;
  }
}

function multiplyFilter(wave: usize, filter: usize, count: i32, conjugate: bool): void {
  const sign = f32x4.splat(conjugate ? -1 : 1);
  for (let i = 0; i < count; i++) {
    const re = v128.load(wave);
    const im = v128.load(wave, 16);
    const fr = v128.load(filter);
    const fi = f32x4.mul(sign, v128.load(filter, 16));
    v128.store(wave, f32x4.add(f32x4.mul(re, fi), f32x4.mul(im, fr)));
    v128.store(wave, f32x4.sub(f32x4.mul(re, fr), f32x4.mul(im, fi)), 16);
    wave += 32;
    filter += 32;
  }
}

function isParabola(action: i32): bool {
  return action >= GAUSSIAN_PARABOLA && action <= EUCLID_PARABOLA;
}

/** Intensities of `lines` lines of all waves, summed, into `values`: M, or A₀, A₁, A₂ of waves f…, a…, b…. */
function measure(
  job: Job,
  action: i32,
  waves: i32,
  first: usize,
  distance: usize,
  lines: i32,
  pitch: usize,
  count: i32,
  scale: f32,
): void {
  const parabola = isParabola(action);
  const modes = parabola ? waves / 3 : waves;
  const square = scale * scale;
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < modes; i++) {
      const wave = first + <usize>line * pitch + <usize>i * distance;
      const add = line > 0 || i > 0;
      detector.intensity(wave, job.values, count, square, add);
      if (parabola) {
        const apart = <usize>modes * distance;
        const values = job.values + job.valueBytes;
        const more = values + job.valueBytes;
        detector.directionIntensity(wave, wave + apart, wave + 2 * apart, values, more, count, square, add);
      }
    }
  }
}

/** Sums each `binning` neighbours; lanes beyond the last measured pixel become 0. */
function bin(values: usize, columns: i32, vectors: i32, binning: i32): void {
  let source = values;
  for (let column = 0; column < columns; column++) {
    let sum: f32 = 0;
    for (let j = 0; j < binning; j++) {
      sum += load<f32>(source);
      source += 4;
    }
    store<f32>(values + ((<usize>column) << 2), sum);
  }
  for (let column = columns; column < vectors * 4; column++) store<f32>(values + ((<usize>column) << 2), 0);
}

/** Each value `binning` times, in place from the end. */
function spread(values: usize, columns: i32, binning: i32): void {
  let target = values + ((<usize>(columns * binning)) << 2);
  for (let column = columns - 1; column >= 0; column--) {
    const value = load<f32>(values + ((<usize>column) << 2));
    for (let j = 0; j < binning; j++) {
      target -= 4;
      store<f32>(target, value);
    }
  }
}

/** M (or A₀, A₁, A₂) of measured pixels to factors and sums. */
function act(job: Job, action: i32, frame: usize, weight: usize, count: i32): void {
  const values = job.values;
  const first = values + job.valueBytes;
  const second = first + job.valueBytes;
  const weighted = job.weighted != 0;
  if (action == MODULUS) {
    detector.addSquares(values, frame, count);
    detector.modulus(values, frame, count);
    return;
  }
  if (action == ERRORS) {
    detector.addErrors(values, frame, count);
    return;
  }
  if (action == MODULUS_WITH_ERRORS || action == POISSON_MODULUS) {
    detector.addErrors(values, frame, count);
    if (action == POISSON_MODULUS) detector.poissonModulus(values, frame, count);
    else detector.modulus(values, frame, count);
    return;
  }
  if (action == INTENSITIES) {
    memory.copy(intensitiesTarget, values, <usize>count * 16);
    intensitiesTarget += <usize>count * 16;
    return;
  }
  if (action == FLOATING || action == FLOATING_GAUSSIAN) {
    detector.addFloating(values, frame, weight, weighted, count, action == FLOATING_GAUSSIAN);
    return;
  }
  if (floatingScale != 1) detector.scaleValues(values, count, floatingScale);
  if (action <= EUCLID) {
    detector.addErrors(values, frame, count);
    if (action == GAUSSIAN) detector.gaussian(values, frame, weight, weighted, count);
    else if (action == POISSON) detector.poisson(values, frame, weight, weighted, count);
    else detector.euclid(values, frame, weight, weighted, count);
    return;
  }
  if (floatingScale != 1) {
    detector.scaleValues(first, count, floatingScale);
    detector.scaleValues(second, count, floatingScale);
  }
  if (action == GAUSSIAN_PARABOLA) {
    detector.gaussianParabola(values, first, second, frame, weight, weighted, count);
  } else if (action == POISSON_PARABOLA) {
    detector.poissonParabola(values, first, second, frame, weight, weighted, count);
  } else {
    detector.euclidParabola(values, first, second, frame, weight, weighted, count);
  }
}
