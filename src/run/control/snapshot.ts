/** A run as it is between two iterations. */
import type { ViewFrame } from '../../model/view-frames.ts';
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
}

/** Copies: they stay as they are when the run goes on. */
export interface Snapshot extends Pick<
  Result,
  'probes' | 'objects' | 'positions' | 'history' | 'fluence' | 'config'
> {
  readonly place: RunPlace;
  /** What was asked for: scan by scan, in the order of the indices given. */
  readonly frames: readonly ViewFrame[];
}
