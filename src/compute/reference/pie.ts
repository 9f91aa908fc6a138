/**
 * One sweep of the ptychographic iterative engines: extended (Maiden & Rodenburg, Ultramicroscopy 109, 1256, 2009) and
 * regularised (Maiden, Johnson & Li, Optica 4, 736, 2017).
 */
import type { Pair } from '../../frames/pair.ts';
import type { Block, DeviceArray, ErrorSums, PieStep } from '../backend.ts';
import { checkViews } from '../shared/checks.ts';
import type { ReferenceArray } from './arrays.ts';
import { operands, ownBlock, startSums, type ReferenceBlock, type RunningSums } from './block.ts';
import { applyModulus } from './projection.ts';
import { addToObject, addToProbe, modelView, windowOf } from './waves.ts';

export function pieSweep(
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  step: PieStep,
): ErrorSums {
  const block = ownBlock(target);
  const { probe, object } = operands(block, probeArray, objectArray);
  const sums = startSums(step.order.length);
  const [forObject, forProbe] = block.powers;

  checkViews(block, step.order);
  for (const view of step.order) {
    findChange(block, view, probe, object, sums);
    const strongest = largest(power(forObject, probe, 0, block.frameShape));
    stepFactors(forObject, step.objectStep, step.objectBlend, strongest);
    if (!step.updateProbe || step.probeFollowsObject) {
      updateObject(block, view, object, probe.data, forObject);
      if (step.updateProbe) updateProbe(block, view, probe, object, step, forProbe);
    } else {
      const before = probe.data.slice();
      updateProbe(block, view, probe, object, step, forProbe);
      updateObject(block, view, object, before, forObject);
    }
  }
  return sums;
}

/** Leaves Δψ in the waves of the block. */
function findChange(
  block: ReferenceBlock,
  view: number,
  probe: ReferenceArray,
  object: ReferenceArray,
  sums: RunningSums,
): void {
  const { products, waves } = block;
  const [model] = block.scratch;
  modelView(block, view, probe, object, sums);
  applyModulus(block, view, model, waves, 0);
  for (let mode = 0; mode < products.length; mode++) {
    const wave = waves[mode];
    const po = products[mode];
    block.transform.backward(wave);
    for (let i = 0; i < wave.length; i++) {
      wave[i] -= po[i];
      sums.exit += (wave[i] * wave[i]) / block.wavePixels;
    }
  }
}

function updateObject(
  block: ReferenceBlock,
  view: number,
  object: ReferenceArray,
  probe: Float64Array,
  factor: Float64Array,
): void {
  const window = { probe: 0, object: 0, pitch: 0 };
  for (let mode = 0; mode < block.modes.length; mode++) {
    // The products are not needed any more.
    const scaled = scale(block.products[mode], block.waves[mode], factor);
    windowOf(block, view, mode, object, window);
    addToObject(object.data, 1, probe, scaled, 0, window, block.frameShape);
  }
}

function updateProbe(
  block: ReferenceBlock,
  view: number,
  probe: ReferenceArray,
  object: ReferenceArray,
  step: PieStep,
  factor: Float64Array,
): void {
  const strongest = largestOfObject(block, view, object, factor, step.objectNormIsGlobal);
  stepFactors(factor, step.probeStep, step.probeBlend, strongest);
  const window = { probe: 0, object: 0, pitch: 0 };
  for (let mode = 0; mode < block.modes.length; mode++) {
    const scaled = scale(block.products[mode], block.waves[mode], factor);
    windowOf(block, view, mode, object, window);
    addToProbe(probe.data, 1, object.data, scaled, 0, window, block.frameShape);
  }
}

/** out = Σ over layers of |x|² in the window that starts at double `start` of the first layer. */
function power(out: Float64Array, x: ReferenceArray, start: number, [rows, cols]: Pair): Float64Array {
  const [layers, allRows, allCols] = x.shape;
  out.fill(0);
  for (let layer = 0; layer < layers; layer++) {
    for (let r = 0, i = 0; r < rows; r++) {
      let k = start + 2 * (layer * allRows + r) * allCols;
      for (const end = i + cols; i < end; i++, k += 2) out[i] += x.data[k] ** 2 + x.data[k + 1] ** 2;
    }
  }
  return out;
}

/** Leaves the power of the view's window in `out`; returns the largest there or in the whole object. */
function largestOfObject(
  block: ReferenceBlock,
  view: number,
  object: ReferenceArray,
  out: Float64Array,
  global: boolean,
): number {
  const [, rows, cols] = object.shape;
  const corner = block.corners[2 * view] * cols + block.corners[2 * view + 1];
  power(out, object, 2 * corner, block.frameShape);
  return largest(global ? power(new Float64Array(rows * cols), object, 0, [rows, cols]) : out);
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}

/** Powers become step/((1−blend)·power + blend·strongest); no step rather than a division by zero. */
function stepFactors(powers: Float64Array, step: number, blend: number, strongest: number): void {
  for (let i = 0; i < powers.length; i++) {
    const whole = (1 - blend) * powers[i] + blend * strongest;
    powers[i] = whole > 0 ? step / whole : 0;
  }
}

/** out = factor·wave, a factor for each pixel. */
function scale(out: Float64Array, wave: Float64Array, factor: Float64Array): Float64Array {
  for (let i = 0; i < factor.length; i++) {
    out[2 * i] = factor[i] * wave[2 * i];
    out[2 * i + 1] = factor[i] * wave[2 * i + 1];
  }
  return out;
}
