/** The forward model on its own: intensities and errors of probe and object as they are. */
import { ndarray, type NdArray } from '../../array/ndarray.ts';
import type { Block, DeviceArray, ErrorSums } from '../backend.ts';
import { allViews, checkCorners, checkObject, checkProbe, checkViews } from '../shared/checks.ts';
import { ownOf, type ReferenceArray } from './arrays.ts';
import { operands, ownBlock, startSums, type ReferenceBlock } from './block.ts';
import { addModelErrors, intensity, magnitudeError, photonError, product, windowOf } from './waves.ts';

export function modelIntensities(
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  views: readonly number[] = allViews(target),
): NdArray<'float64'> {
  const block = ownBlock(target);
  const { probe, object } = operands(block, probeArray, objectArray);
  checkViews(block, views);
  const all = new Float64Array(views.length * block.pixels);
  views.forEach((view, row) => {
    forward(block, view, probe, object, all.subarray(row * block.pixels, (row + 1) * block.pixels));
  });
  return ndarray('float64', [views.length, ...block.measuredShape], all);
}

export function residual(target: Block, probeArray: DeviceArray, objectArray: DeviceArray): ErrorSums {
  const block = ownBlock(target);
  const { probe, object } = operands(block, probeArray, objectArray);
  const sums = startSums(block.views);
  const [model] = block.scratch;
  for (let view = 0; view < block.views; view++) {
    forward(block, view, probe, object, model);
    addModelErrors(block, view, model, sums, true);
  }
  return { ...sums, exit: NaN };
}

export function viewErrors(
  target: Block,
  probeArray: DeviceArray,
  objectArray: DeviceArray,
  corners: NdArray<'int32'>,
  metric: 'magnitude' | 'photon',
): Float64Array {
  const block = ownBlock(target);
  checkCorners(corners, block.views);
  const probe = checkProbe(block, ownOf(probeArray, 'complex'));
  const object = checkObject(block, ownOf(objectArray, 'complex'), corners.data);
  const error = metric === 'magnitude' ? magnitudeError : photonError;
  const [model] = block.scratch;
  return Float64Array.from({ length: block.views }, (_, view) => {
    forward(block, view, probe, object, model, corners.data);
    return error(block, view, model);
  });
}

function forward(
  block: ReferenceBlock,
  view: number,
  probe: ReferenceArray,
  object: ReferenceArray,
  model: Float64Array,
  corners = block.corners,
): void {
  const window = { probe: 0, object: 0, pitch: 0 };
  for (let mode = 0; mode < block.waves.length; mode++) {
    const wave = block.waves[mode];
    windowOf(block, view, mode, object, window, corners);
    product(wave, probe.data, object.data, window, block.frameShape);
    block.transform.forward(wave);
  }
  intensity(block, model, block.waves);
}
