/** Exit waves out of a block and into it, to be kept elsewhere. */
import { astype, describe, isComplex, ndarray, type NdArray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Block } from '../backend.ts';
import { ownBlock, type ReferenceBlock } from './block.ts';

export function readExit(target: Block, first: number, count: number): NdArray<'complex128'> {
  const block = ownBlock(target);
  const exit = block.requireExit();
  requireViews(block, first, count);
  const size = sizeOfView(block);
  return ndarray(
    'complex128',
    [count, block.modes.length, ...block.frameShape],
    exit.slice(first * size, (first + count) * size),
  );
}

export function writeExit(target: Block, first: number, waves: NdArray): void {
  const block = ownBlock(target);
  const [count, ...rest] = waves.shape;
  const expected = [block.modes.length, ...block.frameShape];
  if (!isComplex(waves.dtype) || rest.join() !== expected.join()) {
    throw new DataError(`exit waves ${describe(waves)}: complex (n, ${expected.join(', ')}) is needed`);
  }
  requireViews(block, first, count);
  const size = sizeOfView(block);
  block.exit ??= new Float64Array(block.views * size);
  block.exit.set(astype(waves, 'complex128').data, first * size);
}

/** Doubles of all modes of a view. */
function sizeOfView(block: ReferenceBlock): number {
  return 2 * block.modes.length * block.wavePixels;
}

function requireViews(block: ReferenceBlock, first: number, count: number): void {
  const whole = Number.isInteger(first) && Number.isInteger(count);
  if (whole && first >= 0 && count >= 0 && first + count <= block.views) return;
  throw new DataError(`exit waves ${first} to ${first + count} of a block of ${block.views} views`);
}
