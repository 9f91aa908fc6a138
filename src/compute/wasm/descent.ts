/** Engines that follow single views or small batches of them. */
import type { Block, DeviceArray, ErrorSums, LeastSquaresOptions, PieStep } from '../backend.ts';
import { checkObject, checkProbe, checkViews } from '../shared/checks.ts';
import { errorSums, operands, runJob } from './job.ts';
import type { Kernels } from './kernels.ts';
import { sumTargets, type Sums } from './projection.ts';

export function pieSweep(
  kernels: Kernels,
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  step: PieStep,
): ErrorSums {
  const given = operands(kernels, target, probeArray, objectArray);
  const { block, probe, object } = given;
  checkViews(block, step.order);
  const [objectLayers, objectRows] = object.shape;
  const [probeLayers] = probe.shape;
  const sums = runJob({ ...given, views: step.order }, ({ pointer, probeBlocks, layers, scratch }) => {
    kernels.call.pieSweep(
      pointer,
      probeBlocks,
      probeLayers,
      object.pointer,
      objectLayers,
      objectRows,
      scratch.take((1 + probeLayers) * block.transform.waveBytes),
      step.objectStep,
      step.objectBlend,
      step.probeStep,
      step.probeBlend,
      step.updateProbe ? 1 : 0,
      step.probeFollowsObject ? 1 : 0,
      step.objectNormIsGlobal ? 1 : 0,
    );
    if (step.updateProbe) layers.store(probeBlocks, probe);
  });
  return errorSums(step.order.length, sums);
}

export function leastSquaresChange(
  kernels: Kernels,
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  views: readonly number[],
  { model }: LeastSquaresOptions,
  probeSums: Sums,
  objectSums: Sums,
): ErrorSums {
  const given = operands(kernels, target, probeArray, objectArray);
  const { block } = given;
  const forProbe = sumTargets(kernels, probeSums);
  const forObject = sumTargets(kernels, objectSums);
  checkProbe(block, forProbe.numerator);
  checkObject(block, forObject.numerator);
  checkViews(block, views);
  const changes = block.takeChanges(views);
  const request = { ...given, views, exits: changes, exitsInOrder: true, changesExits: true };
  const sums = runJob(request, ({ pointer, layers, scratch }) => {
    const numerators = layers.probeSums(forProbe.numerator);
    const denominators = layers.probePowers(forProbe.denominator);
    kernels.call.leastSquaresChange(
      pointer,
      model === 'poisson' ? 1 : 0,
      scratch.take(block.frames.bytes),
      numerators.modes,
      denominators.modes,
      scratch.pointers(layers.objects(forObject.numerator)),
      scratch.pointers(layers.objects(forObject.denominator)),
    );
    numerators.add();
    denominators.add();
  });
  return errorSums(views.length, sums);
}

export function leastSquaresSteps(
  kernels: Kernels,
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  probeDirectionArray: DeviceArray,
  objectDirectionArray: DeviceArray,
): Float64Array {
  const given = operands(kernels, target, probeArray, objectArray);
  const directions = operands(kernels, target, probeDirectionArray, objectDirectionArray);
  const { views, waves } = given.block.requireChanges();
  const steps = new Float64Array(5 * views.length);
  const request = { ...given, views, exits: waves, exitsInOrder: true };
  runJob(request, ({ pointer, first, count, layers, scratch }) => {
    const out = scratch.take(40 * count);
    const probes = scratch.pointers(layers.probes(directions.probe).modes);
    const objects = scratch.pointers(layers.objects(directions.object));
    kernels.call.leastSquaresSteps(pointer, probes, objects, out);
    steps.set(kernels.doubles(out, 5 * count), 5 * first);
  });
  return steps;
}
