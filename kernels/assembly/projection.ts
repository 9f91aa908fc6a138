/** Projection of exit waves on measured intensities, and the sums of the overlap step. */
import * as detector from './detector';
import { Job, Sums, Transform, View } from './generated/records';
import {
  detect,
  ERRORS,
  measuredPixels,
  MODULUS,
  pointerAt,
  receiveRows,
  rowsFrom,
  sendMix,
  sendProduct,
  viewAt,
  waveAt,
} from './propagate';
import { addToObjectRow, addToProbeRow, multiplyRow, updateAndAddRow, updateExitRow } from './rows';

/** ψ = P·O */
export function initializeExit(job: Job): void {
  const t = changetype<Transform>(job.transform);
  for (let i = 0; i < job.viewCount; i++) {
    const view = viewAt(job, i);
    for (let mode = 0; mode < job.modes; mode++) {
      let probe = pointerAt(job.probes, mode);
      let object = pointerAt(job.objects, mode) + view.corner;
      let exit = view.exit + <usize>mode * job.exitBytes;
      for (let row = 0; row < t.rows; row++) {
        multiplyRow(probe, object, exit, t.blocks);
        probe += t.lineBytes;
        object += job.objectPitch;
        exit += t.lineBytes;
      }
    }
  }
}

/**
 * ψ += b·F⁻¹(g·f) + a·PO − (a + b)ψ with f = F((1 − c)ψ + c·PO). The relaxation ρ of g depends on the error of the whole
 * view; as F is linear, F⁻¹(g·f) = ρ·((1 − c)ψ + c·PO) + (1 − ρ)·F⁻¹(g₀·f) with g₀ of ρ = 0, and ρ = 1 is a view left alone.
 * `numerators` and `denominators` (pointers of the object layer of each mode, or 0) take the sums of the object update.
 */
export function project(
  job: Job,
  a: f32,
  b: f32,
  c: f32,
  powerBound: f32,
  photonError: bool,
  numerators: usize,
  denominators: usize,
): void {
  const t = changetype<Transform>(job.transform);
  const sums = changetype<Sums>(job.sums);
  const pixels = <f64>(t.rows * t.columns);
  for (let i = 0; i < job.viewCount; i++) {
    const view = viewAt(job, i);
    if (photonError) {
      for (let mode = 0; mode < job.modes; mode++) sendProduct(job, view, mode, waveAt(job, mode));
      detector.startView();
      detect(job, view, ERRORS, job.modes, false);
      sums.photon += detector.photon / measuredPixels(job);
      sums.residual += detector.residual;
      sums.amplitude += detector.amplitude;
    }
    for (let mode = 0; mode < job.modes; mode++) sendMix(job, view, mode, waveAt(job, mode), c, 1 - c);
    detector.startView();
    detect(job, view, MODULUS, job.modes, true);
    const error = detector.squares / <f64>view.measured;
    sums.magnitude += error;
    const relaxation: f32 = error > <f64>powerBound ? <f32>Math.sqrt(<f64>powerBound / error) : 1;
    const productShare = b * relaxation * c + a;
    const exitShare = b * relaxation * (1 - c) - a - b;
    const waveShare = b * (1 - relaxation) * t.scale * t.scale;
    let change: f64 = 0;
    for (let mode = 0; mode < job.modes; mode++) {
      const numerator: usize = numerators == 0 ? 0 : pointerAt(numerators, mode) + view.corner;
      const denominator: usize = denominators == 0 ? 0 : pointerAt(denominators, mode) + (view.corner >> 1);
      change += receiveExit(job, view, mode, numerator, denominator, productShare, exitShare, waveShare);
    }
    sums.exit += change / pixels;
  }
}

/** Updates the exit wave of a mode with the wave that comes back; returns Σ|δ|². */
function receiveExit(
  job: Job,
  view: View,
  mode: i32,
  numerator: usize,
  denominator: usize,
  productShare: f32,
  exitShare: f32,
  waveShare: f32,
): f64 {
  const t = changetype<Transform>(job.transform);
  const lineBytes = t.lineBytes;
  const pitch = job.objectPitch;
  const wave = waveAt(job, mode);
  let probe = pointerAt(job.probes, mode);
  let object = pointerAt(job.objects, mode) + view.corner;
  let exit = view.exit + <usize>mode * job.exitBytes;
  let change: f64 = 0;
  for (let row = 0; row < t.rows; row += t.group) {
    receiveRows(t, wave, row);
    const group = rowsFrom(t, row);
    for (let j = 0; j < group; j++) {
      const line = t.lines + <usize>j * lineBytes;
      if (numerator == 0) {
        change += updateExitRow(probe, object, exit, line, t.blocks, productShare, exitShare, waveShare);
      } else {
        change += updateAndAddRow(
          probe,
          object,
          exit,
          line,
          numerator,
          denominator,
          t.blocks,
          productShare,
          exitShare,
          waveShare,
        );
        numerator += pitch;
        denominator += pitch >> 1;
      }
      probe += lineBytes;
      object += pitch;
      exit += lineBytes;
    }
  }
  return change;
}

/** numerator += Σ P*ψ, denominator += Σ|P|² at the windows of the object layers. */
export function accumulateObject(job: Job, numerators: usize, denominators: usize): void {
  const t = changetype<Transform>(job.transform);
  for (let i = 0; i < job.viewCount; i++) {
    const view = viewAt(job, i);
    for (let mode = 0; mode < job.modes; mode++) {
      let probe = pointerAt(job.probes, mode);
      let exit = view.exit + <usize>mode * job.exitBytes;
      let numerator = pointerAt(numerators, mode) + view.corner;
      let denominator = pointerAt(denominators, mode) + (view.corner >> 1);
      for (let row = 0; row < t.rows; row++) {
        addToObjectRow(probe, exit, numerator, denominator, t.blocks);
        probe += t.lineBytes;
        exit += t.lineBytes;
        numerator += job.objectPitch;
        denominator += job.objectPitch >> 1;
      }
    }
  }
}

/** Rows whose sums stay in the nearest cache while all views add to them. */
const TILE: i32 = 8;

/** numerator += Σ O*ψ, denominator += Σ|O|² of the probe layers, in blocks. */
export function accumulateProbe(job: Job, numerators: usize, denominators: usize): void {
  const t = changetype<Transform>(job.transform);
  for (let first = 0; first < t.rows; first += TILE) {
    const start = <usize>first * t.lineBytes;
    const rows = min(TILE, t.rows - first);
    for (let i = 0; i < job.viewCount; i++) {
      const view = viewAt(job, i);
      for (let mode = 0; mode < job.modes; mode++) {
        let object = pointerAt(job.objects, mode) + view.corner + <usize>first * job.objectPitch;
        let exit = view.exit + <usize>mode * job.exitBytes + start;
        let numerator = pointerAt(numerators, mode) + start;
        let denominator = pointerAt(denominators, mode) + (start >> 1);
        for (let row = 0; row < rows; row++) {
          addToProbeRow(object, exit, numerator, denominator, t.blocks);
          object += job.objectPitch;
          exit += t.lineBytes;
          numerator += t.lineBytes;
          denominator += t.lineBytes >> 1;
        }
      }
    }
  }
}
