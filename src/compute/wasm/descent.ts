/** Engines that follow single views or small batches of them. */
import { DataError } from '../../errors.ts';
import type { Block, DeviceArray, ErrorSums, PieStep } from '../backend.ts';
import { errorSums, operands, runJob } from './job.ts';
import type { Kernels } from './kernels.ts';

export function pieSweep(
  kernels: Kernels,
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  step: PieStep,
): ErrorSums {
  const given = operands(kernels, target, probeArray, objectArray);
  const { block, probe, object } = given;
  for (const view of step.order) {
    if (!(view >= 0 && view < block.views)) {
      throw new DataError(`view ${view} of a block with views 0…${block.views - 1}`);
    }
  }
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
      scratch.take(block.transform.waveBytes),
      step.alpha,
      1,
      step.beta,
      1,
      step.updateProbe ? 1 : 0,
      step.objectNormIsGlobal ? 1 : 0,
    );
    if (step.updateProbe) layers.store(probeBlocks, probe);
  });
  return errorSums(step.order.length, sums);
}
