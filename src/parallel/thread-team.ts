/**
 * A team of worker threads in Node, each a rank, and the thread that started them, which supervises: it alone talks to the
 * user, and whatever ends one rank ends all. The ranks may be busy or asleep at that moment; the supervisor never is.
 */
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData, type WorkerOptions } from 'node:worker_threads';
import { ndarray } from '../array/ndarray.ts';
import { AbortedError, errorFromPlain, plainError, RankError, type PlainError } from '../errors.ts';
import { MASTER_FIRST_MS, type Communicator } from './communicator.ts';
import { singleCommunicator } from './single.ts';
import { createSeats, takeSeat, type Seat } from './threads.ts';

interface WorkerData {
  readonly seat: Seat;
  readonly task: unknown;
}

type FromRank =
  | { readonly kind: 'said'; readonly message: unknown }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: PlainError };

/** What a team is to do, and who hears of it. */
export interface TeamOptions {
  /** Module that calls `joinTeam`. */
  readonly entry: URL;
  readonly size: number;
  /** Given to every rank; structured-clonable. */
  readonly task: unknown;
  /** What a rank said. */
  readonly onMessage?: (message: unknown, rank: number) => void;
  /** Passed on to every rank. */
  readonly signal?: AbortSignal;
  /** Limits of each thread, as Node takes them. */
  readonly resourceLimits?: { readonly maxOldGenerationSizeMb?: number };
}

type ToRank = { readonly kind: 'stop' } | { readonly kind: 'told'; readonly message: unknown };

/** A team of threads that works. */
export interface Team {
  /** Rejects with the first error of any rank, which ends all: that of the master as it was, and before any other. */
  readonly ended: Promise<void>;
  /** To what the master hears. */
  tell(message: unknown): void;
}

/** Starts a team. */
export function startTeam(options: TeamOptions): Team {
  const workers: Worker[] = [];
  return {
    ended: supervise(options, workers),
    tell(message) {
      workers.at(0)?.postMessage({ kind: 'told', message } satisfies ToRank);
    },
  };
}

/** Runs a team to its end. Throws as `Team.ended` says. */
export async function runTeam(options: TeamOptions): Promise<void> {
  await startTeam(options).ended;
}

/** `workers` takes those that are started, by rank. */
async function supervise(options: TeamOptions, workers: Worker[]): Promise<void> {
  const { entry, size, task, signal } = options;
  const seats = createSeats(size, availableParallelism());
  const stop = (): void => {
    for (const worker of workers) worker.postMessage({ kind: 'stop' } satisfies ToRank);
  };
  let failing: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      let left = size;
      /** Ranks that were stopped on request say so; all of them may finish what they do. */
      let stopped: Error | undefined;
      const fail = (error: Error, rank: number): void => {
        if (failing !== undefined && rank > 0) return;
        clearTimeout(failing);
        // A rank that stops alone leaves others behind, which fail in their turn.
        const end = (): void => {
          reject(stopped ?? fromRank(error, rank));
        };
        failing = setTimeout(end, rank === 0 ? 0 : MASTER_FIRST_MS);
      };
      for (const seat of seats) {
        const { rank } = seat;
        let ended = false;
        const once = (act: () => void): void => {
          if (!ended) act();
          ended = true;
        };
        const end = (error?: Error): void => {
          stopped ??= error;
          left--;
          if (left > 0) return;
          if (stopped === undefined) resolve();
          else reject(stopped);
        };
        const worker = new Worker(entry, {
          workerData: { seat, task } satisfies WorkerData,
          transferList: transferable(seat),
          ...(options.resourceLimits === undefined ? {} : { resourceLimits: options.resourceLimits }),
        });
        workers.push(worker);
        worker.on('message', (said: FromRank) => {
          if (said.kind === 'said') {
            options.onMessage?.(said.message, rank);
            return;
          }
          once(() => {
            if (said.kind === 'done') end();
            else if (said.error.tag === 'aborted') end(errorFromPlain(said.error));
            else fail(errorFromPlain(said.error), rank);
          });
        });
        worker.on('error', (error) => {
          once(() => {
            reject(fromRank(error, rank));
          });
        });
        worker.on('exit', (code) => {
          once(() => {
            reject(new RankError(`rank ${rank} ended with code ${code} before its work was done`, rank));
          });
        });
      }
      signal?.addEventListener('abort', stop);
      if (signal?.aborted === true) stop();
    });
  } finally {
    clearTimeout(failing);
    signal?.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Node's types know a message port of Node only. */
function transferable({ ports }: Seat): WorkerOptions['transferList'] & object {
  return ports.filter((port) => port !== undefined) as unknown as WorkerOptions['transferList'] & object;
}

/** The master's errors need no rank: they are what a single process would say. */
function fromRank(error: Error, rank: number): Error {
  if (rank === 0) return error;
  return new RankError(`rank ${rank}: ${error.message}`, rank, { cause: error });
}

/** What a rank of a team works with. */
export interface Member {
  readonly communicator: Communicator;
  readonly task: unknown;
  /** Aborted when the team is to stop. */
  readonly signal: AbortSignal;
  /** To the supervisor's `onMessage`. */
  readonly say: (message: unknown) => void;
  /** Calls `listener` with all that the master is told from now on, and was told before. */
  readonly hear: (listener: (message: unknown) => void) => void;
}

/** Called once by the entry module of a team: does the work of this rank and reports how it ended. */
export async function joinTeam(work: (member: Member) => Promise<void>): Promise<void> {
  const port = parentPort;
  if (isMainThread || port === null) throw new RankError('joinTeam is for threads that runTeam started', 0);
  const { seat, task } = workerData as WorkerData;
  const { communicator, close } =
    seat.size === 1 ? { communicator: singleCommunicator(), close: () => undefined } : takeSeat(seat);
  const abort = new AbortController();
  const told: unknown[] = [];
  let listen = (message: unknown): void => {
    told.push(message);
  };
  port.on('message', (message: ToRank) => {
    if (message.kind === 'stop') abort.abort();
    else listen(message.message);
  });
  const tell = (said: FromRank): void => {
    port.postMessage(said);
  };
  try {
    await work({
      communicator,
      task,
      signal: abort.signal,
      say: (message) => {
        tell({ kind: 'said', message });
      },
      hear: (listener) => {
        listen = listener;
        told.splice(0).forEach(listener);
      },
    });
    // Meets the others, so that one that still waits for something else is told.
    await communicator.barrier();
    tell({ kind: 'done' });
  } catch (error) {
    tell({ kind: 'failed', error: plainError(error) });
    // All ranks stop together. Where one stops alone the others are told, as by the barrier above.
    if (error instanceof AbortedError) await leave(communicator).catch(() => undefined);
  } finally {
    close();
    port.close();
  }
}

/** Meets the others in a call that nothing else makes: none of them takes it for what it waits for. */
async function leave(communicator: Communicator): Promise<void> {
  await communicator.allReduce(ndarray('int32', [0], new Int32Array()), 'min');
}
