/** Exit waves: projection, overlap sums, reading and writing. */
import { astype, describe, isComplex, ndarray, type NdArray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Block, DeviceArray, ErrorSums, ProjectionOptions, ProjectionStep } from '../backend.ts';
import { checkObject, checkProbe } from '../shared/checks.ts';
import { nameOf, rollPlanes } from '../shared/numbers.ts';
import { ownOf, type WasmArray } from './arrays.ts';
import { ownBlock, type WasmBlock } from './block.ts';
import { errorSums, operands, runJob } from './job.ts';
import type { Kernels } from './kernels.ts';
import { withScratch } from './scratch.ts';

export interface Sums {
  readonly numerator: DeviceArray;
  readonly denominator: DeviceArray;
}

/** Numerator and denominator of an update, alike but for the kind. */
export function sumTargets(
  kernels: Kernels,
  { numerator, denominator }: Sums,
): { numerator: WasmArray; denominator: WasmArray } {
  const pair = {
    numerator: ownOf(kernels, numerator, 'complex'),
    denominator: ownOf(kernels, denominator, 'real'),
  };
  if (pair.numerator.length !== 2 * pair.denominator.length) {
    throw new DataError(
      `numerator ${nameOf(numerator)} and denominator ${nameOf(denominator)}: equal shapes are needed`,
    );
  }
  return pair;
}

export function initializeExit(
  kernels: Kernels,
  target: Block,
  probe: DeviceArray,
  object: DeviceArray,
): void {
  const given = operands(kernels, target, probe, object);
  runJob({ ...given, exits: given.block.takeExits(), changesExits: true }, ({ pointer }) => {
    kernels.call.initializeExit(pointer);
  });
}

export function project(
  kernels: Kernels,
  target: Block,
  probe: DeviceArray,
  object: DeviceArray,
  { a, b, c, powerBound }: ProjectionStep,
  { photonError, accumulate }: ProjectionOptions,
): ErrorSums {
  const given = operands(kernels, target, probe, object);
  const { block } = given;
  const into = accumulate === undefined ? undefined : sumTargets(kernels, accumulate);
  if (into !== undefined) checkObject(block, into.numerator);
  const request = { ...given, exits: block.requireExits(), changesExits: true };
  const sums = runJob(request, ({ pointer, layers, scratch }) => {
    const numerators = into === undefined ? 0 : scratch.pointers(layers.objects(into.numerator));
    const denominators = into === undefined ? 0 : scratch.pointers(layers.objects(into.denominator));
    kernels.call.project(pointer, a, b, c, powerBound, photonError ? 1 : 0, numerators, denominators);
  });
  const errors = errorSums(block.views, sums);
  return photonError ? errors : { ...errors, photon: NaN, residual: NaN, amplitude: NaN };
}

export function accumulateObject(
  kernels: Kernels,
  target: Block,
  probeArray: DeviceArray,
  numerator: DeviceArray,
  denominator: DeviceArray,
): void {
  const block = ownBlock(kernels, target);
  const probe = checkProbe(block, ownOf(kernels, probeArray, 'complex'));
  const into = sumTargets(kernels, { numerator, denominator });
  const object = checkObject(block, into.numerator);
  runJob({ block, probe, object, exits: block.requireExits() }, ({ pointer, layers, scratch }) => {
    const numerators = scratch.pointers(layers.objects(into.numerator));
    const denominators = scratch.pointers(layers.objects(into.denominator));
    kernels.call.accumulateObject(pointer, numerators, denominators);
  });
}

export function accumulateProbe(
  kernels: Kernels,
  target: Block,
  objectArray: DeviceArray,
  numerator: DeviceArray,
  denominator: DeviceArray,
): void {
  const block = ownBlock(kernels, target);
  const object = checkObject(block, ownOf(kernels, objectArray, 'complex'));
  const into = sumTargets(kernels, { numerator, denominator });
  const probe = checkProbe(block, into.numerator);
  runJob({ block, probe, object, exits: block.requireExits() }, ({ pointer, layers }) => {
    const numerators = layers.probeSums(into.numerator);
    const denominators = layers.probePowers(into.denominator);
    kernels.call.accumulateProbe(pointer, numerators.modes, denominators.modes);
    numerators.add();
    denominators.add();
  });
}

/** Exit waves as they are kept: times the phase of the block. */
export function readExit(
  kernels: Kernels,
  target: Block,
  first: number,
  count: number,
): NdArray<'complex64'> {
  return readWaves(ownBlock(kernels, target), first, count, 0);
}

export function writeExit(kernels: Kernels, target: Block, first: number, waves: NdArray): void {
  const block = ownBlock(kernels, target);
  const { modes, frameShape } = block;
  const wanted = [modes.length, ...frameShape];
  if (!isComplex(waves.dtype) || waves.shape.slice(1).join() !== wanted.join()) {
    throw new DataError(`exit waves ${describe(waves)}: complex (n, ${wanted.join(', ')}) is needed`);
  }
  checkViews(block, first, waves.shape[0]);
  block.takeExits();
  writeWaves(block, first, waves, 0);
}

export function rollExit(kernels: Kernels, target: Block, rows: number, cols: number): void {
  const block = ownBlock(kernels, target);
  const [height, width] = block.frameShape;
  const { phase } = block.transform;
  for (let view = 0; view < block.views; view++) {
    const waves = readWaves(block, view, 1, phase);
    rollPlanes(waves.data, height, width, rows, cols);
    writeWaves(block, view, waves, phase);
  }
}

/** Waves (count, modes, rows, cols), that `phase` (blocks, or 0 for none) taken off. */
function readWaves(block: WasmBlock, first: number, count: number, phase: number): NdArray<'complex64'> {
  const { kernels, modes, frameShape } = block;
  block.requireExits();
  checkViews(block, first, count);
  const size = 2 * frameShape[0] * frameShape[1];
  const out = new Float32Array(count * modes.length * size);
  eachWave(block, first, count, (waves, i, source, rows, columns) => {
    // What is added to −0 keeps its bits.
    kernels.floats(waves, size).fill(-0);
    kernels.call.addBlocks(source, phase, waves, rows, columns);
    out.set(kernels.floats(waves, size), i * size);
  });
  return ndarray('complex64', [count, modes.length, ...frameShape], out);
}

/** The other way. */
function writeWaves(block: WasmBlock, first: number, waves: NdArray, phase: number): void {
  const { kernels, frameShape } = block;
  const size = 2 * frameShape[0] * frameShape[1];
  const source = astype(waves, 'complex64').data;
  eachWave(block, first, waves.shape[0], (scratch, i, exit, rows, columns) => {
    kernels.floats(scratch, size).set(source.subarray(i * size, (i + 1) * size));
    kernels.call.toBlocks(scratch, phase, exit, rows, columns);
  });
}

function checkViews({ views }: WasmBlock, first: number, count: number): void {
  const whole = Number.isInteger(first) && Number.isInteger(count);
  if (whole && first >= 0 && count >= 0 && first + count <= views) return;
  throw new DataError(`exit waves ${first}…${first + count - 1} of a block with views 0…${views - 1}`);
}

/** Every exit wave in blocks, with scratch for it as an array. */
function eachWave(
  block: WasmBlock,
  first: number,
  count: number,
  visit: (scratch: number, index: number, exit: number, rows: number, columns: number) => void,
): void {
  const { kernels, modes, transform } = block;
  const { waveBytes, rows, columns } = transform;
  const exits = block.requireExits();
  withScratch(kernels, (scratch) => {
    const array = scratch.take(8 * rows * columns + 64);
    const staged = exits.isOutside ? scratch.take(exits.bytes) : 0;
    for (let view = 0; view < count; view++) {
      const inside = exits.isOutside ? staged : exits.pointer(first + view);
      if (exits.isOutside) kernels.floats(staged, exits.bytes / 4).set(exits.view(first + view));
      for (let mode = 0; mode < modes.length; mode++) {
        visit(array, view * modes.length + mode, inside + mode * waveBytes, rows, columns);
      }
      if (exits.isOutside) exits.view(first + view).set(kernels.floats(staged, exits.bytes / 4));
    }
  });
}
