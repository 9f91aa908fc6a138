/** Waiting for a scan that has nothing new: short at first, then five times a second at most, unless files tell. */
import { existsSync } from 'node:fs';
import { AbortedError, DataError } from '../errors.ts';
import { hdf5Library } from '../hdf5/module.ts';
import { onAnyRank } from '../parallel/any-rank.ts';
import { isMaster, type Communicator } from '../parallel/communicator.ts';
import type { PtyScan } from '../scan/pty-scan.ts';
import type { EventListener } from './events.ts';
import { News } from './news.ts';

const FIRST_MS = 25;
const MOST_MS = 200;

export class Waiting {
  /** Seconds without news after which it is over. */
  readonly mostS: number;
  readonly #scan: PtyScan;
  readonly #communicator: Communicator;
  #since = performance.now();
  #nextMs = FIRST_MS;
  #news: News | undefined;

  constructor(scan: PtyScan, communicator: Communicator, mostS: number) {
    this.#scan = scan;
    this.#communicator = communicator;
    this.mostS = mostS;
  }

  /** Something has come. */
  news(): void {
    this.#since = performance.now();
    this.#nextMs = FIRST_MS;
  }

  /** Nothing has come for too long. Collective. */
  isOver(): Promise<boolean> {
    const seconds = (performance.now() - this.#since) / 1000;
    return onAnyRank(this.#communicator, isMaster(this.#communicator) && seconds > this.mostS);
  }

  /** The master waits; the others wait for it when they ask for frames. */
  async forFrames(signal: AbortSignal | undefined): Promise<void> {
    if (!isMaster(this.#communicator)) return;
    this.#news ??= new News(this.#scan.inputs);
    await this.#news.wait(this.#nextMs, signal);
    this.#nextMs = Math.min(MOST_MS, 2 * this.#nextMs);
  }

  /** Until all sources exist. Throws a DataError when that takes too long. Collective. */
  async forSources(label: string, onEvent: EventListener, signal: AbortSignal | undefined): Promise<void> {
    const scan = this.#scan;
    const missing = async (): Promise<string | undefined> =>
      scan.inputs.find((source) => !existsSync(source)) ?? (await scan.awaited());
    let told = false;
    if (isMaster(this.#communicator)) {
      for (let source = await missing(); source !== undefined; source = await missing()) {
        if (signal?.aborted === true) throw new AbortedError(`${label}: stopped before ${source} was there`);
        if (performance.now() - this.#since > 1000 * this.mostS) {
          throw new DataError(`${label}: ${source} is not there after ${this.mostS} s`);
        }
        if (!told) {
          onEvent({ event: 'waiting', scan: label, source });
          // The first frames need not wait for the library.
          await hdf5Library();
        }
        told = true;
        const news = new News(scan.inputs);
        await news.wait(MOST_MS, signal);
        news.close();
      }
    }
    await this.#communicator.barrier();
    this.news();
  }

  close(): void {
    this.#news?.close();
  }
}
