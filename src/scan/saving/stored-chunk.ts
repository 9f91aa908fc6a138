/**
 * A chunk as it is stored: the frames of all ranks in the order of their indices. They come to the master a few at a
 * time, as the writer asks for them, so that its memory does not grow with the chunk.
 */
import { astype, itemSize, sizeOf, sliceFirst, type NdArray, type RealDType } from '../../array/ndarray.ts';
import type { Chunk } from '../../frames/chunk.ts';
import type { Slices, StoredChunk } from '../../frames/stored.ts';
import type { Communicator } from '../../parallel/communicator.ts';
import { commonType } from '../../ptyd/reading/read-frames.ts';
import { perFrame, weightKind, type WeightKind } from '../prepare/weights.ts';

/** Bytes of frames that travel at once. */
const BATCH_BYTES = 2 ** 23;

type Stack = 'data' | 'weights';

/** What a rank holds. */
interface Holding {
  readonly frames: number;
  readonly dtype: RealDType;
  readonly weights: WeightKind;
  readonly weightType: RealDType;
}

/** What the master asks a rank for; undefined: nothing more. */
type Request = { readonly stack: Stack; readonly start: number; readonly stop: number } | undefined;

/** Calls `write` on the master with the whole chunk. Collective. */
export async function withStoredChunk(
  chunk: Chunk,
  communicator: Communicator,
  write: (stored: StoredChunk) => Promise<void>,
): Promise<void> {
  const holdings = await communicator.gather(holdingOf(chunk));
  if (holdings === undefined) {
    await serve(chunk, communicator);
    return;
  }
  await write(storedChunk(chunk, chunk, holdings, communicator));
  for (let rank = 1; rank < communicator.size; rank++) await communicator.send(undefined, rank);
}

/** The frames of this rank as a chunk of their own. */
export function ownChunk(chunk: Chunk, num: number): StoredChunk {
  const first = chunk.indices.indexOf(chunk.indicesNode[0]);
  const positions = sliceFirst(chunk.positions, first, first + chunk.indicesNode.length);
  return storedChunk(chunk, { num, indices: chunk.indicesNode, positions }, [holdingOf(chunk)], undefined);
}

function storedChunk(
  chunk: Chunk,
  head: Pick<StoredChunk, 'num' | 'indices' | 'positions'>,
  holdings: readonly Holding[],
  communicator: Communicator | undefined,
): StoredChunk {
  const { num, indices, positions } = head;
  const used = holdings.filter(({ frames }) => frames > 0);
  const weightType = commonWeights(used);
  const slices = <D extends RealDType>(stack: Stack, dtype: D): Slices<D> => ({
    dtype,
    shape: [indices.length, ...chunk.data.shape.slice(1)],
    slices: () => slicesOf(chunk, stack, dtype, holdings, communicator),
  });
  return {
    num,
    indices,
    positions,
    data: slices('data', commonType(used.map(({ dtype }) => dtype))),
    weights: weightType === undefined ? undefined : slices('weights', weightType),
  };
}

async function* slicesOf<D extends RealDType>(
  chunk: Chunk,
  stack: Stack,
  dtype: D,
  holdings: readonly Holding[],
  communicator: Communicator | undefined,
): AsyncGenerator<NdArray<D>> {
  const batch = batchOf(chunk);
  for (const [rank, { frames }] of holdings.entries()) {
    for (let start = 0; start < frames; start += batch) {
      const request = { stack, start, stop: Math.min(frames, start + batch) };
      const isHere = communicator === undefined || rank === communicator.rank;
      if (!isHere) await communicator.send(request, rank);
      const part = isHere ? requested(chunk, request) : await communicator.receive<NdArray<RealDType>>(rank);
      yield astype(part, dtype);
    }
  }
}

/** Gives the master what it asks for, until it wants no more. */
async function serve(chunk: Chunk, communicator: Communicator): Promise<void> {
  for (;;) {
    const request = await communicator.receive<Request>(0);
    if (request === undefined) return;
    await communicator.send(requested(chunk, request), 0);
  }
}

function requested(chunk: Chunk, { stack, start, stop }: NonNullable<Request>): NdArray<RealDType> {
  const array = chunk[stack];
  return array.shape.length === 2 ? perFrame(array, stop - start) : sliceFirst(array, start, stop);
}

function batchOf({ data }: Chunk): number {
  const bytes = sizeOf(data.shape.slice(1)) * itemSize(data.dtype);
  return Math.max(1, Math.floor(BATCH_BYTES / bytes));
}

function holdingOf({ data, weights }: Chunk): Holding {
  return {
    frames: data.shape[0],
    dtype: data.dtype,
    weights: weightKind(weights),
    weightType: weights.dtype,
  };
}

/** Weights are left out when all are 1, and bytes when all are 0 or 1. */
function commonWeights(holdings: readonly Holding[]): RealDType | undefined {
  if (holdings.every(({ weights }) => weights === 'ones')) return undefined;
  const values = holdings.filter(({ weights }) => weights === 'values');
  return values.length === 0 ? 'uint8' : commonType(values.map(({ weightType }) => weightType));
}
