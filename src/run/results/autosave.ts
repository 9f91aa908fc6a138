/**
 * When a run saves itself on the way: every so many iterations, as long as that takes no more than its share of the time. The
 * master decides and writes; calls are collective unless they say otherwise.
 */
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isMaster, type Communicator } from '../../parallel/communicator.ts';
import type { Progress } from '../../ptyr/progress.ts';
import type { Result } from '../../ptyr/result.ts';
import type { RunConfig } from '../config/config-check.ts';
import { FileError } from '../../errors.ts';
import type { EventListener } from '../events.ts';
import { savesHere, ThreadSaver, type Saver, type Written } from './saver.ts';

/** Writes what it is given; the master calls it. */
export type Write = (file: string, result: Result, progress: Progress | undefined) => Promise<void>;

/** Before the first is measured: the start of the thread, and what writing takes in iterations of one rank. */
const FIRST_S = 0.2;
const FIRST_ITERATIONS = 2;

/** Part of the writer's time that the engines lose although a processor is free: memory and caches are shared. */
const SHARED_PART = 0.25;

/** What saving once takes, s. */
interface Cost {
  /** The engines wait. */
  readonly hold: number;
  /** The writer works beside them. */
  readonly work: number;
}

export interface AutosaveOptions {
  readonly config: Pick<RunConfig['io']['autosave'], 'active' | 'interval' | 'share'>;
  readonly communicator: Communicator;
  readonly onEvent: EventListener;
  /** Module of a thread that calls `serveSaver`; undefined: the engines wait for the disk. */
  readonly thread?: URL | undefined;
  /** Iterations done before. */
  readonly iterations: number;
}

export class Autosave {
  readonly #options: AutosaveOptions;
  readonly #saver: Saver;
  /** Of the writer's time, what is taken from the engines. */
  readonly #lost: number;
  /** Iterations after which the next is due. */
  #next: number;
  /** When the last began, or the run; ms. */
  #since = performance.now();
  #sinceIterations: number;
  #cost: Cost | undefined;
  #writing: { readonly file: string; readonly done: Promise<void> } | undefined;
  /** The last file that is complete; the next one replaces it. */
  #saved: string | undefined;
  /** Why the last could not be written. */
  #error: Error | undefined;

  constructor(options: AutosaveOptions) {
    const { thread, communicator, iterations } = options;
    this.#options = options;
    this.#saver = thread === undefined ? savesHere : new ThreadSaver(thread);
    this.#lost = communicator.size < availableParallelism() ? SHARED_PART : 1;
    this.#sinceIterations = iterations;
    this.#next = this.#nextAfter(iterations);
  }

  /** Whether to save after so many iterations. `ends`: the run is then over, and waits for the writer. */
  async due(iterations: number, ends: boolean): Promise<boolean> {
    const { active, interval } = this.#options.config;
    if (!active || interval <= 0 || iterations < this.#next) return false;
    this.#next = this.#nextAfter(iterations);
    const { communicator } = this.#options;
    if (communicator.size === 1) return this.#isWorthIt(iterations, ends);
    return communicator.broadcast(isMaster(communicator) && (await this.#isWorthIt(iterations, ends)));
  }

  /** Saves through `hand`, which gives all that goes into the file to the function it gets. */
  async save(iterations: number, hand: (write: Write) => Promise<void>): Promise<void> {
    const start = performance.now();
    let began: { file: string; written: Promise<Written> } | undefined;
    await hand(async (file, result, progress) => {
      began = { file, ...(await this.#saver.save(file, result, progress)) };
    });
    this.#since = start;
    this.#sinceIterations = iterations;
    if (began === undefined) return;
    const hold = (performance.now() - start) / 1000;
    const { file, written } = began;
    this.#writing = {
      file,
      done: written.then((how) => {
        this.#writing = undefined;
        this.#cost = { hold, work: how.seconds };
        this.#finish(file, how.error);
      }),
    };
    if (this.#saver === savesHere) await this.#writing.done;
  }

  /** Saves `file` at once through `hand`, and waits until it is there: it stays. Throws a `FileError` on the master where that fails. */
  async saveNow(file: string, iterations: number, hand: (write: Write) => Promise<void>): Promise<void> {
    await this.#writing?.done;
    await this.save(iterations, hand);
    await this.#writing?.done;
    const cause = this.#error;
    if (cause !== undefined)
      throw new FileError(`the run could not be saved: ${cause.message}`, { file }, { cause });
    this.#saved = undefined;
  }

  /** Before `file` is written as a result: it is not written on the way at the same time, nor removed later. Not collective. */
  async release(file: string): Promise<void> {
    if (this.#writing?.file === file) await this.#writing.done;
    if (this.#saved === file) this.#saved = undefined;
  }

  /** What is being written is given up: something newer is to be saved. Not collective. */
  async abandon(): Promise<void> {
    await this.#saver.abandon();
    await this.#writing?.done;
  }

  /** Waits for what is being written. Not collective. */
  async close(): Promise<void> {
    await this.#saver.close();
    await this.#writing?.done;
  }

  async #isWorthIt(iterations: number, ends: boolean): Promise<boolean> {
    const { share } = this.#options.config;
    if (share >= 1) {
      await this.#writing?.done;
      return true;
    }
    if (this.#writing !== undefined) return false;
    const passed = (performance.now() - this.#since) / 1000;
    const { hold, work } = this.#cost ?? this.#expected(passed / (iterations - this.#sinceIterations));
    return hold + work * (ends ? 1 : this.#lost) <= share * passed;
  }

  /** From the time of an iteration, which like the writer goes over all waves. */
  #expected(iteration: number): Cost {
    const { communicator, thread } = this.#options;
    const work = FIRST_S + FIRST_ITERATIONS * iteration * communicator.size;
    return thread === undefined ? { hold: work, work: 0 } : { hold: iteration, work };
  }

  #nextAfter(iterations: number): number {
    const interval = Math.max(1, this.#options.config.interval);
    return (Math.floor(iterations / interval) + 1) * interval;
  }

  #finish(file: string, error: Written['error']): void {
    const failedBefore = this.#error !== undefined;
    if (error === 'given up') return;
    this.#error = error;
    if (error === undefined) {
      const before = this.#saved;
      this.#saved = file;
      if (before !== undefined && before !== file) rmSync(before, { force: true });
      return;
    }
    // Once, until it works again.
    if (failedBefore) return;
    const message = `the run could not be saved on the way: ${error.message}; it continues and tries again`;
    this.#options.onEvent({ event: 'warning', message });
  }
}
