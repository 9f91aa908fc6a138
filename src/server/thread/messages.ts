/** What the thread of the server and the one that has the run say to each other. Structured-clonable. */
import type { PlainError } from '../../errors.ts';
import type { PreviewTask } from '../../run/preview/messages.ts';
import type { FromRun, ToRun } from '../../run/control/requests.ts';
import type { Access } from '../web/access.ts';

/** What is served, and to whom. */
export interface ServerTask {
  /** Name of the run that goes on; undefined: only files are served. */
  readonly run: string | undefined;
  /** Files and folders that can be looked at. */
  readonly files: readonly string[];
  /** Scans that can be looked at before they are prepared. */
  readonly previews: readonly PreviewTask[];
  readonly access: Access;
  /** 0: any that is free. */
  readonly port: number;
  /** Where it is taken, any other will do. */
  readonly isPortFree: boolean;
  /** Viewers may pause, stop, change. */
  readonly canControl: boolean;
}

export type ToServer =
  /** The run says so. */
  | { readonly kind: 'run'; readonly message: FromRun }
  /** The run has ended; with what ended it, where it did not get to its end. */
  | { readonly kind: 'end'; readonly error: PlainError | undefined }
  /** Tell all viewers what there still is to tell, and end. */
  | { readonly kind: 'close' };

export type FromServer =
  | { readonly kind: 'listening'; readonly url: string }
  /** For the run. */
  | { readonly kind: 'run'; readonly message: ToRun }
  /** For the people at the terminal. */
  | { readonly kind: 'trouble'; readonly text: string }
  | { readonly kind: 'failed'; readonly error: PlainError };
