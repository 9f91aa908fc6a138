/** What preparation hands on: one chunk of prepared frames with the geometry they share, or word that there is none. */
import type { NdArray, RealDType } from '../array/ndarray.ts';
import type { Chunk, Meta } from './chunk.ts';

/** One frame as engines and reports see it. Frames of other ranks have no data and no mask. */
export interface PackageItem {
  readonly index: number;
  readonly data?: NdArray<RealDType>;
  readonly mask?: NdArray<'bool'>;
  readonly position: NdArray<'float64'>;
}

/** A chunk of prepared frames with the geometry they share. */
export interface DataPackage {
  /** As ptypy names it. */
  readonly common: Meta;
  readonly chunk: Chunk;
  readonly iterable: readonly PackageItem[];
}

/** Answers of `auto` other than a package: more frames are to come / the scan is over. */
export const WAIT = 'WAIT';
/** Answer of `auto`: the scan has ended. */
export const EOS = 'EOS';
/** What `auto` answers. */
export type AutoAnswer = DataPackage | typeof WAIT | typeof EOS;
