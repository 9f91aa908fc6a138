/** The steps every kernel is made of, one view and mode at a time. */
import type { Pair } from '../../frames/pair.ts';
import type { ReferenceArray } from './arrays.ts';
import type { ReferenceBlock, RunningSums } from './block.ts';

/** Places of a mode's probe layer and of a view's window in an object layer, counted in doubles. */
export interface Window {
  probe: number;
  object: number;
  /** Doubles per row of the object. */
  pitch: number;
}

export function windowOf(
  block: ReferenceBlock,
  view: number,
  mode: number,
  object: ReferenceArray,
  window: Window,
  corners = block.corners,
): Window {
  const [probeLayer, objectLayer] = block.modes[mode];
  const [, rows, cols] = object.shape;
  window.probe = 2 * block.wavePixels * probeLayer;
  window.object = 2 * ((objectLayer * rows + corners[2 * view]) * cols + corners[2 * view + 1]);
  window.pitch = 2 * cols;
  return window;
}

/** out = P·O in a view's window. */
export function product(
  out: Float64Array,
  probe: Float64Array,
  object: Float64Array,
  window: Window,
  frameShape: Pair,
): void {
  const [rows, cols] = frameShape;
  for (let r = 0; r < rows; r++) {
    let i = 2 * r * cols;
    let p = window.probe + i;
    let o = window.object + r * window.pitch;
    for (const end = i + 2 * cols; i < end; i += 2, p += 2, o += 2) {
      out[i] = probe[p] * object[o] - probe[p + 1] * object[o + 1];
      out[i + 1] = probe[p] * object[o + 1] + probe[p + 1] * object[o];
    }
  }
}

/** out = P·h + q·O in a view's window: h alike the object, q alike the probe. */
export function mixedProduct(
  out: Float64Array,
  probe: Float64Array,
  objectDirection: Float64Array,
  probeDirection: Float64Array,
  object: Float64Array,
  window: Window,
  frameShape: Pair,
): void {
  const [rows, cols] = frameShape;
  const h = objectDirection;
  const q = probeDirection;
  for (let r = 0; r < rows; r++) {
    let i = 2 * r * cols;
    let p = window.probe + i;
    let o = window.object + r * window.pitch;
    for (const end = i + 2 * cols; i < end; i += 2, p += 2, o += 2) {
      const re = probe[p] * h[o] - probe[p + 1] * h[o + 1];
      const im = probe[p] * h[o + 1] + probe[p + 1] * h[o];
      out[i] = re + q[p] * object[o] - q[p + 1] * object[o + 1];
      out[i + 1] = im + q[p] * object[o + 1] + q[p + 1] * object[o];
    }
  }
}

/** object += factor·P*·wave in a view's window. */
export function addToObject(
  object: Float64Array,
  factor: number,
  probe: Float64Array,
  wave: Float64Array,
  waveStart: number,
  window: Window,
  frameShape: Pair,
): void {
  const [rows, cols] = frameShape;
  for (let r = 0; r < rows; r++) {
    let i = 2 * r * cols;
    let p = window.probe + i;
    let o = window.object + r * window.pitch;
    for (const end = i + 2 * cols; i < end; i += 2, p += 2, o += 2) {
      const pr = factor * probe[p];
      const pi = factor * probe[p + 1];
      const wr = wave[waveStart + i];
      const wi = wave[waveStart + i + 1];
      object[o] += pr * wr + pi * wi;
      object[o + 1] += pr * wi - pi * wr;
    }
  }
}

/** probe += factor·O*·wave in a view's window. */
export function addToProbe(
  probe: Float64Array,
  factor: number,
  object: Float64Array,
  wave: Float64Array,
  waveStart: number,
  window: Window,
  frameShape: Pair,
): void {
  const [rows, cols] = frameShape;
  for (let r = 0; r < rows; r++) {
    let i = 2 * r * cols;
    let p = window.probe + i;
    let o = window.object + r * window.pitch;
    for (const end = i + 2 * cols; i < end; i += 2, p += 2, o += 2) {
      const or = factor * object[o];
      const oi = factor * object[o + 1];
      const wr = wave[waveStart + i];
      const wi = wave[waveStart + i + 1];
      probe[p] += or * wr + oi * wi;
      probe[p + 1] += or * wi - oi * wr;
    }
  }
}

/** out = Σ_k |wave_k|² in measured pixels. */
export function intensity(block: ReferenceBlock, out: Float64Array, waves: readonly Float64Array[]): void {
  const { places } = block;
  out.fill(0);
  for (const wave of waves) {
    for (let i = 0; i < places.length; i++) out[places[i]] += wave[2 * i] ** 2 + wave[2 * i + 1] ** 2;
  }
}

/** waves *= factor, a factor for each measured pixel. */
export function scaleWaves(
  block: ReferenceBlock,
  waves: readonly Float64Array[],
  factor: Float64Array,
): void {
  const { places } = block;
  for (const wave of waves) {
    for (let i = 0; i < places.length; i++) {
      wave[2 * i] *= factor[places[i]];
      wave[2 * i + 1] *= factor[places[i]];
    }
  }
}

/** Σ m(√M − √I)² / Σ m of a view. */
export function magnitudeError(block: ReferenceBlock, view: number, model: Float64Array): number {
  const { intensities, weights, pixels } = block;
  const start = view * pixels;
  const offset = block.weightOffset(view);
  let sum = 0;
  for (let i = 0; i < pixels; i++) {
    if (weights[offset + i] > 0) sum += (Math.sqrt(model[i]) - Math.sqrt(intensities[start + i])) ** 2;
  }
  return sum / Math.max(block.measured[view], 1);
}

/** Σ m(M − I)²/(I+1) / N of a view. */
export function photonError(block: ReferenceBlock, view: number, model: Float64Array): number {
  const { intensities, weights, pixels } = block;
  const start = view * pixels;
  const offset = block.weightOffset(view);
  let sum = 0;
  for (let i = 0; i < pixels; i++) {
    if (!(weights[offset + i] > 0)) continue;
    const measured = intensities[start + i];
    sum += (model[i] - measured) ** 2 / (measured + 1);
  }
  return sum / pixels;
}

/** Adds magnitude and photon error and the terms of the R-factor of a view's model intensities. */
export function addModelErrors(
  block: ReferenceBlock,
  view: number,
  model: Float64Array,
  sums: RunningSums,
  withMagnitude: boolean,
): void {
  const { intensities, weights, pixels } = block;
  const start = view * pixels;
  const offset = block.weightOffset(view);
  let squares = 0;
  let photon = 0;
  let residual = 0;
  let amplitude = 0;
  for (let i = 0; i < pixels; i++) {
    if (!(weights[offset + i] > 0)) continue;
    const measured = intensities[start + i];
    const root = Math.sqrt(measured);
    const difference = Math.sqrt(model[i]) - root;
    squares += difference * difference;
    photon += (model[i] - measured) ** 2 / (measured + 1);
    residual += Math.abs(difference);
    amplitude += root;
  }
  if (withMagnitude) sums.magnitude += squares / Math.max(block.measured[view], 1);
  sums.photon += photon / pixels;
  sums.residual += residual;
  sums.amplitude += amplitude;
}

/**
 * Models a view and keeps what updates need: its products P·O in `block.products`, these at the detector in `block.waves`, and the
 * model intensities in the first array of `block.scratch`. Adds its errors to `sums`.
 */
export function modelView(
  block: ReferenceBlock,
  view: number,
  probe: ReferenceArray,
  object: ReferenceArray,
  sums: RunningSums,
): void {
  const { products, waves, frameShape } = block;
  const [model] = block.scratch;
  const window = { probe: 0, object: 0, pitch: 0 };
  for (let mode = 0; mode < products.length; mode++) {
    windowOf(block, view, mode, object, window);
    product(products[mode], probe.data, object.data, window, frameShape);
    waves[mode].set(products[mode]);
    block.transform.forward(waves[mode]);
  }
  intensity(block, model, waves);
  addModelErrors(block, view, model, sums, true);
}
