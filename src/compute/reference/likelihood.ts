/** Loss, gradients and line search of maximum likelihood (Thibault & Guizar-Sicairos, New J. Phys. 14, 063004, 2012). */
import type {
  Block,
  DeviceArray,
  LikelihoodOptions,
  LikelihoodSums,
  NoiseModel,
  Parabola,
} from '../backend.ts';
import { checkObject, checkProbe } from '../shared/checks.ts';
import { ownOf } from './arrays.ts';
import { operands, ownBlock, startSums, type ReferenceBlock } from './block.ts';
import { logFactorial } from '../shared/log-factorial.ts';
import {
  addModelErrors,
  addToObject,
  addToProbe,
  intensity,
  mixedProduct,
  product,
  scaleWaves,
  windowOf,
} from './waves.ts';

/** Kept away from zero: intensities of the Poisson model, amplitudes of the Euclidean one. */
const TINY = 1e-6;
/** The same for intensities in the Euclidean line search. */
const TINY_EUCLID = 1e-12;

export function gradient(
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  options: LikelihoodOptions,
  probeGradientArray: DeviceArray,
  objectGradientArray: DeviceArray,
): LikelihoodSums {
  const block = ownBlock(target);
  const { probe, object } = operands(block, probeArray, objectArray);
  const probeGradient = checkProbe(block, ownOf(probeGradientArray, 'complex'));
  const objectGradient = checkObject(block, ownOf(objectGradientArray, 'complex'));
  const { waves, frameShape } = block;
  const [model, factor] = block.scratch;
  const sums = startSums(block.views);
  const window = { probe: 0, object: 0, pitch: 0 };
  let loss = options.model === 'poisson' ? logFactorials(block) : 0;

  for (let view = 0; view < block.views; view++) {
    for (let mode = 0; mode < waves.length; mode++) {
      windowOf(block, view, mode, object, window);
      product(waves[mode], probe.data, object.data, window, frameShape);
      block.transform.forward(waves[mode]);
    }
    intensity(block, model, waves);
    if (options.floatingIntensities) scale(model, floatingScale(block, view, model, options.model));
    addModelErrors(block, view, model, sums, true);
    loss += residuals(block, view, model, options.model, factor);
    scaleWaves(block, waves, factor);
    for (let mode = 0; mode < waves.length; mode++) {
      const wave = waves[mode];
      block.transform.backward(wave);
      windowOf(block, view, mode, object, window);
      addToObject(objectGradient.data, 2, probe.data, wave, 0, window, frameShape);
      addToProbe(probeGradient.data, 2, object.data, wave, 0, window, frameShape);
    }
  }
  return { ...sums, exit: NaN, loss };
}

export function lineSearch(
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  options: LikelihoodOptions,
  probeDirectionArray: DeviceArray,
  objectDirectionArray: DeviceArray,
): Parabola {
  const block = ownBlock(target);
  const { probe, object } = operands(block, probeArray, objectArray);
  const directions = operands(block, probeDirectionArray, objectDirectionArray);
  const { waves, products, more, frameShape } = block;
  const [zeroth, first, second] = block.scratch;
  const window = { probe: 0, object: 0, pitch: 0 };
  let b1 = 0;
  let b2 = 0;

  for (let view = 0; view < block.views; view++) {
    zeroth.fill(0);
    first.fill(0);
    second.fill(0);
    for (let mode = 0; mode < waves.length; mode++) {
      windowOf(block, view, mode, object, window);
      const f = waves[mode];
      const a = products[mode];
      const b = more[mode];
      product(f, probe.data, object.data, window, frameShape);
      mixedProduct(
        a,
        probe.data,
        directions.object.data,
        directions.probe.data,
        object.data,
        window,
        frameShape,
      );
      product(b, directions.probe.data, directions.object.data, window, frameShape);
      block.transform.forward(f);
      block.transform.forward(a);
      block.transform.forward(b);
      for (let pixel = 0, k = 0; pixel < block.wavePixels; pixel++, k += 2) {
        const i = block.places[pixel];
        zeroth[i] += f[k] * f[k] + f[k + 1] * f[k + 1];
        first[i] += 2 * (f[k] * a[k] + f[k + 1] * a[k + 1]);
        second[i] += 2 * (f[k] * b[k] + f[k + 1] * b[k + 1]) + a[k] * a[k] + a[k + 1] * a[k + 1];
      }
    }
    if (options.floatingIntensities) {
      const factor = floatingScale(block, view, zeroth, options.model);
      scale(zeroth, factor);
      scale(first, factor);
      scale(second, factor);
    }
    const [v1, v2] = parabola(block, view, options.model, zeroth, first, second);
    b1 += v1;
    b2 += v2;
  }
  return [0, b1, b2];
}

function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] *= factor;
}

/** Σ wMI/Σ wM² */
function floatingScale(block: ReferenceBlock, view: number, model: Float64Array, noise: NoiseModel): number {
  const { intensities, weights, pixels } = block;
  const start = view * pixels;
  const offset = block.weightOffset(view);
  let numerator = 0;
  let denominator = 0;
  for (let i = 0; i < pixels; i++) {
    const measured = intensities[start + i];
    const w = noise === 'gaussian' ? weights[offset + i] / (1 + measured) : weights[offset + i];
    numerator += w * model[i] * measured;
    denominator += w * model[i] * model[i];
  }
  return denominator > 0 ? numerator / denominator : 1;
}

/** Writes x of the gradient into `factor`; returns the loss of the view. */
function residuals(
  block: ReferenceBlock,
  view: number,
  model: Float64Array,
  noise: NoiseModel,
  factor: Float64Array,
): number {
  const { intensities, weights, pixels } = block;
  const start = view * pixels;
  const offset = block.weightOffset(view);
  let loss = 0;
  for (let i = 0; i < pixels; i++) {
    const measured = intensities[start + i];
    const weight = weights[offset + i];
    if (weight === 0) {
      factor[i] = 0;
    } else if (noise === 'gaussian') {
      const w = weight / (1 + measured);
      const difference = model[i] - measured;
      factor[i] = w * difference;
      loss += w * difference * difference;
    } else if (noise === 'poisson') {
      const expected = model[i] + TINY;
      factor[i] = weight * (1 - measured / expected);
      loss += weight * (expected - measured * Math.log(expected));
    } else {
      const amplitude = Math.sqrt(model[i]) + TINY;
      const root = Math.sqrt(measured);
      factor[i] = weight * (1 - root / amplitude);
      loss += weight * (amplitude - root) * (amplitude - root);
    }
  }
  return loss;
}

/** B₁ and B₂ of a view from the intensities A₀ + A₁t + A₂t². */
function parabola(
  block: ReferenceBlock,
  view: number,
  noise: NoiseModel,
  zeroth: Float64Array,
  first: Float64Array,
  second: Float64Array,
): readonly [number, number] {
  const { intensities, weights, pixels } = block;
  const start = view * pixels;
  const offset = block.weightOffset(view);
  let b1 = 0;
  let b2 = 0;
  for (let i = 0; i < pixels; i++) {
    const weight = weights[offset + i];
    if (weight === 0) continue;
    const measured = intensities[start + i];
    const a1 = first[i];
    const a2 = second[i];
    if (noise === 'gaussian') {
      const w = weight / (1 + measured);
      const difference = zeroth[i] - measured;
      b1 += 2 * w * difference * a1;
      b2 += w * (a1 * a1 + 2 * difference * a2);
    } else if (noise === 'poisson') {
      const a0 = zeroth[i] + TINY;
      const x = 1 - measured / a0;
      b1 += weight * a1 * x;
      b2 += weight * (a2 * x + 0.5 * measured * (a1 / a0) ** 2);
    } else {
      const a0 = zeroth[i] + TINY_EUCLID;
      const x = 1 - Math.sqrt(measured / a0);
      b1 += weight * a1 * x;
      b2 += weight * (a2 * x + (0.25 * a1 * a1 * Math.sqrt(measured)) / (a0 * Math.sqrt(a0)));
    }
  }
  return [b1, b2];
}

/** Σ log I! over valid pixels, weighted; computed once, for it does not depend on the model. */
function logFactorials(block: ReferenceBlock): number {
  if (block.logFactorials !== undefined) return block.logFactorials;
  let sum = 0;
  for (let view = 0; view < block.views; view++) {
    const start = view * block.pixels;
    const offset = block.weightOffset(view);
    for (let i = 0; i < block.pixels; i++) {
      const measured = block.intensities[start + i];
      if (measured > 0) sum += block.weights[offset + i] * logFactorial(measured);
    }
  }
  block.logFactorials = sum;
  return sum;
}
