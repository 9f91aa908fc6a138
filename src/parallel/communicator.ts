/**
 * What ranks say to each other. Passed in, never a global. All calls are collective: every rank makes the same calls in
 * the same order. An error on one rank ends all ranks with that error (`abort`).
 */
import type { NdArray } from '../array/ndarray.ts';

export type ReduceOperation = 'sum' | 'min' | 'max';

/** Values that travel between ranks: structured-clonable data (arrays, maps of arrays, plain values). */
export type Transferable = unknown;

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
  /** Element-wise over ranks, written into `array` in place, on every rank. */
  allReduce<A extends NdArray<'float32' | 'float64' | 'complex64' | 'complex128' | 'int32'>>(
    array: A,
    operation?: ReduceOperation,
  ): Promise<A>;
  /** Ends all ranks with this error. */
  abort(error: unknown): never;
}

export function isMaster(communicator: Communicator): boolean {
  return communicator.rank === 0;
}
