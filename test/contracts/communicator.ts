/**
 * What every communicator must do. Each case runs on all ranks at once; plain assertions, because ranks are threads and
 * processes outside of the test runner.
 */
import assert from 'node:assert/strict';
import { ndarray, zeros, type NdArray } from '../../src/array/ndarray.ts';
import type { Communicator, Reducible, ReduceOperation } from '../../src/parallel/communicator.ts';

type Case = (communicator: Communicator) => Promise<void>;

const OPERATIONS: readonly ReduceOperation[] = ['sum', 'min', 'max'];
/** Around and beyond the pieces in which arrays travel. */
const LENGTHS = [0, 1, 2, 7, 1000, 131_072, 262_144, 262_145, 700_001];

export const COMMUNICATOR_CASES: Readonly<Record<string, Case>> = {
  'ranks are numbered from 0': async ({ rank, size, ...communicator }) => {
    assert.ok(rank >= 0 && rank < size);
    const all = await communicator.allGather(rank);
    assert.deepEqual(
      all,
      Array.from({ length: size }, (_, i) => i),
    );
  },

  'a barrier holds everyone until the last has come': async ({ rank, size, ...communicator }) => {
    for (let last = 0; last < size; last++) {
      const until = performance.timeOrigin + performance.now() + (rank === last ? 20 : 0);
      while (performance.timeOrigin + performance.now() < until);
      const entered = performance.timeOrigin + performance.now();
      await communicator.barrier();
      const left = performance.timeOrigin + performance.now();
      const latest = Math.max(...(await communicator.allGather(entered)));
      // Clocks of threads and processes agree to some microseconds.
      assert.ok(left > latest - 0.5, `left ${latest - left} ms before the last had come`);
    }
  },

  'a broadcast brings the root’s value to all': async ({ rank, size, ...communicator }) => {
    for (let root = 0; root < size; root++) {
      assert.deepEqual(
        await communicator.broadcast(rank === root ? valueOf(root) : 'ignored', root),
        valueOf(root),
      );
    }
    const large = await communicator.broadcast(rank === 0 ? ramp('float32', 3_000_000, 1) : undefined);
    assert.deepEqual(large, ramp('float32', 3_000_000, 1));
    const nothing: unknown = await communicator.broadcast<unknown>(undefined);
    assert.equal(nothing, undefined);
  },

  'a gather brings all values to the root alone': async ({ rank, size, ...communicator }) => {
    for (let root = 0; root < size; root++) {
      const values = await communicator.gather(valueOf(rank), root);
      if (rank === root)
        assert.deepEqual(
          values,
          Array.from({ length: size }, (_, i) => valueOf(i)),
        );
      else assert.equal(values, undefined);
    }
    const unequal = await communicator.gather(new Float64Array(rank * 1000).fill(rank));
    if (rank === 0) {
      assert.deepEqual(
        unequal?.map(({ length }) => length),
        Array.from({ length: size }, (_, i) => i * 1000),
      );
    }
  },

  'an allGather brings all values to all': async ({ rank, size, ...communicator }) => {
    assert.deepEqual(
      await communicator.allGather(valueOf(rank)),
      Array.from({ length: size }, (_, i) => valueOf(i)),
    );
    assert.deepEqual(await communicator.allGather(undefined), new Array(size).fill(undefined));
  },

  'allReduce works on every type, operation and length': async (communicator) => {
    const { rank, size } = communicator;
    for (const dtype of ['float32', 'float64', 'int32'] as const) {
      for (const operation of OPERATIONS) {
        for (const length of LENGTHS) {
          const array = ramp(dtype, length, rank + 1);
          assert.equal(await communicator.allReduce(array, operation), array);
          const factor = { sum: (size * (size + 1)) / 2, min: 1, max: size }[operation];
          const expected = ramp(dtype, length, factor);
          // Whole numbers of this size are exact in every type.
          assert.deepEqual(array, expected, `${operation} of ${length} ${dtype}`);
        }
      }
    }
  },

  'allReduce sums complex arrays and gives the same bits everywhere, every time': async (communicator) => {
    const { rank } = communicator;
    for (const dtype of ['complex64', 'complex128'] as const) {
      const fresh = (): NdArray<typeof dtype> => {
        const data = dtype === 'complex64' ? new Float32Array(200_000) : new Float64Array(200_000);
        for (let i = 0; i < data.length; i++) data[i] = Math.sin(i * (rank + 1)) * 10 ** (i % 7);
        return ndarray(dtype, [100_000], data as never);
      };
      const [first, again] = [fresh(), fresh()];
      await communicator.allReduce(first);
      await communicator.allReduce(again);
      assert.deepEqual(again, first);
      for (const other of await communicator.allGather(first.data)) assert.deepEqual(other, first.data);
    }
  },

  'allReduce leaves what lies beside a view alone': async (communicator) => {
    const { rank, size } = communicator;
    const all = new Float32Array(30).fill(rank + 1);
    await communicator.allReduce(ndarray('float32', [10], all.subarray(10, 20)));
    const sum = (size * (size + 1)) / 2;
    assert.deepEqual(
      all,
      Float32Array.from({ length: 30 }, (_, i) => (i >= 10 && i < 20 ? sum : rank + 1)),
    );
  },

  'messages keep their order, both ways, whatever their size': async ({ rank, size, ...communicator }) => {
    if (size === 1) return;
    const [next, before] = [(rank + 1) % size, (rank + size - 1) % size];
    const sizes = [0, 1, 3_000_000, 10, 1_000_000];
    for (const bytes of sizes) {
      const letter = { from: rank, bytes: new Uint8Array(bytes).fill(rank) };
      // Whoever sends first may have to wait for a receiver: even ranks begin, and the last of an odd ring after them.
      if (rank % 2 === 0 && rank !== size - 1) {
        await communicator.send(letter, next);
        assert.deepEqual(await communicator.receive(before), {
          from: before,
          bytes: new Uint8Array(bytes).fill(before),
        });
      } else {
        assert.deepEqual(await communicator.receive(before), {
          from: before,
          bytes: new Uint8Array(bytes).fill(before),
        });
        await communicator.send(letter, next);
      }
    }
    if (rank === 0) for (let i = 0; i < 20; i++) await communicator.send(i, 1);
    if (rank === 1) for (let i = 0; i < 20; i++) assert.equal(await communicator.receive(0), i);
  },

  'what is sent is a copy': async ({ rank, size, ...communicator }) => {
    const value = { numbers: new Float64Array(3) };
    const got = await communicator.broadcast(value);
    got.numbers.fill(rank + 1);
    await communicator.barrier();
    const all = await communicator.allGather(got);
    assert.deepEqual(
      all.map(({ numbers }) => numbers[0]),
      Array.from({ length: size }, (_, i) => i + 1),
    );
  },

  'a part of a large array travels without the rest': async ({ rank, size, ...communicator }) => {
    if (size === 1) return;
    const part = new Float64Array(1_000_000).fill(1).subarray(10, 20);
    const value = rank === 0 ? { map: new Map([['part', [part]]]) } : undefined;
    const received = (await communicator.broadcast(value))?.map.get('part')?.[0];
    assert.deepEqual(received, part.slice());
    // It may lie in the message that brought it.
    if (rank > 0) assert.ok(received.buffer.byteLength < 10_000, `${received.buffer.byteLength} bytes came`);
  },

  'ranks that wait long leave their core': async ({ rank, size, ...communicator }) => {
    if (size === 1) return;
    const waits = {
      barrier: () => communicator.barrier(),
      receive: async () => {
        if (rank === 0) await communicator.send('late', 1);
        if (rank === 1) await communicator.receive(0);
      },
    };
    for (const [name, wait] of Object.entries(waits)) {
      await communicator.barrier();
      const before = process.cpuUsage();
      if (rank === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      await wait();
      const { user, system } = process.cpuUsage(before);
      const busyMs = (user + system) / 1000;
      assert.ok(busyMs < 250, `${name}: busy for ${busyMs} of 500 ms`);
    }
  },

  'ranks that are not there are refused': async ({ rank, size, ...communicator }) => {
    await assert.rejects(
      communicator.broadcast(1, size),
      new RegExp(`no rank ${size}: ranks are 0…${size - 1}`),
    );
    await assert.rejects(communicator.gather(1, -1), /no rank -1/);
    await assert.rejects(communicator.send(1, rank), /with itself/);
    await assert.rejects(communicator.receive(size), /no rank/);
  },

  'ranks that make different calls are told so, and may go on': async ({ rank, size, ...communicator }) => {
    if (size === 1) return;
    const different = rank === size - 1 ? communicator.allGather(1) : communicator.barrier();
    await assert.rejects(different, /makes another call/);
    const length = rank === 0 ? 10 : 11;
    await assert.rejects(communicator.allReduce(ramp('float64', length, 1)), /of 1[01] float64/);
    await communicator.barrier();
  },
};

function valueOf(rank: number): unknown {
  return {
    rank,
    text: `rank ${rank} µ`,
    nothing: null,
    missing: undefined,
    numbers: [NaN, -0, Infinity, 1e300],
    big: 2n ** 62n,
    map: new Map([[rank, new Set(['a'])]]),
    frames: ndarray('uint16', [2, 2], Uint16Array.of(rank, 1, 2, 65535)),
  };
}

/** 0, factor, 2·factor, … 99,999·factor and again: sums of all ranks are exact in single precision. */
function ramp<D extends 'float32' | 'float64' | 'int32'>(
  dtype: D,
  length: number,
  factor: number,
): NdArray<D> & Reducible {
  const array = zeros(dtype, [length]) as NdArray<D> & Reducible;
  for (let i = 0; i < length; i++) array.data[i] = (i % 100_000) * factor;
  return array;
}

/** Runs all cases; the master reports each that passed. Rejects with the first failure. */
export async function runCommunicatorCases(
  communicator: Communicator,
  passed: (name: string) => void,
): Promise<void> {
  for (const [name, run] of Object.entries(COMMUNICATOR_CASES)) {
    try {
      await run(communicator);
      await communicator.barrier();
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    if (communicator.rank === 0) passed(name);
  }
}
