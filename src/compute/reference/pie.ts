/** One sweep of the extended ptychographic iterative engine (Maiden & Rodenburg, Ultramicroscopy 109, 1256, 2009). */
import { DataError } from '../../errors.ts';
import type { Block, DeviceArray, ErrorSums, PieStep } from '../backend.ts';
import type { ReferenceArray } from './arrays.ts';
import { operands, ownBlock, startSums, type ReferenceBlock } from './block.ts';
import { applyModulus } from './projection.ts';
import { addModelErrors, addToObject, addToProbe, intensity, product, windowOf } from './waves.ts';

export function pieSweep(
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  step: PieStep,
): ErrorSums {
  const block = ownBlock(target);
  const { probe, object } = operands(block, probeArray, objectArray);
  const { products, waves, frameShape } = block;
  const size = 2 * block.pixels;
  const sums = startSums(step.order.length);
  const [model] = block.scratch;
  const window = { probe: 0, object: 0, pitch: 0 };

  for (const view of step.order) {
    if (!(view >= 0 && view < block.views)) {
      throw new DataError(`view ${view} of a block with views 0…${block.views - 1}`);
    }
    for (let mode = 0; mode < products.length; mode++) {
      windowOf(block, view, mode, object, window);
      product(products[mode], probe.data, object.data, window, frameShape);
      waves[mode].set(products[mode]);
      block.transform.forward(waves[mode]);
    }
    intensity(model, waves);
    addModelErrors(block, view, model, sums, true);
    applyModulus(block, view, model, waves, 0);
    let change = 0;
    for (let mode = 0; mode < products.length; mode++) {
      const wave = waves[mode];
      const po = products[mode];
      block.transform.backward(wave);
      for (let i = 0; i < size; i++) {
        wave[i] -= po[i];
        change += wave[i] * wave[i];
      }
    }
    sums.exit += change / block.pixels;

    const objectStep = step.alpha / largestPower(probe, 0, frameShape[0], frameShape[1], 0);
    for (let mode = 0; mode < products.length; mode++) {
      windowOf(block, view, mode, object, window);
      addToObject(object.data, objectStep, probe.data, waves[mode], 0, window, frameShape);
    }
    if (!step.updateProbe) continue;
    const probeStep = step.beta / objectNorm(block, view, object, step.objectNormIsGlobal);
    for (let mode = 0; mode < products.length; mode++) {
      windowOf(block, view, mode, object, window);
      addToProbe(probe.data, probeStep, object.data, waves[mode], 0, window, frameShape);
    }
  }
  return sums;
}

function objectNorm(block: ReferenceBlock, view: number, object: ReferenceArray, global: boolean): number {
  const [, rows, cols] = object.shape;
  if (global) return largestPower(object, 0, rows, cols, 0);
  const corner = block.corners[2 * view] * cols + block.corners[2 * view + 1];
  const [height, width] = block.frameShape;
  return largestPower(object, 2 * corner, height, width, 2 * (cols - width));
}

/** The largest Σ over layers of |x|² in a window; rows are `skip` doubles apart. */
function largestPower(x: ReferenceArray, start: number, rows: number, cols: number, skip: number): number {
  const [layers, allRows, allCols] = x.shape;
  const plane = 2 * allRows * allCols;
  let largest = 0;
  for (let r = 0, i = start; r < rows; r++, i += skip) {
    for (const end = i + 2 * cols; i < end; i += 2) {
      let power = 0;
      for (let layer = 0, k = i; layer < layers; layer++, k += plane) {
        power += x.data[k] * x.data[k] + x.data[k + 1] * x.data[k + 1];
      }
      if (power > largest) largest = power;
    }
  }
  // Nothing there: no update rather than a division by zero.
  return largest === 0 ? Infinity : largest;
}
