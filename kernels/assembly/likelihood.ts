/**
 * Gradient and line search of maximum likelihood; errors and intensities of the model as it is. Noise models are numbered:
 * 0 gaussian, 1 poisson, 2 euclid.
 */
import * as detector from './detector';
import { Job, Sums, Transform, View } from './generated/records';
import {
  addModelErrors,
  detect,
  ERRORS,
  FLOATING,
  FLOATING_GAUSSIAN,
  GAUSSIAN,
  GAUSSIAN_PARABOLA,
  INTENSITIES,
  measuredPixels,
  pointerAt,
  receiveRows,
  rowsFrom,
  send,
  sendCross,
  sendProduct,
  setFloatingScale,
  setIntensitiesTarget,
  viewAt,
  waveAt,
} from './propagate';
import { addGradientRow } from './rows';

/** Waves f of all modes at the row transform; sets the scale of the model if it floats. */
function sendModel(job: Job, view: View, noise: i32, floating: bool): void {
  for (let mode = 0; mode < job.modes; mode++) sendProduct(job, view, mode, waveAt(job, mode));
  detector.startView();
  setFloatingScale(1);
  if (!floating) return;
  detect(job, view, noise == 0 ? FLOATING_GAUSSIAN : FLOATING, job.modes, false);
  const byModel = detector.modelByModel;
  setFloatingScale(byModel > 0 ? <f32>(detector.modelByMeasured / byModel) : 1);
  // Frames that lie by rows have their waves taken all the way.
  if (job.byRows) {
    for (let mode = 0; mode < job.modes; mode++) sendProduct(job, view, mode, waveAt(job, mode));
  }
}

/** Adds 2P*F⁻¹(x·f) to the object layers and 2O*F⁻¹(x·f) to the probe layers, these in blocks. */
export function gradient(
  job: Job,
  noise: i32,
  floating: bool,
  probeGradients: usize,
  objectGradients: usize,
): void {
  const t = changetype<Transform>(job.transform);
  const sums = changetype<Sums>(job.sums);
  const pixels = measuredPixels(job);
  const scale: f32 = <f32>2 * t.scale * t.scale;
  for (let i = 0; i < job.viewCount; i++) {
    const view = viewAt(job, i);
    sendModel(job, view, noise, floating);
    detect(job, view, GAUSSIAN + noise, job.modes, true);
    addModelErrors(job, view, pixels);
    sums.loss += detector.loss;
    for (let mode = 0; mode < job.modes; mode++) {
      const wave = waveAt(job, mode);
      let probe = pointerAt(job.probes, mode);
      let object = pointerAt(job.objects, mode) + view.corner;
      let probeGradient = pointerAt(probeGradients, mode);
      let objectGradient = pointerAt(objectGradients, mode) + view.corner;
      for (let row = 0; row < t.rows; row += t.group) {
        receiveRows(t, wave, row);
        const group = rowsFrom(t, row);
        for (let j = 0; j < group; j++) {
          const line = t.lines + <usize>j * t.lineBytes;
          addGradientRow(probe, object, line, probeGradient, objectGradient, t.blocks, scale);
          probe += t.lineBytes;
          object += job.objectPitch;
          probeGradient += t.lineBytes;
          objectGradient += job.objectPitch;
        }
      }
    }
  }
}

/** Adds B₁ and B₂ of the loss along directions of probe (in blocks) and object. Needs three waves for each mode. */
export function lineSearch(
  job: Job,
  noise: i32,
  floating: bool,
  probeDirections: usize,
  objectDirections: usize,
): void {
  const t = changetype<Transform>(job.transform);
  const sums = changetype<Sums>(job.sums);
  const modes = job.modes;
  for (let i = 0; i < job.viewCount; i++) {
    const view = viewAt(job, i);
    sendModel(job, view, noise, floating);
    for (let mode = 0; mode < modes; mode++) {
      sendCross(job, view, mode, probeDirections, objectDirections, waveAt(job, modes + mode));
      const object = pointerAt(objectDirections, mode) + view.corner;
      send(t, pointerAt(probeDirections, mode), object, job.objectPitch, waveAt(job, 2 * modes + mode));
    }
    detect(job, view, GAUSSIAN_PARABOLA + noise, 3 * modes, false);
    sums.slope += detector.slope;
    sums.curvature += detector.curvature;
  }
}

/** Errors of the model; `magnitudes` and `photons` (f64 for each view, or 0) take those of each view. */
export function errors(job: Job, magnitudes: usize, photons: usize): void {
  const pixels = measuredPixels(job);
  for (let i = 0; i < job.viewCount; i++) {
    const view = viewAt(job, i);
    for (let mode = 0; mode < job.modes; mode++) sendProduct(job, view, mode, waveAt(job, mode));
    detector.startView();
    detect(job, view, ERRORS, job.modes, false);
    addModelErrors(job, view, pixels);
    if (magnitudes != 0) store<f64>(magnitudes + ((<usize>i) << 3), detector.squares / <f64>view.measured);
    if (photons != 0) store<f64>(photons + ((<usize>i) << 3), detector.photon / pixels);
  }
}

/** M of each view, in the order of the job's frames, one after the other. */
export function intensities(job: Job, target: usize): void {
  setIntensitiesTarget(target);
  for (let i = 0; i < job.viewCount; i++) {
    const view = viewAt(job, i);
    for (let mode = 0; mode < job.modes; mode++) sendProduct(job, view, mode, waveAt(job, mode));
    detect(job, view, INTENSITIES, job.modes, false);
  }
}
