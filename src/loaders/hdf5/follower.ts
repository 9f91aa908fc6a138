/** Follows the files of a scan that is being measured, with the same knowledge on all ranks. */
import { statSync } from 'node:fs';
import type { Pair } from '../../frames/pair.ts';
import type { Log } from '../../log.ts';
import type { Communicator } from '../../parallel/communicator.ts';
import { Follower, type Look } from '../../scan/following/follower.ts';
import { withFiles } from './files.ts';
import { look } from './live.ts';
import { areQuiet } from './quiet-files.ts';
import { allSources } from './sources.ts';
import type { Hdf5Parameters } from './parameters.ts';

/** A frame that has come. */
interface Hdf5Frame {
  readonly point: number;
  /** Storage number. */
  readonly frame: number;
  /** (y, x) m; undefined where `positions_theory` rules. */
  readonly position: Pair | undefined;
}

/** Files are looked at after so long in any case, ms. */
const LONGEST_MS = 2000;

export class Hdf5Follower {
  readonly arrivals: Follower<Hdf5Frame>;
  readonly #info: Hdf5Parameters;
  readonly #follow: boolean;
  readonly #log: Log;
  #wasGrowing = false;
  /** Those that were opened last: behind links and virtual datasets there are more than the parameters name. */
  #files: readonly string[] = [];
  /** Frames came, or the file was being written, since the first look. */
  #hasSeenWriter = false;
  #isGrowing = false;
  #looks = 0;
  /** Frames that are known of and not complete. */
  #incomplete = 0;
  /** Of the files when they were looked at, ms. */
  #version: string | undefined;
  #lookedAt = -Infinity;

  constructor(info: Hdf5Parameters, follow: boolean, communicator: Communicator, log: Log) {
    this.#info = info;
    this.#follow = follow;
    this.#log = log;
    this.arrivals = new Follower({ communicator, follow, look: (arrived) => this.#look(arrived) });
  }

  /** Storage number of the frame of a scan point that has come. */
  frameOf(point: number): number {
    return this.arrivals.get(point)?.frame ?? -1;
  }

  /** (y, x) of scan points that have come, m; undefined where `positions_theory` rules. */
  measuredAt(points: readonly number[]): Pair[] | undefined {
    const positions = points.map((point) => this.arrivals.get(point)?.position);
    return positions.every((position) => position !== undefined) ? positions : undefined;
  }

  /** Changes with the files. */
  get #versionNow(): string {
    const files = new Set([...allSources(this.#info).map(({ file }) => file), ...this.#files]);
    return [...files].map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs).join();
  }

  /** What would have to happen for more frames. */
  get awaits(): string {
    const file = this.#info.intensities.file ?? '';
    if (this.#isGrowing) return `the program that has ${file} open, or crashed and left it open`;
    if (this.#incomplete > 0) return `${this.#incomplete} frames that ${file} has room for`;
    return `more frames in ${file}, which does not state how many there will be`;
  }

  /**
   * Nobody writes the files and nobody did since they are followed: the scan was over before. Files that do not say whether they
   * are written must be complete, too.
   */
  #isLeft(frames: number, markWriters: boolean): boolean {
    if (this.#hasSeenWriter || frames === 0 || !this.#follow) return false;
    return (markWriters || this.#incomplete === 0) && areQuiet(this.#files, frames);
  }

  async #look(arrived: ReadonlyMap<number, Hdf5Frame>): Promise<Look<Hdf5Frame>> {
    const version = this.#versionNow;
    const now = performance.now();
    // Files that are as they were need not be opened; but some file systems are slow to tell.
    if (version === this.#version && now - this.#lookedAt < LONGEST_MS) {
      return { frames: [], total: this.arrivals.total, isOver: false };
    }
    const { view, isGrowing, isWaiting, names, markWriters } = await withFiles(async (files) => ({
      view: await look(files, this.#info, this.#follow),
      isGrowing: files.isGrowing,
      isWaiting: files.isWaiting,
      names: files.names,
      markWriters: files.markWriters,
    }));
    this.#version = version;
    this.#lookedAt = now;
    this.#files = names;
    const most = this.#info.positions_theory?.length ?? Infinity;
    const points = view.ready.filter((point) => point < most && !arrived.has(point));
    const there = arrived.size + points.length;
    this.#incomplete = view.frames.length - there;
    // Writers that begin a new file now and then close one before the next is there.
    const goesOn = isWaiting === 'yes' || (isWaiting === 'perhaps' && there < (view.total ?? 0));
    const isClosed = this.#wasGrowing && !isGrowing && !goesOn;
    this.#wasGrowing ||= isGrowing;
    this.#isGrowing = isGrowing;
    if (this.#looks > 0 && (isGrowing || isClosed || points.length > 0)) this.#hasSeenWriter = true;
    this.#looks++;
    const isOver = isClosed || (!isGrowing && !goesOn && this.#isLeft(there, markWriters));
    if (isOver && (there < (view.total ?? 0) || this.#incomplete > 0)) {
      const file = this.#info.intensities.file ?? '';
      this.#log.warn(
        `${file} was closed by its writer with ${there} of ${view.frames.length} frames complete`,
      );
    }
    const { positions } = view;
    return {
      frames: points.map((point) => ({
        point,
        frame: view.frames[point],
        position: positions && ([positions[2 * point], positions[2 * point + 1]] as const),
      })),
      total: view.total === null ? null : Math.min(view.total, most),
      isOver,
    };
  }
}
