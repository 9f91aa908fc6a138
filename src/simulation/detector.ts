/** What a detector makes of mean photon counts: noise, a full well, whole numbers. */
import { allocate, isInteger, ndarray, type NdArray, type RealDType } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { stream } from './random.ts';

/** By ptypy's names of `detector`. */
export interface Detector {
  /** Element type of frames. */
  readonly dtype: RealDType;
  /** Counts at which a pixel is full: it reads that, and is masked. Null: what the element type holds. */
  readonly full_well: number | null;
  /** Standard deviation of the gaussian point spread, pixels (row, col). */
  readonly psf: Pair | null;
  /** Photon noise; null: as `add_poisson_noise` says. */
  readonly shot_noise: boolean | null;
}

const LARGEST: Readonly<Partial<Record<RealDType, number>>> = {
  uint8: 2 ** 8 - 1,
  uint16: 2 ** 16 - 1,
  uint32: 2 ** 32 - 1,
  int16: 2 ** 15 - 1,
  int32: 2 ** 31 - 1,
};

export interface ReadOut {
  readonly frame: NdArray<RealDType>;
  /** 0 where a pixel was full. */
  readonly weight: NdArray<'bool'>;
}

/** A frame of mean counts (rows · cols) as the detector reads it; `index` and `seed` say which random numbers its noise is made of. */
export function readOut(
  means: Float64Array,
  shape: Pair,
  { dtype, full_well: given, shot_noise: noisy }: Detector,
  { noise, seed, index }: { readonly noise: boolean; readonly seed: number; readonly index: number },
): ReadOut {
  const limit = Math.min(given ?? Infinity, LARGEST[dtype] ?? Infinity);
  if (!(limit > 0)) throw new DataError(`full_well ${limit}: a number above 0 is needed`);
  const random = stream(seed, index);
  const data = allocate(dtype, means.length);
  const weight = new Uint8Array(means.length);
  for (let i = 0; i < means.length; i++) {
    const counted = (noisy ?? noise) ? random.poisson(means[i]) : means[i];
    const read = isInteger(dtype) ? Math.round(counted) : counted;
    weight[i] = read < limit ? 1 : 0;
    data[i] = Math.min(read, limit);
  }
  return { frame: ndarray<RealDType>(dtype, shape, data), weight: ndarray('bool', shape, weight) };
}
