import type { Pair } from '../frames/pair.ts';
import type { InfoEntry } from '../hdf5/info.ts';
import type { Remark } from '../ptyr/result.ts';
import type { FoundParameter } from '../params/search.ts';
import type { ScanStatistics } from '../quality/scan-statistics.ts';
import type { About } from './advice/advice.ts';
import type { Finding } from './doctor/finding.ts';
import type { Outlook, RunOutlook } from './reports.ts';
import type { ResolutionReport } from './reports.ts';

/**
 * What a run tells the world, one plain object at a time: the terminal shows them, `--json` prints one a line.
 */
export type RunEvent =
  /** `ranks` threads or processes share the work; `backend` computes, null where nothing is reconstructed. */
  | {
      event: 'start';
      command: string;
      config: string;
      ranks: number;
      each: 'thread' | 'process';
      backend: string | null;
    }
  | { event: 'scan'; scan: string; frames: number | null; shape: Pair | null }
  /** Of an earlier preparation, in the file that is resumed. */
  | { event: 'prepared'; scan: string; frames: number; total: number | null }
  /** Was prepared with the same parameters before, to this file, which is used as it is. */
  | { event: 'reused'; scan: string; file: string }
  /**
   * Nothing comes: a source is not there yet; or, with the `frames` that there are, what must happen before there are more. With
   * `timeoutS` that is over after so many seconds.
   */
  | { event: 'waiting'; scan: string; source: string; frames?: number; timeoutS?: number | undefined }
  /** What it tells of is on the disk, where frames are saved at all. */
  | {
      event: 'chunk';
      scan: string;
      chunk: number;
      /** Prepared by now; those of an earlier preparation, `before`, among them. */
      frames: number;
      before: number;
      total: number | null;
      seconds: number;
      /** Frames of a scan that is followed that have come and are not prepared yet. */
      behind?: number;
    }
  | {
      event: 'center';
      scan: string;
      center: Pair;
      spread: Pair | null;
    }
  | {
      event: 'iteration';
      /** Its name. */
      engine: string;
      /** Its key under `engines`. */
      key: string;
      iteration: number;
      /** Asked for; null while frames still come. */
      iterations: number | null;
      errors: Readonly<Record<string, number>>;
      seconds: number;
      /** Of a reconstruction of half the frames. */
      half?: 1 | 2;
    }
  /** Parameters that were changed while their run goes on, each as `engines.<key>.<name> = <value>`. */
  | {
      event: 'changed';
      engine: string;
      iteration: number;
      iterations: number;
      changes: readonly string[];
    }
  /** Somebody did something to the run while it went on. */
  | ({ event: 'remark' } & Remark)
  | { event: 'resume'; file: string; engine: string; iteration: number; iterations: number }
  | { event: 'positions'; engine: string; scan: string; rmsM: number; largestM: number; half?: 1 | 2 }
  /** `inPixels`: lengths are in pixels of the sample, because metres are not known. */
  | ({ event: 'statistics'; scan: string; inPixels?: true } & ScanStatistics)
  | { event: 'half'; half: 1 | 2; frames: number }
  | ({ event: 'resolution' } & ResolutionReport)
  /** What a configuration will do, as `validate` finds out. */
  | ({ event: 'outlook' } & Omit<Outlook, 'run'> & { run: RunOutlook | null })
  /** What was checked is right. */
  | { event: 'valid'; file: string }
  /** What `info` finds in a file; `link` is where an external link leads. */
  | ({ event: 'entry'; file: string } & InfoEntry)
  /** What `schema` explains. */
  | ({ event: 'parameter' } & FoundParameter)
  /** What `doctor` finds on the machine. */
  | ({ event: 'finding' } & Finding)
  /** Good to know; nothing is wrong. */
  | { event: 'note'; message: string }
  /** `count`: the how manyth of its topic. `about`: what is wrong, where that is known. */
  | { event: 'warning'; message: string; topic?: string; count?: number; about?: About }
  | { event: 'saved'; what: 'ptyd' | 'ptyr' | 'picture' | 'report' | 'config' | 'scan class'; file: string }
  | { event: 'done'; seconds: number }
  | { event: 'error'; message: string };

/** Hears what a run reports. */
export type EventListener = (event: RunEvent) => void;
