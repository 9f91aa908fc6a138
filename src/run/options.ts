/** What the stages of a run are given. */
import type { ScanRegistry } from '../loaders/registry.ts';
import type { Log } from '../log.ts';
import type { Communicator } from '../parallel/communicator.ts';
import type { PtyScan } from '../scan/pty-scan.ts';
import type { ScanConfig } from './config/config-check.ts';
import type { Desk } from './control/desk.ts';
import type { EventListener } from './events.ts';

export interface StageOptions {
  readonly registry: ScanRegistry;
  /** Scans that are here already, by their labels. */
  readonly scans?: ReadonlyMap<string, PtyScan> | undefined;
  readonly communicator: Communicator;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: EventListener;
  /** Of this rank: what scans and engines tell people on the way. See `eventLog`. */
  readonly log: Log;
  /** The scan is still going on. */
  readonly follow?: FollowOptions | undefined;
  /** When another scan that is followed beside this one had something last, ms of `performance.now()`. */
  readonly othersAt?: () => number;
  /** Somebody has nothing to do until there are frames. */
  readonly isWanted?: () => boolean;
  /** Where the run is asked for something on its way. */
  readonly desk?: Desk | undefined;
  /** Go on with files that an earlier preparation left unfinished. */
  readonly resumePreparation?: boolean;
}

/** Who hears of what is done. */
export type Listeners = Pick<StageOptions, 'onEvent' | 'log'>;

/** Scans that go on while they are prepared. */
export interface FollowOptions {
  /** Seconds without a new frame after which the scan is over; undefined: for ever. */
  readonly timeoutS?: number | undefined;
}

/** Parameters of a scan that a command sets, whatever the configuration says. */
export type DataOverrides = Readonly<Record<string, unknown>>;

/** How scans that go on are prepared beside the engines. */
export interface FeedOptions extends FollowOptions {
  /** Module that a thread runs, which calls `serveFeed`. */
  readonly thread: URL;
  /** Files with scan classes of the user. */
  readonly scanModules: readonly string[];
}

export interface ReconstructOptions extends Omit<StageOptions, 'follow'> {
  /** Name of the run, `%(run)s` in file names. */
  readonly run: string;
  /** Folder given on the command line. */
  readonly output?: string | undefined;
  readonly overrides: (scan: ScanConfig) => DataOverrides | Promise<DataOverrides>;
  /** Prepare scans anew even where they have been prepared with the same parameters. */
  readonly prepareAnew?: boolean;
  /** A `.ptyr` to resume from. */
  readonly resume?: string | undefined;
  /** Reconstruct two halves of the frames as well, and compare them. */
  readonly halfSets?: boolean;
  /** Nobody reads it from a file. */
  readonly wantsResult?: boolean;
  /** Scans still go on, and are prepared beside the engines. */
  readonly feed?: FeedOptions | undefined;
  /** Module of a thread that writes files on the way, which calls `serveSaver`. Undefined: the engines wait for the disk. */
  readonly saver?: URL | undefined;
  /** This is one of the halves: no pictures, which would take the place of those of all frames. */
  readonly half?: Half;
}

export type Half = 1 | 2;
