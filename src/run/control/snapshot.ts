/** A run as it is between two iterations, and before the first. */
import type { NdArray } from '../../array/ndarray.ts';
import type { Meta } from '../../frames/chunk.ts';
import type { ViewFrame } from '../../model/view-frames.ts';
import type { FrameRFactors } from '../../quality/frame-rfactors.ts';
import type { Result } from '../../ptyr/result.ts';

/** Where a run stands between two iterations. */
export interface RunPlace {
  /** Key of the engine under `engines`. */
  readonly engine: string;
  /** Iterations that this engine has done. */
  readonly iteration: number;
  /** Iterations of all engines. */
  readonly iterations: number;
}

/** Frames by their scan-point indices, of every scan that has them; the one of each scan that came in last; or none. */
export type AskedFrames = 'newest' | 'none' | readonly number[];

/** What a snapshot is to hold. */
export interface SnapshotOptions {
  /** Scan points whose frames are wanted, each measured and as the model has it. Default: the newest of each scan. */
  readonly frames?: AskedFrames | undefined;
  /** Whether the photons on the objects are wanted too, which takes about as long as half an iteration. Default: yes. */
  readonly fluence?: boolean | undefined;
  /** Whether the R-factor of every frame is wanted, which takes about as long as an iteration. Default: no. */
  readonly rfactors?: boolean | undefined;
}

/** Copies: they stay as they are when the run goes on. */
export interface Snapshot extends Pick<
  Result,
  'probes' | 'objects' | 'positions' | 'history' | 'fluence' | 'config'
> {
  readonly place: RunPlace;
  /** What was asked for: scan by scan, in the order of the indices given. */
  readonly frames: readonly ViewFrame[];
  /** By label of the scan, where they were asked for. */
  readonly rfactors?: Readonly<Record<string, FrameRFactors>>;
}

/** A scan point as it was prepared. */
export type PreparedFrame = Omit<ViewFrame, 'model' | 'center'>;

/** The frames of a scan that have been prepared. */
export interface PreparedScan {
  /** Scan-point indices, in the order in which they came. */
  readonly indices: readonly number[];
  /** (n, 2) m, (y, x); pixels of the sample where metres are not known. */
  readonly positions: NdArray<'float64'>;
  /** (n) photons on the valid pixels of each frame; NaN where nobody has counted them. */
  readonly photons: NdArray<'float64'>;
  readonly meta: Meta;
}

/** What has been prepared so far. Copies. */
export interface Prepared {
  /** By label, those that have begun. */
  readonly scans: Readonly<Record<string, PreparedScan>>;
  /** Those asked for that can be had now; of a file that is being written, what it holds. */
  readonly frames: readonly PreparedFrame[];
}
