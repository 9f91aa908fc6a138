/** Engines that follow single views or small batches of them: the iterative engine (PIE) and least squares. */
import * as detector from './detector';
import { Job, Sums, Transform, View } from './generated/records';
import {
  addModelErrors,
  detect,
  INTENSITIES,
  measuredPixels,
  MODULUS_WITH_ERRORS,
  pointerAt,
  POISSON_MODULUS,
  receiveRows,
  rowsFrom,
  sendProduct,
  setIntensitiesTarget,
  viewAt,
  waveAt,
} from './propagate';
import {
  addObjectPowerRow,
  addPower,
  addToObjectRow,
  addToProbeRow,
  correlateRow,
  stepObjectRow,
  stepProbeRow,
  subtractProductRow,
} from './rows';
import { largest } from './vector';

/**
 * Visits the views of the job in their order: ψ = PO, δ = F⁻¹(g·F(ψ)) − ψ, then O += w·P*δ with
 * w = objectStep/((1 − objectBlend)·Σ|P|² + objectBlend·max Σ|P|²), sums over all layers, and P likewise: with the object just
 * updated if `probeFollowsObject`, else with that of ψ. `scratch` holds two real frames, and the probe once more, in blocks;
 * `wholeObject`: the largest |O|² is that of the object.
 */
export function pieSweep(
  job: Job,
  probe: usize,
  probeLayers: i32,
  object: usize,
  objectLayers: i32,
  objectRows: i32,
  scratch: usize,
  objectStep: f32,
  objectBlend: f32,
  probeStep: f32,
  probeBlend: f32,
  updateProbe: bool,
  probeFollowsObject: bool,
  wholeObject: bool,
): void {
  const t = changetype<Transform>(job.transform);
  const sums = changetype<Sums>(job.sums);
  const pixels = measuredPixels(job);
  const wavePixels = <f64>(t.rows * t.columns);
  const waveBytes = t.lineBytes * <usize>t.rows;
  const objectWeights = scratch;
  const probeWeights = scratch + (waveBytes >> 1);
  const before = scratch + waveBytes;
  const objectBytes = job.objectPitch * <usize>objectRows;
  let stale = true;
  for (let i = 0; i < job.viewCount; i++) {
    const view = viewAt(job, i);
    if (stale) {
      weighByProbe(t, probe, probeLayers, objectWeights, objectStep, objectBlend);
      stale = false;
    }
    for (let mode = 0; mode < job.modes; mode++) sendProduct(job, view, mode, waveAt(job, mode));
    detector.startView();
    detect(job, view, MODULUS_WITH_ERRORS, job.modes, true);
    addModelErrors(job, view, pixels);
    let change: f64 = 0;
    for (let mode = 0; mode < job.modes; mode++) {
      change += receiveChange(job, view, mode, waveAt(job, mode), t.pitch);
    }
    sums.exit += change / wavePixels;

    // Where the probe of the update of the object is: that of ψ, of which an updated probe leaves a copy only.
    let moved: usize = 0;
    if (!updateProbe || probeFollowsObject) {
      stepObject(job, view, objectWeights, objectBlend, 0);
    } else {
      memory.copy(before, probe, waveBytes * <usize>probeLayers);
      moved = before - probe;
    }
    if (!updateProbe) continue;
    const largestElsewhere: f32 = wholeObject ? largestObjectPower(object, objectLayers, objectBytes) : 0;
    weighByObject(
      t,
      object + view.corner,
      job.objectPitch,
      objectLayers,
      objectBytes,
      largestElsewhere,
      probeWeights,
      probeStep,
      probeBlend,
    );
    stepProbe(job, view, probeWeights, probeBlend);
    stale = true;
    if (moved != 0) stepObject(job, view, objectWeights, objectBlend, moved);
  }
}

/** δ of a mode, into rows `outPitch` bytes apart; returns Σ|δ|². */
function receiveChange(job: Job, view: View, mode: i32, out: usize, outPitch: usize): f64 {
  const t = changetype<Transform>(job.transform);
  const wave = waveAt(job, mode);
  const scale = t.scale * t.scale;
  let probe = pointerAt(job.probes, mode);
  let object = pointerAt(job.objects, mode) + view.corner;
  let change: f64 = 0;
  for (let row = 0; row < t.rows; row += t.group) {
    receiveRows(t, wave, row);
    const group = rowsFrom(t, row);
    for (let j = 0; j < group; j++) {
      const line = t.lines + <usize>j * t.lineBytes;
      change += subtractProductRow(probe, object, line, out, t.blocks, scale);
      probe += t.lineBytes;
      object += job.objectPitch;
      out += outPitch;
    }
  }
  return change;
}

/** Bytes from row to row of weights: where the blend is 1 there is only one row of them. */
function weightPitch(t: Transform, blend: f32): usize {
  return blend == 1 ? 0 : t.lineBytes >> 1;
}

/** `moved`: bytes from the layers of the probe to those to be used instead. */
function stepObject(job: Job, view: View, weights: usize, blend: f32, moved: usize): void {
  const t = changetype<Transform>(job.transform);
  const pitch = weightPitch(t, blend);
  for (let mode = 0; mode < job.modes; mode++) {
    let probe = pointerAt(job.probes, mode) + moved;
    let object = pointerAt(job.objects, mode) + view.corner;
    let change = waveAt(job, mode);
    let weight = weights;
    for (let row = 0; row < t.rows; row++) {
      stepObjectRow(probe, object, change, weight, t.blocks);
      probe += t.lineBytes;
      object += job.objectPitch;
      change += t.pitch;
      weight += pitch;
    }
  }
}

function stepProbe(job: Job, view: View, weights: usize, blend: f32): void {
  const t = changetype<Transform>(job.transform);
  const pitch = weightPitch(t, blend);
  for (let mode = 0; mode < job.modes; mode++) {
    let probe = pointerAt(job.probes, mode);
    let object = pointerAt(job.objects, mode) + view.corner;
    let change = waveAt(job, mode);
    let weight = weights;
    for (let row = 0; row < t.rows; row++) {
      stepProbeRow(probe, object, change, weight, t.blocks);
      probe += t.lineBytes;
      object += job.objectPitch;
      change += t.pitch;
      weight += pitch;
    }
  }
}

function weighByProbe(t: Transform, probe: usize, layers: i32, weights: usize, step: f32, blend: f32): void {
  const count = t.rows * t.blocks;
  if (blend == 1 && layers == 1) {
    weighAlike(t, weights, largestPower(probe, count), step);
    return;
  }
  memory.fill(weights, 0, <usize>count * 16);
  for (let layer = 0; layer < layers; layer++) {
    addPower(probe + <usize>layer * <usize>count * 32, weights, count);
  }
  weigh(t, weights, largestOf(weights, count), step, blend);
}

/** By the power of the object in a window, whose largest may be given. */
function weighByObject(
  t: Transform,
  window: usize,
  pitch: usize,
  layers: i32,
  layerBytes: usize,
  most: f32,
  weights: usize,
  step: f32,
  blend: f32,
): void {
  if (blend == 1 && most > 0) {
    weighAlike(t, weights, most, step);
    return;
  }
  memory.fill(weights, 0, <usize>(t.rows * t.blocks) * 16);
  for (let layer = 0; layer < layers; layer++) {
    let source = window + <usize>layer * layerBytes;
    let power = weights;
    for (let row = 0; row < t.rows; row++) {
      addObjectPowerRow(source, power, t.blocks);
      source += pitch;
      power += t.lineBytes >> 1;
    }
  }
  clearFilling(t, weights);
  weigh(t, weights, most > 0 ? most : largestOf(weights, t.rows * t.blocks), step, blend);
}

/** A single row of weights, for all rows. */
function weighAlike(t: Transform, weights: usize, most: f32, step: f32): void {
  const weight = f32x4.splat(most > 0 ? step / most : 0);
  for (let i = 0; i < t.blocks; i++) v128.store(weights + ((<usize>i) << 4), weight);
}

/** power → step/((1 − blend)·power + blend·most), 0 where that divides by 0. */
function weigh(t: Transform, values: usize, most: f32, step: f32, blend: f32): void {
  if (blend == 1) {
    weighAlike(t, values, most, step);
    return;
  }
  const zero = f32x4.splat(0);
  const own = f32x4.splat(1 - blend);
  const shared = f32x4.splat(blend * most);
  const s = f32x4.splat(step);
  for (let i = 0; i < t.rows * t.blocks; i++) {
    const whole = f32x4.add(f32x4.mul(own, v128.load(values)), shared);
    v128.store(values, v128.and(f32x4.div(s, whole), f32x4.gt(whole, zero)));
    values += 16;
  }
}

function largestOf(values: usize, count: i32): f32 {
  let most = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    most = f32x4.max(most, v128.load(values));
    values += 16;
  }
  return largest(most);
}

/** The largest |P|² of blocks. */
function largestPower(blocks: usize, count: i32): f32 {
  let most = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    const re = v128.load(blocks);
    const im = v128.load(blocks, 16);
    most = f32x4.max(most, f32x4.add(f32x4.mul(re, re), f32x4.mul(im, im)));
    blocks += 32;
  }
  return largest(most);
}

/** Lanes beyond the last column belong to other columns of the object. */
function clearFilling(t: Transform, values: usize): void {
  const filling = <usize>(t.blocks * 4 - t.columns) * 4;
  if (filling == 0) return;
  let end = values + ((<usize>t.columns) << 2);
  for (let row = 0; row < t.rows; row++) {
    memory.fill(end, 0, filling);
    end += t.lineBytes >> 1;
  }
}

/** The largest Σ over layers of |O|² of a whole object. */
function largestObjectPower(object: usize, layers: i32, layerBytes: usize): f32 {
  let most: f32 = 0;
  for (let offset: usize = 0; offset < layerBytes; offset += 8) {
    let power: f32 = 0;
    for (let layer = 0; layer < layers; layer++) {
      const at = object + <usize>layer * layerBytes + offset;
      const re = load<f32>(at);
      const im = load<f32>(at, 4);
      power += re * re + im * im;
    }
    most = max(most, power);
  }
  return most;
}

/**
 * χ = F⁻¹(g·f) − PO of each view, kept where its exit wave is, and the sums Σ O*χ, Σ|O|² (in blocks) and Σ P*χ, Σ|P|².
 * `frame` is scratch for the intensities of a view.
 */
export function leastSquaresChange(
  job: Job,
  poisson: bool,
  frame: usize,
  probeNumerators: usize,
  probeDenominators: usize,
  objectNumerators: usize,
  objectDenominators: usize,
): void {
  const t = changetype<Transform>(job.transform);
  const sums = changetype<Sums>(job.sums);
  const pixels = measuredPixels(job);
  const wavePixels = <f64>(t.rows * t.columns);
  for (let i = 0; i < job.viewCount; i++) {
    const view = viewAt(job, i);
    for (let mode = 0; mode < job.modes; mode++) sendProduct(job, view, mode, waveAt(job, mode));
    detector.startView();
    if (poisson) findPoissonStep(job, view, frame);
    detect(job, view, poisson ? POISSON_MODULUS : MODULUS_WITH_ERRORS, job.modes, true);
    addModelErrors(job, view, pixels);
    let change: f64 = 0;
    for (let mode = 0; mode < job.modes; mode++) {
      let exit = view.exit + <usize>mode * job.exitBytes;
      change += receiveChange(job, view, mode, exit, t.lineBytes);
      let probe = pointerAt(job.probes, mode);
      let object = pointerAt(job.objects, mode) + view.corner;
      let objectNumerator = pointerAt(objectNumerators, mode) + view.corner;
      let objectDenominator = pointerAt(objectDenominators, mode) + (view.corner >> 1);
      let probeNumerator = pointerAt(probeNumerators, mode);
      let probeDenominator = pointerAt(probeDenominators, mode);
      for (let row = 0; row < t.rows; row++) {
        addToObjectRow(probe, exit, objectNumerator, objectDenominator, t.blocks);
        addToProbeRow(object, exit, probeNumerator, probeDenominator, t.blocks);
        probe += t.lineBytes;
        object += job.objectPitch;
        exit += t.lineBytes;
        objectNumerator += job.objectPitch;
        objectDenominator += job.objectPitch >> 1;
        probeNumerator += t.lineBytes;
        probeDenominator += t.lineBytes >> 1;
      }
    }
    sums.exit += change / wavePixels;
  }
}

/** The length of the Poisson step of a view, from the intensities of the whole view. */
function findPoissonStep(job: Job, view: View, frame: usize): void {
  const t = changetype<Transform>(job.transform);
  setIntensitiesTarget(frame);
  detect(job, view, INTENSITIES, job.modes, false);
  const count = job.byRows
    ? (t.rows / job.binning) * ((t.columns / job.binning + 3) >> 2)
    : t.rows * t.blocks;
  detector.setPoissonStep(frame, view.frame, count);
  // Frames that lie by rows have their waves taken all the way.
  if (!job.byRows) return;
  for (let mode = 0; mode < job.modes; mode++) sendProduct(job, view, mode, waveAt(job, mode));
}

/** Of each view Σ|u|², Σ|v|², Re Σu*v, Re Σu*χ and Re Σv*χ (f64), u = ΔP·O and v = ΔO·P. */
export function leastSquaresSteps(
  job: Job,
  probeDirections: usize,
  objectDirections: usize,
  target: usize,
): void {
  const t = changetype<Transform>(job.transform);
  for (let i = 0; i < job.viewCount; i++) {
    const view = viewAt(job, i);
    memory.fill(target, 0, 40);
    for (let mode = 0; mode < job.modes; mode++) {
      let probe = pointerAt(job.probes, mode);
      let object = pointerAt(job.objects, mode) + view.corner;
      let probeDirection = pointerAt(probeDirections, mode);
      let objectDirection = pointerAt(objectDirections, mode) + view.corner;
      let exit = view.exit + <usize>mode * job.exitBytes;
      for (let row = 0; row < t.rows; row++) {
        correlateRow(probe, object, probeDirection, objectDirection, exit, t.blocks, target);
        probe += t.lineBytes;
        object += job.objectPitch;
        probeDirection += t.lineBytes;
        objectDirection += job.objectPitch;
        exit += t.lineBytes;
      }
    }
    target += 40;
  }
}
