/**
 * What ranks say to each other. Passed in, never a global. All calls but `send` and `receive` are collective: every rank
 * makes the same calls in the same order, and ranks that do not are told so by an error instead of waiting for ever.
 * An error on one rank ends all ranks with that error (`abort`).
 */
import type { NdArray } from '../array/ndarray.ts';

export type ReduceOperation = 'sum' | 'min' | 'max';

/** Values that travel between ranks: structured-clonable data (arrays, maps of arrays, plain values). */
export type Transferable = unknown;

/** Arrays that can be reduced; complex ones by `sum` only makes sense. */
export type Reducible = NdArray<'float32' | 'float64' | 'complex64' | 'complex128' | 'int32'>;

/** How ranks talk to each other. */
export interface Communicator {
  /** This rank, 0 ≤ rank < size. Rank 0 is the master: it writes files and reports. */
  readonly rank: number;
  readonly size: number;
  /** Returns when every rank has called it. */
  barrier(): Promise<void>;
  /** The value given on `root`, on every rank. Other ranks' argument is ignored. */
  broadcast<T extends Transferable>(value: T, root?: number): Promise<T>;
  /** On `root`, the values of all ranks in rank order; elsewhere `undefined`. */
  gather<T extends Transferable>(value: T, root?: number): Promise<T[] | undefined>;
  /** The values of all ranks in rank order, on every rank. */
  allGather<T extends Transferable>(value: T): Promise<T[]>;
  /** Element-wise over ranks, written into `array` in place, on every rank: the same bits everywhere. */
  allReduce<A extends Reducible>(array: A, operation?: ReduceOperation): Promise<A>;
  /** To another rank, which must `receive`. May wait until it does. Values between two ranks keep their order. */
  send(value: Transferable, to: number): Promise<void>;
  /** The next value that rank `from` sent to this one. */
  receive<T extends Transferable>(from: number): Promise<T>;
  /** Ends all ranks with this error. */
  abort(error: unknown): never;
}

export function isMaster(communicator: Communicator): boolean {
  return communicator.rank === 0;
}

/**
 * What fails on one rank often fails on all. Then the master should say it, as a single process would: errors of other
 * ranks wait so long for its own, ms.
 */
export const MASTER_FIRST_MS = 1000;
