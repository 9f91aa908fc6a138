/** Writers of files on the way: one that holds the engines meanwhile, and one on a thread of its own. */
import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { NdArray } from '../../array/ndarray.ts';
import { errorFromPlain, FileError, PtyflowError } from '../../errors.ts';
import { temporaryName } from '../../files/replace.ts';
import type { Progress } from '../../ptyr/progress.ts';
import type { Result } from '../../ptyr/result.ts';
import { writePtyr } from '../../ptyr/writer.ts';
import type { FromSaver, ToSaver } from './save-messages.ts';

/** How the writing of a file ended. */
export interface Written {
  /** Of work beside the engines. */
  readonly seconds: number;
  /** Why there is none; one that was given up may be there all the same. */
  readonly error?: Error | 'given up';
}

export interface Saver {
  /**
   * Takes all that goes into the file, of which the caller may change everything afterwards. `written` never rejects. One file
   * at a time: the next when `written` has settled.
   */
  save(file: string, result: Result, progress: Progress | undefined): Promise<{ written: Promise<Written> }>;
  /** Gives up the file that is being written, which then is there whole or not at all. */
  abandon(): Promise<void>;
  /** Waits for the file that is being written. */
  close(): Promise<void>;
}

/** Writes at once. */
export const savesHere: Saver = {
  async save(file, result, progress) {
    try {
      await writePtyr(file, result, progress);
      return { written: Promise.resolve({ seconds: 0 }) };
    } catch (error) {
      if (!isOfDisk(error)) throw error;
      return { written: Promise.resolve({ seconds: 0, error }) };
    }
  },
  abandon: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Errors of files, those of the system among them; others are of the engines and their ranks. */
function isOfDisk(error: unknown): error is Error {
  if (error instanceof PtyflowError) return error instanceof FileError;
  return error instanceof Error && 'syscall' in error;
}

/** A file that is being written. */
interface Flight {
  readonly file: string;
  readonly written: Promise<Written>;
  readonly end: (written: Written) => void;
  ended: boolean;
  /** Bytes of slices that the thread has not written yet. */
  waiting: number;
  wake: () => void;
}

/** Hands everything to a thread. The caller waits for it where exit waves take more than `mostBytes` of memory. */
export class ThreadSaver implements Saver {
  readonly #module: URL;
  readonly #mostBytes: () => number;
  #worker: Worker | undefined;
  #flight: Flight | undefined;

  /** `module` is run by the thread and calls `serveSaver`. */
  constructor(module: URL, mostBytes: () => number = quarterOfMemory) {
    this.#module = module;
    this.#mostBytes = mostBytes;
  }

  async save(
    file: string,
    result: Result,
    progress: Progress | undefined,
  ): Promise<{ written: Promise<Written> }> {
    const worker = this.#start();
    const flight = newFlight(file);
    this.#flight = flight;
    const { point, state } = progress ?? {};
    const coming = state && {
      ...state,
      exit: state.exit.map(({ waves: { dtype, shape }, ...rest }) => ({ ...rest, dtype, shape })),
    };
    try {
      send(worker, { kind: 'file', file, result, point, state: coming });
      const most = this.#mostBytes();
      for (const { waves } of state?.exit ?? []) {
        for await (const slice of waves.slices()) {
          while (flight.waiting > most && !flight.ended) {
            await new Promise<void>((resolve) => {
              flight.wake = resolve;
            });
          }
          if (flight.ended) break;
          flight.waiting += slice.data.byteLength;
          send(worker, { kind: 'slice', slice }, slice);
        }
      }
    } catch (error) {
      await this.abandon();
      throw error;
    }
    return { written: flight.written };
  }

  async abandon(): Promise<void> {
    const flight = this.#flight;
    if (flight === undefined || flight.ended) return;
    flight.end({ seconds: 0, error: 'given up' });
    await this.#worker?.terminate();
    this.#worker = undefined;
    rmSync(temporaryName(flight.file), { force: true });
  }

  async close(): Promise<void> {
    await this.#flight?.written;
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#module);
    worker.on('message', (message: FromSaver) => {
      const flight = this.#flight;
      if (flight === undefined) return;
      if (message.kind === 'taken') flight.waiting -= message.bytes;
      else if (message.kind === 'saved') flight.end({ seconds: message.seconds });
      else flight.end({ seconds: message.seconds, error: errorFromPlain(message.error) });
      flight.wake();
    });
    const lose = (error: Error): void => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#flight?.end({ seconds: 0, error });
      this.#flight?.wake();
    };
    worker.on('error', lose);
    worker.on('exit', (code) => {
      lose(new Error(`the thread that writes files ended with code ${code}`));
    });
    this.#worker = worker;
    return worker;
  }
}

function newFlight(file: string): Flight {
  let settle: (written: Written) => void = () => undefined;
  const written = new Promise<Written>((resolve) => {
    settle = resolve;
  });
  const flight: Flight = {
    file,
    written,
    end: (how) => {
      flight.ended = true;
      settle(how);
    },
    ended: false,
    waiting: 0,
    wake: () => undefined,
  };
  return flight;
}

/** The memory of a slice that has it for itself goes with it, else it is copied. */
function send(worker: Worker, message: ToSaver, slice?: NdArray): void {
  const buffer = slice?.data.buffer;
  const own = buffer instanceof ArrayBuffer && buffer.byteLength === slice?.data.byteLength;
  worker.postMessage(message, own ? [buffer] : []);
}

/** Of what this process may still take, limits of its container counted. */
function quarterOfMemory(): number {
  return process.availableMemory() / 4;
}
