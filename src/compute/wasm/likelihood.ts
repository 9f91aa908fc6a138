/** Maximum likelihood, and the forward model on its own. */
import type { NdArray } from '../../array/ndarray.ts';
import type {
  Block,
  DeviceArray,
  ErrorSums,
  LikelihoodOptions,
  LikelihoodSums,
  NoiseModel,
  Parabola,
} from '../backend.ts';
import { allViews, checkCorners, checkObject, checkProbe, checkViews } from '../shared/checks.ts';
import { ownOf } from './arrays.ts';
import { ownBlock } from './block.ts';
import { errorSums, operands, runJob } from './job.ts';
import type { Kernels } from './kernels.ts';

/** Noise models as the kernels number them. */
const NOISES: Readonly<Record<NoiseModel, number>> = { gaussian: 0, poisson: 1, euclid: 2 };

export function gradient(
  kernels: Kernels,
  target: Block,
  probe: DeviceArray,
  object: DeviceArray,
  { model, floatingIntensities }: LikelihoodOptions,
  probeGradientArray: DeviceArray,
  objectGradientArray: DeviceArray,
): LikelihoodSums {
  const given = operands(kernels, target, probe, object);
  const { block } = given;
  const probeGradient = checkProbe(block, ownOf(kernels, probeGradientArray, 'complex'));
  const objectGradient = checkObject(block, ownOf(kernels, objectGradientArray, 'complex'));
  const floating = floatingIntensities ? 1 : 0;
  const sums = runJob(given, ({ pointer, layers, scratch }) => {
    const probes = layers.probeSums(probeGradient);
    const objects = scratch.pointers(layers.objects(objectGradient));
    kernels.call.gradient(pointer, NOISES[model], floating, probes.modes, objects);
    probes.add();
  });
  const loss = sums.loss + (model === 'poisson' ? block.poissonConstant : 0);
  return { ...errorSums(block.views, sums), exit: NaN, loss };
}

export function lineSearch(
  kernels: Kernels,
  target: Block,
  probe: DeviceArray,
  object: DeviceArray,
  { model, floatingIntensities }: LikelihoodOptions,
  probeDirectionArray: DeviceArray,
  objectDirectionArray: DeviceArray,
): Parabola {
  const given = operands(kernels, target, probe, object);
  const { block } = given;
  const probeDirection = checkProbe(block, ownOf(kernels, probeDirectionArray, 'complex'));
  const objectDirection = checkObject(block, ownOf(kernels, objectDirectionArray, 'complex'));
  const floating = floatingIntensities ? 1 : 0;
  const { slope, curvature } = runJob({ ...given, wavesPerMode: 3 }, ({ pointer, layers, scratch }) => {
    const probes = scratch.pointers(layers.probes(probeDirection).modes);
    const objects = scratch.pointers(layers.objects(objectDirection));
    kernels.call.lineSearch(pointer, NOISES[model], floating, probes, objects);
  });
  return [0, slope, curvature];
}

export function modelIntensities(
  kernels: Kernels,
  target: Block,
  probe: DeviceArray,
  object: DeviceArray,
  views: readonly number[] = allViews(target),
): NdArray<'float32'> {
  const given = operands(kernels, target, probe, object);
  const { block } = given;
  checkViews(block, views);
  const length = block.frames.bytes / 4;
  return block.frameStack(views, (view) => {
    let frame: Float32Array = new Float32Array();
    runJob({ ...given, views: [view] }, ({ pointer, scratch }) => {
      const out = scratch.take(block.frames.bytes);
      kernels.call.intensities(pointer, out);
      frame = block.inOrder(kernels.floats(out, length));
    });
    return frame;
  });
}

export function viewErrors(
  kernels: Kernels,
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  corners: NdArray<'int32'>,
  metric: 'magnitude' | 'photon',
): Float64Array {
  const block = ownBlock(kernels, target);
  checkCorners(corners, block.views);
  const probe = checkProbe(block, ownOf(kernels, probeArray, 'complex'));
  const object = checkObject(block, ownOf(kernels, objectArray, 'complex'), corners.data);
  const errors = new Float64Array(block.views);
  runJob({ block, probe, object, corners: corners.data }, ({ pointer, first, count, scratch }) => {
    const into = scratch.take(8 * Math.max(1, count));
    kernels.call.errors(pointer, metric === 'magnitude' ? into : 0, metric === 'photon' ? into : 0);
    errors.set(kernels.doubles(into, count), first);
  });
  return errors;
}

export function residual(
  kernels: Kernels,
  target: Block,
  probe: DeviceArray,
  object: DeviceArray,
): ErrorSums {
  const given = operands(kernels, target, probe, object);
  const sums = runJob(given, ({ pointer }) => {
    kernels.call.errors(pointer, 0, 0);
  });
  return { ...errorSums(given.block.views, sums), exit: NaN };
}
