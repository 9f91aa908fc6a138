/** Frames on their way into preparation: loaded, raw, corrected. */
import type { NdArray, RealDType } from '../array/ndarray.ts';
import type { Pair } from './pair.ts';
import type { Region } from './region.ts';

/** A stack (n, rows, cols), or a frame each. */
export type FrameInput = NdArray<RealDType> | readonly NdArray<RealDType>[];
/** (n, 2) m, (y, x): an array, or a pair each. */
export type PositionInput = NdArray<'float64'> | readonly (Pair | readonly number[])[];

/** Result of `load`: raw frames in the order of `indices`. */
export interface LoadedFrames {
  readonly frames: FrameInput;
  /** One weight array for all frames, or one each; absent: the common weight, else ones. */
  readonly weights?: FrameInput | undefined;
  /** Positions measured with the frames; only used when the scan has none. */
  readonly positions?: PositionInput | undefined;
  /** Scan point of each frame, of those that were asked for; absent: all of them, in the order in which they were asked for. */
  readonly indices?: readonly number[] | undefined;
  /** Part of the raw frame that `frames` and `weights` hold, when the loader read only that. */
  readonly region?: Region | undefined;
}

/** Raw frames of this rank as stacks: (n, rows, cols), weights (rows, cols) or (n, rows, cols). */
export interface RawFrames {
  readonly data: NdArray<RealDType>;
  readonly weights: NdArray<RealDType> | undefined;
  /** Scan point of each frame. */
  readonly indices: readonly number[];
  /** Part of the whole raw frame that these are; undefined: all of it. */
  readonly region: Region | undefined;
}

/** Result of `correct`: the same frames without dark, flat and background. */
export type CorrectedFrames = RawFrames;

/** What raw data or a prepared file states of all its frames, as far as both state it alike. */
export interface StatedMeta {
  /** keV */
  readonly energy?: number | undefined;
  /** Sample to detector, m. */
  readonly distance?: number | undefined;
  readonly center?: Pair | string | undefined;
  readonly propagation?: string | undefined;
  readonly label?: string | undefined;
  readonly experimentID?: string | undefined;
  readonly electron_data?: boolean | undefined;
  /** `m` or `pixel` */
  readonly positions_unit?: string | undefined;
  /** Of the preparation, in a prepared file. */
  readonly version?: number | string | undefined;
}

/** What the raw data says of all its frames: geometry, and whatever else the subclass needs in `correct`. */
export interface RawMeta extends StatedMeta {
  /** Detector pixel, m: of both axes, or (row, col). */
  readonly psize?: number | Pair | undefined;
  readonly shape?: number | Pair | undefined;
  /** (rows, cols) of a raw frame. */
  readonly frameShape?: Pair | undefined;
  readonly [name: string]: unknown;
}
