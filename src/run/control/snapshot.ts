/** A run as it is between two iterations. */
import type { Result } from '../../ptyr/result.ts';
import type { RunPlace } from './requests.ts';

/** Copies: they stay as they are when the run goes on. */
export interface Snapshot extends Pick<Result, 'probes' | 'objects' | 'positions' | 'history' | 'fluence'> {
  readonly place: RunPlace;
}
