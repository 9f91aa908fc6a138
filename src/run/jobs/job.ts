/**
 * What a run is to do, from a checked configuration to its files. Structured-clonable: every rank, in whatever thread it is, is given
 * the same.
 */
import type { LogLevel } from '../../log.ts';
import type { RunConfig } from '../config/config-check.ts';
import type { SimulationOptions } from '../playback/plan.ts';
import type { FollowOptions } from '../options.ts';
import type { Reading } from '../scans/scans.ts';

/** What jobs that a configuration describes have in common. */
interface ConfiguredJob {
  /** Where the configuration comes from: a file, or what it is called. */
  readonly source: string;
  readonly config: RunConfig;
  /** Files with scan classes of the user. */
  readonly scanModules: readonly string[];
  /** The scan is still going on. */
  readonly follow?: FollowOptions | undefined;
  /** Folder that results go to, in place of those that the configuration says. */
  readonly output?: string | undefined;
  /** How much of the log is heard. */
  readonly level: LogLevel;
  /** What was odd about the configuration, reported when the job begins. */
  readonly warnings: readonly string[];
}

export interface ReconstructionJob extends ConfiguredJob {
  readonly kind: 'reconstruction';
  readonly command: 'run' | 'reconstruct';
  /** `%(run)s` in file names. */
  readonly name: string;
  readonly reading: Reading;
  /** Prepare scans anew even where they have been prepared with the same parameters. */
  readonly prepareAnew: boolean;
  /** Reconstruct two halves of the frames as well, and compare them. */
  readonly halfSets: boolean;
  /** A `.ptyr` to resume from. */
  readonly resume?: string | undefined;
  /** Whoever started it wants the result itself, not its files alone. */
  readonly wantsResult: boolean;
}

export interface PreparationJob extends ConfiguredJob {
  readonly kind: 'preparation';
  /** Files that scans are saved to, as far as they were checked. */
  readonly saves: readonly string[];
  /** Resume from what an earlier preparation left unfinished. */
  readonly resume: boolean;
  /** Prepare anew what is there as it would become. */
  readonly force: boolean;
}

export interface SimulationJob {
  readonly kind: 'simulation';
  readonly output: string;
  readonly options: SimulationOptions;
}

export type Job = ReconstructionJob | PreparationJob | SimulationJob;
