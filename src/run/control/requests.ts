/**
 * What can be asked of a run, and the messages in which run and asker talk to each other, be they in one thread, in two, or at the
 * ends of a socket. Structured-clonable.
 */
import type { PlainError } from '../../errors.ts';
import type { Result } from '../../ptyr/result.ts';
import type { RunEvent } from '../events.ts';
import type { Prepared, RunPlace, Snapshot, SnapshotOptions } from './snapshot.ts';

/** New values of engine parameters, by the key of the engine. */
export type RunChanges = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Who did what, for people. */
export interface GivenRemark {
  readonly by: string;
  readonly what: string;
}

/** By name: what is given, and what is answered. All are served between two iterations; `prepared` before them, too. */
export interface Requests {
  /** Nothing is computed until `resume`. */
  pause: { readonly given: undefined; readonly answer: RunPlace };
  resume: { readonly given: undefined; readonly answer: RunPlace };
  /** Saves what there is, to resume from. The name of the file. */
  save: { readonly given: undefined; readonly answer: string };
  /** Throws a `ConfigError` for frames that are not there. */
  snapshot: { readonly given: SnapshotOptions | undefined; readonly answer: Snapshot };
  /** Undefined: the frames are in a model; a snapshot shows them. */
  prepared: {
    readonly given: Pick<SnapshotOptions, 'frames'> | undefined;
    readonly answer: Prepared | undefined;
  };
  /** Throws a `ConfigError` for what is not known, wrong, or fixed while its engine runs. */
  change: { readonly given: RunChanges; readonly answer: undefined };
  /** Keeps in the log and in the files who did what to the run. */
  remark: { readonly given: GivenRemark; readonly answer: undefined };
}

export type RequestName = keyof Requests;

export type Request = {
  readonly [N in RequestName]: {
    readonly kind: 'request';
    readonly id: number;
    readonly name: N;
    readonly given: Requests[N]['given'];
  };
}[RequestName];

/** `stop`: as Ctrl-C; what there is is saved. */
export type ToRun = Request | { readonly kind: 'stop' };

export type FromRun =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: PlainError }
  /** Where something was reconstructed, what it came to. */
  | { readonly kind: 'result'; readonly result: Result };
