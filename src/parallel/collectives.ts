/** A communicator on whatever carries values between ranks: the collective calls, and the check that all make the same. */
import { DataError, RankError } from '../errors.ts';
import type { Communicator, Reducible, ReduceOperation, Transferable } from './communicator.ts';

/** Numbers that are reduced in place. */
export type Numbers = Float32Array | Float64Array | Int32Array;

export interface Transport {
  readonly rank: number;
  readonly size: number;
  /** Returns when every rank has come; false when they came with different numbers (int32). */
  meet(call: number): boolean | Promise<boolean>;
  /** The root's value, on every rank. */
  broadcast(value: Transferable, root: number): Promise<Transferable>;
  send(value: Transferable, to: number): Promise<void>;
  receive(from: number): Promise<Transferable>;
  /** Every rank gives equally many numbers of one type. */
  reduce(numbers: Numbers, operation: ReduceOperation): void | Promise<void>;
  abort(error: unknown): never;
}

export function communicatorOn(transport: Transport): Communicator {
  const { rank, size } = transport;

  async function agree(call: string): Promise<void> {
    if (await transport.meet(hash(call))) return;
    throw new RankError(`rank ${rank} calls ${call} where another rank makes another call`, rank);
  }

  function requireRank(other: number): void {
    if (Number.isInteger(other) && other >= 0 && other < size) return;
    throw new DataError(`there is no rank ${other}: ranks are 0…${size - 1}`);
  }

  function requireOther(other: number): void {
    requireRank(other);
    if (other === rank) throw new DataError(`rank ${rank} cannot exchange values with itself`);
  }

  async function collect(value: Transferable, root: number): Promise<Transferable[] | undefined> {
    if (rank !== root) {
      await transport.send(value, root);
      return undefined;
    }
    const values: Transferable[] = [];
    for (let from = 0; from < size; from++) {
      values.push(from === rank ? value : await transport.receive(from));
    }
    return values;
  }

  return {
    rank,
    size,
    barrier: () => agree('barrier'),
    broadcast: async <T extends Transferable>(value: T, root = 0) => {
      requireRank(root);
      await agree(`broadcast from ${root}`);
      return (await transport.broadcast(value, root)) as T;
    },
    gather: async <T extends Transferable>(value: T, root = 0) => {
      requireRank(root);
      await agree(`gather to ${root}`);
      return (await collect(value, root)) as T[] | undefined;
    },
    allGather: async <T extends Transferable>(value: T) => {
      await agree('allGather');
      return (await transport.broadcast(await collect(value, 0), 0)) as T[];
    },
    allReduce: async <A extends Reducible>(array: A, operation: ReduceOperation = 'sum') => {
      await agree(`allReduce (${operation}) of ${array.data.length} ${array.dtype}`);
      if (array.data.length > 0) await transport.reduce(array.data, operation);
      return array;
    },
    send: async (value, to) => {
      requireOther(to);
      await transport.send(value, to);
    },
    receive: async <T extends Transferable>(from: number) => {
      requireOther(from);
      return (await transport.receive(from)) as T;
    },
    abort: (error) => transport.abort(error),
  };
}

/** FNV-1a, of which 31 bits (so that its negative is an int32 as well). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value & 0x7fffffff;
}
