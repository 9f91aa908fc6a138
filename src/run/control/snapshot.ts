/** A run as it is between two iterations. */
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

/** Copies: they stay as they are when the run goes on. */
export interface Snapshot extends Pick<Result, 'probes' | 'objects' | 'positions' | 'history' | 'fluence'> {
  readonly place: RunPlace;
}
