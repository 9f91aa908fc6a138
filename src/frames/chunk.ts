/** Prepared frames: one chunk of them, and the geometry they share. */
import type { NdArray, RealDType } from '../array/ndarray.ts';
import type { Pair } from './pair.ts';

/** From sample to detector: Fraunhofer's far field, or Fresnel's near field. */
export type Propagation = 'farfield' | 'nearfield';
/** Geometry of the frames as they are stored: after crop, orientation and rebin. */
export interface Meta {
  readonly version: number | string;
  /** Frames expected in the whole scan; null when unknown. */
  readonly num_frames: number | null;
  readonly label: string | null;
  readonly experimentID: string | null;
  /** (rows, cols) of a frame. */
  readonly shape: Pair;
  /** Optical axis in the frame, pixels (row, col). */
  readonly center: Pair;
  /** Detector pixel (row, col), m, after rebinning. This, distance and energy are null where a prepared file does not say. */
  readonly psize: Pair | null;
  /** Sample to detector, m. */
  readonly distance: number | null;
  /** Photon (or electron) energy, keV. */
  readonly energy: number | null;
  readonly propagation: Propagation;
  /** True for electrons: `energy` is then the kinetic energy and the wavelength relativistic. */
  readonly electron_data: boolean;
  /** What positions count. Default metres; pixels for files without geometry whose positions are pixels of the sample. */
  readonly positions_unit?: 'm' | 'pixel';
  /** (rows, cols) bool: pixels that the weight common to all frames leaves valid. */
  readonly weight2d?: NdArray<'bool'>;
}

/** One chunk of prepared frames. `data` and `weights` hold this rank's frames only; `positions` and `indices` are those of all ranks. */
export interface Chunk {
  readonly num: number;
  /** Scan-point indices of the chunk, all ranks. */
  readonly indices: readonly number[];
  /** Scan-point indices of this rank, in the order of `data`. */
  readonly indicesNode: readonly number[];
  /** (n, rows, cols) frames of this rank. */
  readonly data: NdArray<RealDType>;
  /** Statistical weights: (rows, cols) for all frames alike, or (n, rows, cols). 0 is invalid. */
  readonly weights: NdArray<RealDType>;
  /** (len(indices), 2) float64, m, (y, x). */
  readonly positions: NdArray<'float64'>;
}
