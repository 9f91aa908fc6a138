/** What a scan is constructed with, and what it says of its frames. */
import type { Log } from '../log.ts';
import type { Communicator } from '../parallel/communicator.ts';
import type { ScanFiles } from './saving/files.ts';

/** What there is of the frames that are asked for. */
export interface Availability {
  /** Frames that can be loaded now, at most as many as asked for. */
  readonly accessible: number;
  /** True: nothing comes after these. Undefined: the number of frames decides. */
  readonly endOfScan: boolean | undefined;
  /** Frames that are there and were not asked for. */
  readonly behind?: number;
}

/** What a scan works with, beside its parameters. */
export interface ScanOptions {
  readonly communicator?: Communicator;
  readonly signal?: AbortSignal | undefined;
  /** Hears on every rank what a user should know. By default warnings and errors go to the console. */
  readonly log?: Log;
  /** The source is still growing: more may come where nothing says that this is all. */
  readonly follow?: boolean;
  /** Go on with a `dfile` that an earlier preparation left unfinished, instead of moving it aside. */
  readonly resume?: boolean;
  /** Where scans are saved, and prepared ones read. Default: `.ptyd` files; in a browser none. */
  readonly files?: ScanFiles;
  /** Label where neither the parameters nor a prepared file give one. */
  readonly label?: string;
}
