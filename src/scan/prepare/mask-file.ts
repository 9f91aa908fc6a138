/** `mask_file`: a mask of raw frames that counts beside the one of the scan's class. */
import { isComplex, toNumbers, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { ConfigError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Region } from '../../frames/region.ts';
import { cropPad } from './crop.ts';

const refuse = (message: string): ConfigError => new ConfigError([{ path: 'mask_file', message }]);

/** (rows, cols), 1 = good, of what stands in the file `name`: above 0 is good. Throws a ConfigError for what is no mask. */
export function maskFromFile(array: NdArray, name: string): NdArray<'uint8'> {
  const { dtype, shape } = array;
  if (shape.length !== 2 || isComplex(dtype)) {
    const given = `${shape.length} axes (${shape.join(', ')}) of ${dtype}`;
    throw refuse(
      `${name} has ${given}; a mask has two, (rows, cols) of a raw frame, above 0 where it is good`,
    );
  }
  return { dtype: 'uint8', shape, data: Uint8Array.from(toNumbers(array), (value) => (value > 0 ? 1 : 0)) };
}

/** Throws a ConfigError unless the mask is one of whole raw frames of `frameShape`. */
export function requireMaskFits({ shape }: NdArray, frameShape: Pair, name: string | null): void {
  if (shape.join() === frameShape.join()) return;
  throw refuse(
    `${name ?? 'the mask'} has (${shape.join(', ')}) pixels, a raw frame (${frameShape.join(', ')})`,
  );
}

/**
 * Weights, 0 where the mask is. Both are (rows, cols) or weights (n, rows, cols) of whole raw frames, or of the part `held` of them.
 * The given array is left as it is.
 */
export function withMask(
  weights: NdArray<RealDType>,
  mask: NdArray<'uint8'> | undefined,
  held?: Region,
): NdArray<RealDType> {
  if (mask === undefined) return weights;
  const { data: good } = held === undefined ? mask : cropPad(mask, held);
  const data = weights.data.slice();
  for (let i = 0; i < data.length; i++) if (good[i % good.length] === 0) data[i] = 0;
  return { ...weights, data };
}

/** How many pixels a mask takes away, for people. */
export function maskText({ data }: NdArray<'uint8'>, name: string): string {
  const bad = data.reduce((count, good) => count + (1 - good), 0);
  return `${name} masks ${bad} of ${data.length} pixels of a raw frame`;
}
