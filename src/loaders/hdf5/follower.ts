/** Follows the files of a scan that is being measured, with the same knowledge on all ranks. */
import { statSync } from 'node:fs';
import type { Pair } from '../../frames/pair.ts';
import type { Log } from '../../log.ts';
import type { Communicator } from '../../parallel/communicator.ts';
import { Arrivals } from '../following/arrivals.ts';
import { Glitches } from '../../scan/glitches.ts';
import { withFiles } from './files.ts';
import { look } from './live.ts';
import { areQuiet } from '../following/quiet-files.ts';
import { allSources } from './sources.ts';
import type { Hdf5Parameters } from './parameters.ts';

/** Frames that have come since the last look. */
interface News {
  readonly points: readonly number[];
  /** Storage number of each. */
  readonly frames: readonly number[];
  /** (y, x) of each, m. */
  readonly positions: readonly Pair[] | undefined;
  readonly total: number | null;
  readonly isOver: boolean;
}

/** Files are looked at after so long in any case, ms. */
const LONGEST_MS = 2000;

const NO_NEWS: News = { points: [], frames: [], positions: undefined, total: null, isOver: false };

export class Hdf5Follower {
  readonly arrivals = new Arrivals();
  /** Scan points that the scan will have; null while nothing tells. */
  total: number | null = null;
  /** Its writer has closed the file: nothing more will come. */
  isOver = false;
  readonly #info: Hdf5Parameters;
  readonly #follow: boolean;
  readonly #communicator: Communicator;
  readonly #log: Log;
  readonly #frames = new Map<number, number>();
  readonly #positions = new Map<number, Pair>();
  readonly #glitches = new Glitches();
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
    this.#communicator = communicator;
    this.#log = log;
  }

  /** The master looks, and tells the others. Collective. */
  async refresh(): Promise<void> {
    if (this.isOver || this.arrivals.count === this.total) return;
    const { points, frames, positions, total, isOver } = await this.#communicator.broadcast<News>(
      this.#communicator.rank === 0 ? await this.#look() : NO_NEWS,
    );
    points.forEach((point, i) => {
      this.#frames.set(point, frames[i]);
      if (positions !== undefined) this.#positions.set(point, positions[i]);
    });
    this.arrivals.add(points);
    this.total = total;
    this.isOver = isOver;
  }

  /** Storage number of the frame of a scan point that has come. */
  frameOf(point: number): number {
    return this.#frames.get(point) ?? -1;
  }

  /** (y, x) of scan points that have come, m; undefined where `positions_theory` rules. */
  measuredAt(points: readonly number[]): Pair[] | undefined {
    if (this.#positions.size === 0) return undefined;
    return points.map((point) => this.#positions.get(point) ?? [NaN, NaN]);
  }

  /** Files that are as they were need not be opened; but some file systems are slow to tell. */
  #isUnchanged(): boolean {
    const files = new Set([...allSources(this.#info).map(({ file }) => file), ...this.#files]);
    const version = [...files].map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs).join();
    const now = performance.now();
    const isSame = version === this.#version && now - this.#lookedAt < LONGEST_MS;
    if (!isSame) {
      this.#version = version;
      this.#lookedAt = now;
    }
    return isSame;
  }

  /** What would have to happen for more frames. */
  get awaits(): string {
    const file = this.#info.intensities.file ?? '';
    if (this.#isGrowing) return `the program that has ${file} open, or left it so when it crashed`;
    if (this.#incomplete > 0) return `${this.#incomplete} frames that ${file} has room for`;
    return `more frames in ${file}, in which nothing says that these are all`;
  }

  /**
   * Nobody writes the files and nobody did since they are followed: the scan was over before. Files that do not say whether they
   * are written must be complete, too.
   */
  #isLeft(frames: number, markWriters: boolean): boolean {
    if (this.#hasSeenWriter || frames === 0 || !this.#follow) return false;
    return (markWriters || this.#incomplete === 0) && areQuiet(this.#files, frames);
  }

  async #look(): Promise<News> {
    const nothing = { ...NO_NEWS, total: this.total };
    if (this.#isUnchanged()) return nothing;
    const found = await this.#glitches.pass(() =>
      withFiles(async (files) => ({
        view: await look(files, this.#info, this.#follow),
        isGrowing: files.isGrowing,
        isWaiting: files.isWaiting,
        names: files.names,
        markWriters: files.markWriters,
      })),
    );
    if (found === undefined) {
      this.#version = undefined;
      return nothing;
    }
    const { view, isGrowing, isWaiting, names, markWriters } = found;
    this.#files = names;
    const most = this.#info.positions_theory?.length ?? Infinity;
    const points = view.ready.filter((point) => point < most && !this.arrivals.has(point));
    const there = this.arrivals.count + points.length;
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
      points,
      frames: points.map((point) => view.frames[point]),
      positions:
        positions && points.map((point) => [positions[2 * point], positions[2 * point + 1]] as const),
      total: view.total === null ? null : Math.min(view.total, most),
      isOver,
    };
  }
}
