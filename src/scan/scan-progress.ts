/** How far a scan has come, and what there is for its next package. */
import { DataError } from '../errors.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { fromMaster } from '../parallel/from-master.ts';
import type { FrameSource } from './source/frame-source.ts';

/** The same for all ranks. */
export interface Available {
  readonly accessible: number;
  /** Nothing comes after these. */
  readonly end: boolean;
  /** No more need be waited for. */
  readonly isWorth: boolean;
}

export interface ProgressOptions {
  readonly communicator: Communicator;
  readonly follow: boolean;
  /** Of the scan's class, for errors. */
  readonly name: string;
}

export class ScanProgress {
  /** Chunks so far, those of an earlier preparation included. */
  chunks = 0;
  /** Frames that were handed out. */
  handedOut = 0;
  /** Frames that are there beyond those of the last package, where the source tells; on the master. */
  behind = 0;
  /** Nothing more will come, whatever the source says. */
  isConcluded = false;
  isFinished = false;
  /** Scan points that an earlier preparation saved. */
  done: ReadonlySet<number> = new Set();
  readonly #source: FrameSource;
  readonly #options: ProgressOptions;
  /** Number of the next frame. */
  #start = 0;

  constructor(source: FrameSource, options: ProgressOptions) {
    this.#source = source;
    this.#options = options;
  }

  /**
   * What there is for `frames` more, as the master sees it. Fewer than `gather` are not worth a package while the scan goes on: they
   * count as `behind`. Collective.
   */
  available(frames: number, gather = 1): Promise<Available> {
    const { communicator, follow, name } = this.#options;
    return fromMaster(communicator, async () => {
      const { accessible, endOfScan, behind = 0 } = await this.#source.available(frames, this.#start);
      this.behind = behind;
      const end = this.isConcluded || (endOfScan ?? this.#isAll(accessible) ?? (follow ? false : undefined));
      if (end === undefined) {
        throw new DataError(
          `the end of the scan is unknown: ${name}.check() does not report it, and num_frames is not given`,
        );
      }
      const isWorth = accessible >= Math.min(frames, gather);
      if (!isWorth && !end) this.behind += accessible;
      return { accessible, end, isWorth };
    });
  }

  /** With `accessible` more frames there are as many as the scan will have; undefined: nobody knows. */
  #isAll(accessible: number): boolean | undefined {
    const expected = this.#source.expected();
    return expected === null ? undefined : this.#start + accessible >= expected;
  }

  /** The next `accessible` frames, of `frames` that were asked for, are the last ones. */
  isLast({ accessible, end }: Available, frames: number): boolean {
    return end && (accessible < frames || this.#isAll(accessible) === true);
  }

  /** Scan points of the next `accessible` frames, without those that were saved before. */
  next(accessible: number): number[] {
    const points = Array.from({ length: accessible }, (_, i) => this.#source.indexOf(this.#start + i));
    return points.filter((point) => !this.done.has(point));
  }

  /** Those frames are dealt with. */
  pass(accessible: number): void {
    this.#start += accessible;
  }
}
