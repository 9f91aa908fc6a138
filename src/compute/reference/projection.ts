/** Projection step and the sums of the overlap step. */
import type { Pair } from '../../frames/pair.ts';
import type { Block, DeviceArray, ErrorSums, ProjectionOptions, ProjectionStep } from '../backend.ts';
import { checkObject, checkProbe } from '../shared/checks.ts';
import { rollPlanes } from '../shared/numbers.ts';
import { ownOf, type ReferenceArray } from './arrays.ts';
import { operands, ownBlock, startSums, updateTargets, type ReferenceBlock } from './block.ts';
import {
  addModelErrors,
  addToObject,
  addToProbe,
  intensity,
  magnitudeError,
  product,
  scaleWaves,
  windowOf,
} from './waves.ts';

/** Keeps A in the denominator of √I/A away from zero; the value is ptypy's. */
const TINY = 1e-10;

export function initializeExit(target: Block, probeArray: DeviceArray, objectArray: DeviceArray): void {
  const block = ownBlock(target);
  const { probe, object } = operands(block, probeArray, objectArray);
  const size = 2 * block.wavePixels;
  const exit = (block.exit ??= new Float64Array(block.views * block.modes.length * size));
  const window = { probe: 0, object: 0, pitch: 0 };
  for (let view = 0, start = 0; view < block.views; view++) {
    for (let mode = 0; mode < block.modes.length; mode++, start += size) {
      const wave = block.products[mode];
      product(wave, probe.data, object.data, windowOf(block, view, mode, object, window), block.frameShape);
      exit.set(wave, start);
    }
  }
}

export function rollExit(target: Block, rows: number, cols: number): void {
  const block = ownBlock(target);
  rollPlanes(block.requireExit(), block.frameShape[0], block.frameShape[1], rows, cols);
}

export function project(
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  step: ProjectionStep,
  options: ProjectionOptions,
): ErrorSums {
  const block = ownBlock(target);
  const { probe, object } = operands(block, probeArray, objectArray);
  const exit = block.requireExit();
  const { a, b, c, powerBound } = step;
  const { products, waves, frameShape } = block;
  const modes = block.modes.length;
  const size = 2 * block.wavePixels;
  const sums = startSums(block.views);
  const [model] = block.scratch;
  const window = { probe: 0, object: 0, pitch: 0 };

  for (let view = 0; view < block.views; view++) {
    const start = view * modes * size;
    for (let mode = 0; mode < modes; mode++) {
      const po = products[mode];
      product(po, probe.data, object.data, windowOf(block, view, mode, object, window), frameShape);
      if (options.photonError) {
        waves[mode].set(po);
        block.transform.forward(waves[mode]);
      }
    }
    if (options.photonError) {
      intensity(block, model, waves);
      addModelErrors(block, view, model, sums, false);
    }
    for (let mode = 0; mode < modes; mode++) {
      const po = products[mode];
      const wave = waves[mode];
      const offset = start + mode * size;
      for (let i = 0; i < size; i++) wave[i] = (1 - c) * exit[offset + i] + c * po[i];
      block.transform.forward(wave);
    }
    intensity(block, model, waves);
    const error = magnitudeError(block, view, model);
    sums.magnitude += error;
    const transformed = error > powerBound;
    if (transformed) applyModulus(block, view, model, waves, Math.sqrt(powerBound / error));
    for (let mode = 0; mode < modes; mode++) {
      const po = products[mode];
      const wave = waves[mode];
      const offset = start + mode * size;
      if (transformed) block.transform.backward(wave);
      let change = 0;
      if (transformed) {
        for (let i = 0; i < size; i++) {
          const delta = b * wave[i] + a * po[i] - (a + b) * exit[offset + i];
          exit[offset + i] += delta;
          change += delta * delta;
        }
      } else {
        for (let i = 0; i < size; i++) {
          const delta = (a + b * c) * (po[i] - exit[offset + i]);
          exit[offset + i] += delta;
          change += delta * delta;
        }
      }
      sums.exit += change / block.wavePixels;
    }
  }
  if (!options.photonError) {
    sums.photon = NaN;
    sums.residual = NaN;
    sums.amplitude = NaN;
  }
  if (options.accumulate !== undefined) {
    accumulateObject(block, probe, options.accumulate.numerator, options.accumulate.denominator);
  }
  return sums;
}

/** waves *= g, the relaxed Fourier modulus constraint, where `model` holds Σ|waves|². */
export function applyModulus(
  block: ReferenceBlock,
  view: number,
  model: Float64Array,
  waves: readonly Float64Array[],
  relaxation: number,
): void {
  const { intensities, weights, pixels, factors } = block;
  const start = view * pixels;
  const offset = block.weightOffset(view);
  factors.fill(1);
  for (let i = 0; i < pixels; i++) {
    if (!(weights[offset + i] > 0)) continue;
    const amplitude = Math.sqrt(model[i]);
    const wanted = Math.sqrt(intensities[start + i]);
    factors[i] = (wanted + relaxation * (amplitude - wanted)) / (amplitude + TINY);
  }
  scaleWaves(block, waves, factors);
}

export function accumulateObject(
  target: Block,
  probeArray: DeviceArray,
  numeratorArray: DeviceArray,
  denominatorArray: DeviceArray,
): void {
  const block = ownBlock(target);
  const probe = checkProbe(block, ownOf(probeArray, 'complex'));
  const { numerator, denominator } = updateTargets(numeratorArray, denominatorArray);
  checkObject(block, numerator);
  const exit = block.requireExit();
  const size = 2 * block.wavePixels;
  const window = { probe: 0, object: 0, pitch: 0 };
  for (let view = 0, start = 0; view < block.views; view++) {
    for (let mode = 0; mode < block.modes.length; mode++, start += size) {
      windowOf(block, view, mode, numerator, window);
      addToObject(numerator.data, 1, probe.data, exit, start, window, block.frameShape);
      addProbePower(denominator, probe, window, block.frameShape);
    }
  }
}

/** denominator += |P|² at a view's window. */
export function addProbePower(
  denominator: ReferenceArray,
  probe: ReferenceArray,
  window: { probe: number; object: number; pitch: number },
  [rows, cols]: Pair,
): void {
  const d = denominator.data;
  const p = probe.data;
  for (let r = 0; r < rows; r++) {
    let i = window.probe + 2 * r * cols;
    let o = (window.object + r * window.pitch) / 2;
    for (const end = i + 2 * cols; i < end; i += 2, o++) d[o] += p[i] * p[i] + p[i + 1] * p[i + 1];
  }
}

export function accumulateProbe(
  target: Block,
  objectArray: DeviceArray,
  numeratorArray: DeviceArray,
  denominatorArray: DeviceArray,
): void {
  const block = ownBlock(target);
  const object = checkObject(block, ownOf(objectArray, 'complex'));
  const { numerator, denominator } = updateTargets(numeratorArray, denominatorArray);
  checkProbe(block, numerator);
  const exit = block.requireExit();
  const size = 2 * block.wavePixels;
  const window = { probe: 0, object: 0, pitch: 0 };
  for (let view = 0, start = 0; view < block.views; view++) {
    for (let mode = 0; mode < block.modes.length; mode++, start += size) {
      windowOf(block, view, mode, object, window);
      addToProbe(numerator.data, 1, object.data, exit, start, window, block.frameShape);
      addObjectPower(denominator, object, window, block.frameShape);
    }
  }
}

/** denominator += |O|² of a view's window. */
export function addObjectPower(
  denominator: ReferenceArray,
  object: ReferenceArray,
  window: { probe: number; object: number; pitch: number },
  [rows, cols]: Pair,
): void {
  const d = denominator.data;
  const x = object.data;
  for (let r = 0; r < rows; r++) {
    let i = window.probe / 2 + r * cols;
    let o = window.object + r * window.pitch;
    for (const end = i + cols; i < end; i++, o += 2) d[i] += x[o] * x[o] + x[o + 1] * x[o + 1];
  }
}
