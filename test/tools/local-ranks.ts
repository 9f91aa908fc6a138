/** Ranks as promises in one process: every collective call meets the same call of the other ranks, as with real ones. */
import { toNumbers, type NdArray } from '../../src/array/ndarray.ts';
import { messageOf, RankError } from '../../src/errors.ts';
import type { Communicator, ReduceOperation } from '../../src/parallel/communicator.ts';

/** One collective call: what each rank brought, and what wakes them up when all are there. */
interface Meeting {
  readonly call: string;
  readonly values: unknown[];
  present: number;
  readonly everyone: Promise<unknown[]>;
  readonly resolve: (values: unknown[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs `work` once per rank, all at the same time, and returns what each gave. The first error on any rank ends all of
 * them and is thrown. Ranks that make different calls, or leave while others wait, are an error too, never a hang.
 */
export async function onRanks<T>(
  size: number,
  work: (communicator: Communicator) => Promise<T>,
): Promise<T[]> {
  const room = new Room(size);
  const runs = Array.from({ length: size }, async (_, rank) => {
    try {
      const result = await work(room.communicator(rank));
      room.leave(rank);
      return result;
    } catch (error) {
      room.fail(error, rank);
      throw error;
    }
  });
  await Promise.allSettled(runs);
  room.throwFirst();
  return Promise.all(runs);
}

class Room {
  readonly #size: number;
  readonly #meetings: Meeting[] = [];
  readonly #calls: number[];
  readonly #left = new Map<number, number>();
  readonly #post = new Map<string, Letters>();
  #failure: { error: unknown; rank: number } | undefined;

  constructor(size: number) {
    this.#size = size;
    this.#calls = new Array<number>(size).fill(0);
  }

  throwFirst(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  fail(error: unknown, rank: number): void {
    this.#failure ??= { error, rank };
    const other = new RankError(`rank ${rank}: ${messageOf(error)}`, rank, { cause: error });
    for (const meeting of this.#meetings) meeting.reject(other);
  }

  leave(rank: number): void {
    this.#left.set(rank, this.#calls[rank]);
    this.#checkLeft();
  }

  #checkLeft(): void {
    for (const [rank, calls] of this.#left) {
      if (calls >= this.#meetings.length) continue;
      this.fail(new Error(`rank ${rank} ended while others wait in ${this.#meetings[calls].call}`), rank);
    }
  }

  async meet<T>(rank: number, call: string, value: T): Promise<T[]> {
    if (this.#failure !== undefined) {
      throw new RankError(messageOf(this.#failure.error), this.#failure.rank);
    }
    const number = this.#calls[rank]++;
    const meeting = (this.#meetings[number] ??= newMeeting(call, this.#size));
    if (meeting.call !== call) {
      const error = new Error(`rank ${rank} calls ${call} where others call ${meeting.call}`);
      this.fail(error, rank);
      throw error;
    }
    meeting.values[rank] = value;
    meeting.present++;
    if (meeting.present === this.#size) meeting.resolve(meeting.values);
    else this.#checkLeft();
    return (await meeting.everyone) as T[];
  }

  /** What `from` sent to `to`, in order. */
  #letters(from: number, to: number): Letters {
    const key = `${from} ${to}`;
    const letters = this.#post.get(key) ?? new Letters();
    this.#post.set(key, letters);
    return letters;
  }

  communicator(rank: number): Communicator {
    const meet = <T>(call: string, value: T): Promise<T[]> => this.meet(rank, call, value);
    // What comes from another rank is a copy, as over any real connection.
    const others = <T>(values: readonly T[]): T[] =>
      values.map((value, i) => (i === rank ? value : structuredClone(value)));
    return {
      rank,
      size: this.#size,
      barrier: async () => {
        await meet('barrier', undefined);
      },
      broadcast: async <T>(value: T, root = 0) => {
        const values = await meet(`broadcast ${root}`, rank === root ? value : undefined);
        return others(values)[root] as T;
      },
      gather: async (value, root = 0) => {
        const values = await meet(`gather ${root}`, value);
        return rank === root ? others(values) : undefined;
      },
      allGather: async (value) => others(await meet('allGather', value)),
      allReduce: async (array, operation = 'sum') => {
        const own = structuredClone(array) as NdArray;
        reduce(array, await meet(`allReduce ${operation} ${array.shape.join('x')}`, own), operation);
        return array;
      },
      send: (value, to) => {
        this.#letters(rank, to).post(structuredClone(value));
        return Promise.resolve();
      },
      receive: <T>(from: number) => this.#letters(from, rank).next() as Promise<T>,
      abort: (error) => {
        this.fail(error, rank);
        throw error;
      },
    };
  }
}

class Letters {
  readonly #values: unknown[] = [];
  readonly #waiting: ((value: unknown) => void)[] = [];

  post(value: unknown): void {
    const resolve = this.#waiting.shift();
    if (resolve === undefined) this.#values.push(value);
    else resolve(value);
  }

  next(): Promise<unknown> {
    if (this.#values.length > 0) return Promise.resolve(this.#values.shift());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function newMeeting(call: string, size: number): Meeting {
  let resolve: Meeting['resolve'] = () => undefined;
  let reject: Meeting['reject'] = () => undefined;
  const everyone = new Promise<unknown[]>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Rejected also when nobody waits.
  everyone.catch(() => undefined);
  return { call, values: new Array<unknown>(size).fill(undefined), present: 0, everyone, resolve, reject };
}

function reduce(target: NdArray, parts: readonly NdArray[], operation: ReduceOperation): void {
  const numbers = parts.map(toNumbers);
  const combine = { sum: (a: number, b: number) => a + b, min: Math.min, max: Math.max }[operation];
  const data = target.data as Float64Array;
  for (let i = 0; i < data.length; i++)
    data[i] = numbers.map((part) => part[i]).reduce((a, b) => combine(a, b));
}
