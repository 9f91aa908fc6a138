/** What the thread of the server and the one that has the run say to each other. Structured-clonable. */
import type { PlainError } from '../../errors.ts';
import type { Result } from '../../ptyr/result.ts';
import type { RunEvent } from '../../run/events.ts';
import type { Snapshot, SnapshotOptions } from '../../run/control/snapshot.ts';
import type { ControlRequest } from '../protocol/messages.ts';
import type { Access } from '../web/access.ts';

/** What is served, and to whom. */
export interface ServerTask {
  /** Name of the run that goes on; undefined: only files are served. */
  readonly run: string | undefined;
  /** Files and folders that can be looked at. */
  readonly files: readonly string[];
  readonly access: Access;
  /** 0: any that is free. */
  readonly port: number;
  /** Where it is taken, any other will do. */
  readonly isPortFree: boolean;
  /** Viewers may pause, stop, change. */
  readonly canControl: boolean;
}

/** How a run ended; with what it came to. */
export interface RunEnd {
  readonly how: 'ended' | 'stopped' | 'failed';
  readonly result: Result | undefined;
  /** Why it failed. */
  readonly message?: string;
}

export type ToServer =
  | { readonly kind: 'event'; readonly event: RunEvent; readonly time: number }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: string | Snapshot }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: PlainError }
  | ({ readonly kind: 'end' } & RunEnd)
  /** Tell all viewers what there still is to tell, and end. */
  | { readonly kind: 'close' };

export type FromServer =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'snapshot'; readonly id: number; readonly options: SnapshotOptions }
  /** `by`: the viewer, for people. */
  | { readonly kind: 'control'; readonly id: number; readonly by: string; readonly request: ControlRequest }
  /** For the people at the terminal. */
  | { readonly kind: 'trouble'; readonly text: string }
  | { readonly kind: 'failed'; readonly error: PlainError };
