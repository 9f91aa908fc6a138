/**
 * Changes and step lengths of iterative least squares (Odstrčil, Menzel & Guizar-Sicairos, Opt. Express 26, 3108, 2018).
 */
import { DataError } from '../../errors.ts';
import type { Block, DeviceArray, ErrorSums, LeastSquaresOptions } from '../backend.ts';
import { checkObject, checkProbe, checkViews } from '../shared/checks.ts';
import { operands, ownBlock, startSums, updateTargets, type ReferenceBlock } from './block.ts';
import { addObjectPower, addProbePower, applyModulus } from './projection.ts';
import { addToObject, addToProbe, modelView, product, scaleWaves, windowOf } from './waves.ts';

/** Kept away from zero: intensities of the Poisson model, as in maximum likelihood. */
const TINY = 1e-6;
/** After these the length of the Poisson step is right to a few per cent. */
const NEWTON_STEPS = 3;

interface Sums {
  readonly numerator: DeviceArray;
  readonly denominator: DeviceArray;
}

export function leastSquaresChange(
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  views: readonly number[],
  options: LeastSquaresOptions,
  probeSums: Sums,
  objectSums: Sums,
): ErrorSums {
  const block = ownBlock(target);
  const { probe, object } = operands(block, probeArray, objectArray);
  const forProbe = updateTargets(probeSums.numerator, probeSums.denominator);
  const forObject = updateTargets(objectSums.numerator, objectSums.denominator);
  checkProbe(block, forProbe.numerator);
  checkObject(block, forObject.numerator);
  const { products, waves, frameShape } = block;
  const size = 2 * block.wavePixels;
  const all = new Float64Array(views.length * waves.length * size);
  const sums = startSums(views.length);
  const [model, gradient] = block.scratch;
  const window = { probe: 0, object: 0, pitch: 0 };

  let start = 0;
  checkViews(block, views);
  for (const view of views) {
    modelView(block, view, probe, object, sums);
    if (options.model === 'poisson') applyPoisson(block, view, model, waves, gradient);
    else applyModulus(block, view, model, waves, 0);
    for (let mode = 0; mode < waves.length; mode++, start += size) {
      block.transform.backward(waves[mode]);
      for (let i = 0; i < size; i++) {
        const change = waves[mode][i] - products[mode][i];
        all[start + i] = change;
        sums.exit += (change * change) / block.wavePixels;
      }
      windowOf(block, view, mode, object, window);
      addToObject(forObject.numerator.data, 1, probe.data, all, start, window, frameShape);
      addProbePower(forObject.denominator, probe, window, frameShape);
      addToProbe(forProbe.numerator.data, 1, object.data, all, start, window, frameShape);
      addObjectPower(forProbe.denominator, object, window, frameShape);
    }
  }
  block.change = { views: [...views], waves: all };
  return sums;
}

/** waves *= 1 − αξ with ξ = 1 − I/M, the gradient of the Poisson likelihood. */
function applyPoisson(
  block: ReferenceBlock,
  view: number,
  model: Float64Array,
  waves: readonly Float64Array[],
  gradient: Float64Array,
): void {
  const { intensities, weights, pixels } = block;
  const start = view * pixels;
  const offset = block.weightOffset(view);
  for (let i = 0; i < pixels; i++) {
    const valid = weights[offset + i] > 0;
    gradient[i] = valid ? 1 - intensities[start + i] / (model[i] + TINY) : 0;
  }
  const length = poissonStep(gradient, model, intensities.subarray(start, start + pixels));
  for (let i = 0; i < pixels; i++) gradient[i] = 1 - length * gradient[i];
  scaleWaves(block, waves, gradient);
}

/**
 * α of the smallest loss Σ (q²M − I log q²), q = 1 − αξ. The loss is convex and its minimum lies within 0…1: ½ near the
 * solution, less where few pixels are far too dark.
 */
function poissonStep(gradient: Float64Array, model: Float64Array, measured: Float64Array): number {
  let length = 0;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    let slope = 0;
    let curvature = 0;
    for (let i = 0; i < gradient.length; i++) {
      const xi = gradient[i];
      const q = 1 - length * xi;
      slope += xi * q * model[i];
      curvature += xi * xi * model[i];
      // q is 0 at most where nothing was measured.
      if (measured[i] === 0) continue;
      slope -= (xi * measured[i]) / q;
      curvature += (xi * xi * measured[i]) / (q * q);
    }
    if (curvature === 0) break;
    length = Math.min(Math.max(length + slope / curvature, 0), 1);
  }
  return length;
}

export function leastSquaresSteps(
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  probeDirectionArray: DeviceArray,
  objectDirectionArray: DeviceArray,
): Float64Array {
  const block = ownBlock(target);
  const { probe, object } = operands(block, probeArray, objectArray);
  const directions = operands(block, probeDirectionArray, objectDirectionArray);
  const { change, products, more, frameShape } = block;
  if (change === undefined) throw new DataError('block has no changes: call leastSquaresChange first');
  const size = 2 * block.wavePixels;
  const steps = new Float64Array(5 * change.views.length);
  const window = { probe: 0, object: 0, pitch: 0 };
  let start = 0;
  change.views.forEach((view, row) => {
    const sums = steps.subarray(5 * row, 5 * row + 5);
    for (let mode = 0; mode < block.modes.length; mode++, start += size) {
      const byProbe = products[mode];
      const byObject = more[mode];
      windowOf(block, view, mode, object, window);
      product(byProbe, directions.probe.data, object.data, window, frameShape);
      product(byObject, probe.data, directions.object.data, window, frameShape);
      for (let i = 0; i < size; i++) {
        const wanted = change.waves[start + i];
        sums[0] += byProbe[i] * byProbe[i];
        sums[1] += byObject[i] * byObject[i];
        sums[2] += byProbe[i] * byObject[i];
        sums[3] += byProbe[i] * wanted;
        sums[4] += byObject[i] * wanted;
      }
    }
  });
  return steps;
}
