/**
 * Waiting for a scan that has nothing new. One that announces its news is left alone until then; others are asked again, after a
 * short time at first, then five times a second at most, or when their files change.
 */
import { existsSync } from 'node:fs';
import { AbortedError, DataError } from '../../errors.ts';
import { hdf5Library } from '../../hdf5/module.ts';
import { onAnyRank } from '../../parallel/any-rank.ts';
import { isMaster, type Communicator } from '../../parallel/communicator.ts';
import type { PtyScan } from '../../scan/pty-scan.ts';
import type { EventListener } from '../events.ts';
import { News } from './news.ts';

const FIRST_MS = 25;
const MOST_MS = 200;
/** After so long without anything new it is said what is waited for, s. */
const LONG_S = 5;

/** What the frames come from and is not there. On the master. */
export async function missingSource({ origin }: PtyScan): Promise<string | undefined> {
  return origin.sources.find((source) => !existsSync(source)) ?? (await origin.missing());
}

export class Waiting {
  /** Seconds without news after which it is over. */
  readonly mostS: number;
  readonly #scan: PtyScan;
  readonly #communicator: Communicator;
  readonly #othersAt: () => number;
  #hasBegun = false;
  #isTold = false;
  #some = 0;
  #since = performance.now();
  #nextMs = FIRST_MS;
  readonly #news = new News();
  /** Of a scan that announces its news: ends that. */
  readonly #leave: (() => void) | undefined;
  #isWatching = false;

  /**
   * Before anything of the scan is looked at. `othersAt`: when another scan had something last, ms of `performance.now()`. A scan that
   * has not begun may come after it.
   */
  constructor(scan: PtyScan, communicator: Communicator, mostS: number, othersAt: () => number = () => 0) {
    this.#scan = scan;
    this.#communicator = communicator;
    this.mostS = mostS;
    this.#othersAt = othersAt;
    if (isMaster(communicator)) this.#leave = scan.origin.changed(this.#news.tell);
  }

  /** Something has come and was handed out. */
  news(): void {
    this.#hasBegun = true;
    this.#some = 0;
    this.#isTold = false;
    this.#restart();
  }

  /** So many frames have come that are not handed out yet: patience begins anew with each. */
  hasSome(frames: number): void {
    if (frames <= this.#some) return;
    this.#some = frames;
    this.#hasBegun = true;
    this.#since = performance.now();
  }

  /** Ends the wait at hand, as if something had come. */
  readonly wake = (): void => {
    this.#news.tell();
  };

  /** On the master, once until something comes: nothing has come for long. */
  isLong(): boolean {
    if (this.#isTold || !isMaster(this.#communicator) || this.#quietS < LONG_S) return false;
    this.#isTold = true;
    return true;
  }

  #restart(): void {
    this.#since = performance.now();
    this.#nextMs = FIRST_MS;
  }

  /** Without anything new. */
  get #quietS(): number {
    const since = this.#hasBegun ? this.#since : Math.max(this.#since, this.#othersAt());
    return (performance.now() - since) / 1000;
  }

  /** Nothing has come for too long. Collective. */
  isOver(): Promise<boolean> {
    return onAnyRank(this.#communicator, isMaster(this.#communicator) && this.#quietS > this.mostS);
  }

  /** The master waits; the others wait for it when they ask for frames. */
  async forFrames(signal: AbortSignal | undefined): Promise<void> {
    if (!isMaster(this.#communicator)) return;
    if (!this.#isWatching) this.#news.watch(this.#scan.origin.sources);
    this.#isWatching = true;
    await this.#news.wait(this.#leave === undefined ? this.#nextMs : this.#silenceMs, signal);
    this.#nextMs = Math.min(MOST_MS, 2 * this.#nextMs);
  }

  /** How long a scan that announces its news may be left alone: until frames that are there make a chunk, or something is to be said. */
  get #silenceMs(): number {
    if (this.#some > 0) return MOST_MS;
    const quietS = this.#quietS;
    const left = [this.#isTold ? Infinity : LONG_S, this.mostS].map((s) => s - quietS).filter((s) => s > 0);
    return Math.ceil(1000 * Math.min(...left)) + 1;
  }

  /** Until all sources exist. Throws a DataError when that takes too long. Collective. */
  async forSources(label: string, onEvent: EventListener, signal: AbortSignal | undefined): Promise<void> {
    const scan = this.#scan;
    const missing = (): Promise<string | undefined> => missingSource(scan);
    let told = false;
    let stoppedAt: string | undefined;
    if (isMaster(this.#communicator)) {
      for (let source = await missing(); source !== undefined; source = await missing()) {
        if (signal?.aborted === true) {
          stoppedAt = source;
          break;
        }
        if (this.#quietS > this.mostS) {
          throw new DataError(`${label}: ${source} is not there after ${this.mostS} s`);
        }
        if (!told) {
          onEvent({ event: 'waiting', scan: label, source });
          // The first frames need not wait for the library.
          await hdf5Library();
        }
        told = true;
        this.#news.watch(scan.origin.sources);
        await this.#news.wait(MOST_MS, signal);
      }
    }
    // All ranks stop together.
    stoppedAt = await this.#communicator.broadcast(stoppedAt);
    if (stoppedAt !== undefined) throw new AbortedError(`${label}: stopped before ${stoppedAt} was there`);
    this.#restart();
  }

  /** Nobody waits any more. */
  close(): void {
    this.#leave?.();
    this.#news.close();
  }
}
