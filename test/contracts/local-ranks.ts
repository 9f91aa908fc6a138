/** Ranks that are promises of one thread: enough to run collective code, deterministic, and quick to set up. */
import type { Communicator, ReduceOperation, Transferable } from '../../src/parallel/communicator.ts';

interface Round {
  readonly values: Transferable[];
  arrived: number;
  readonly done: Promise<void>;
  readonly finish: () => void;
}

function newRound(): Round {
  let finish = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { values: [], arrived: 0, done, finish };
}

/** `size` communicators that belong together. */
export function localRanks(size: number): Communicator[] {
  let round = newRound();

  /** Every rank's value, once all have come. */
  async function exchange(rank: number, value: Transferable): Promise<Transferable[]> {
    const mine = round;
    mine.values[rank] = value;
    if (++mine.arrived === size) {
      round = newRound();
      mine.finish();
    }
    await mine.done;
    return mine.values;
  }

  return Array.from({ length: size }, (_, rank): Communicator => ({
    rank,
    size,
    barrier: async () => {
      await exchange(rank, undefined);
    },
    broadcast: async <T extends Transferable>(value: T, root = 0) => (await exchange(rank, value))[root] as T,
    gather: async <T extends Transferable>(value: T, root = 0) => {
      const all = (await exchange(rank, value)) as T[];
      return rank === root ? all : undefined;
    },
    allGather: async <T extends Transferable>(value: T) => (await exchange(rank, value)) as T[],
    allReduce: async (array, operation = 'sum') => {
      const all = (await exchange(rank, array.data.slice())) as Float64Array[];
      for (let i = 0; i < array.data.length; i++) array.data[i] = reduce(all, i, operation);
      return array;
    },
    abort: (error) => {
      throw error;
    },
  }));
}

function reduce(all: readonly Float64Array[], index: number, operation: ReduceOperation): number {
  const values = all.map((values) => values[index]);
  if (operation === 'min') return Math.min(...values);
  if (operation === 'max') return Math.max(...values);
  return values.reduce((sum, value) => sum + value, 0);
}
