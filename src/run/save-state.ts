/**
 * The state of an engine as it is stored. Exit waves stay with their ranks and come to the master a few views at a time, as the
 * writer asks for them, so that its memory does not grow with the scan.
 */
import { sizeOf, type ComplexDType, type NdArray } from '../array/ndarray.ts';
import type { EngineState } from '../engines/engine-state.ts';
import type { Model, ModelBlock } from '../model/model.ts';
import type { StoredExit, StoredState } from '../ptyr/progress.ts';

/** Bytes of exit waves that travel at once. */
const BATCH_BYTES = 2 ** 23;

/** Views of a block and the shape of their exit waves. */
interface Share {
  readonly scan: string;
  readonly indices: readonly number[];
  /** (modes, rows, cols) */
  readonly shape: readonly number[];
}

/** What the master asks a rank for: exit waves of one of its blocks; undefined: nothing more. */
type Request = { readonly block: number; readonly first: number; readonly count: number } | undefined;

/**
 * Calls `write` on the master with the state. Probes and objects are in it if `withFields`: where the file holds them with
 * fewer digits than they are computed with. Collective.
 */
export async function withStoredState(
  model: Model,
  state: EngineState,
  withFields: boolean,
  write: (stored: StoredState) => Promise<void>,
): Promise<void> {
  const { communicator } = model;
  const shares = await communicator.gather(state.exitWaves ? model.blocks.map(shareOf) : []);
  if (shares === undefined) {
    await serve(model);
    return;
  }
  const { numbers, arrays } = state;
  await write({
    numbers,
    arrays,
    probes: withFields ? await readAll(model, model.probes.values()) : {},
    objects: withFields ? await readAll(model, model.objects.values()) : {},
    exit: [...model.scans.keys()].flatMap((scan) => storedExit(model, scan, shares)),
  });
  for (let rank = 1; rank < communicator.size; rank++) await communicator.send(undefined, rank);
}

function storedExit(model: Model, scan: string, shares: readonly (readonly Share[])[]): StoredExit[] {
  const blocks = shares.flatMap((all, rank) =>
    all.map((share, block) => ({ ...share, rank, block })).filter((share) => share.scan === scan),
  );
  const first = blocks.at(0);
  if (first === undefined) return [];
  const indices = blocks.flatMap((share) => share.indices);
  const dtype: ComplexDType = model.backend.precision === 'single' ? 'complex64' : 'complex128';
  const bytes = sizeOf(first.shape) * (dtype === 'complex64' ? 8 : 16);
  const batch = Math.max(1, Math.floor(BATCH_BYTES / bytes));
  const waves = {
    dtype,
    shape: [indices.length, ...first.shape],
    slices: () => slicesOf(model, blocks, batch),
  };
  return [{ scan, indices, waves }];
}

async function* slicesOf(
  model: Model,
  blocks: readonly { readonly rank: number; readonly block: number; readonly indices: readonly number[] }[],
  batch: number,
): AsyncGenerator<NdArray<ComplexDType>> {
  const { communicator } = model;
  for (const { rank, block, indices } of blocks) {
    for (let first = 0; first < indices.length; first += batch) {
      const request = { block, first, count: Math.min(batch, indices.length - first) };
      if (rank === communicator.rank) {
        yield await wavesOf(model, request);
      } else {
        await communicator.send(request, rank);
        yield await communicator.receive<NdArray<ComplexDType>>(rank);
      }
    }
  }
}

/** Gives the master what it asks for, until it wants no more. */
async function serve(model: Model): Promise<void> {
  const { communicator } = model;
  for (;;) {
    const request = await communicator.receive<Request>(0);
    if (request === undefined) return;
    await communicator.send(await wavesOf(model, request), 0);
  }
}

function wavesOf(
  { backend, blocks }: Model,
  { block, first, count }: NonNullable<Request>,
): Promise<NdArray<ComplexDType>> {
  return backend.readExit(blocks[block].block, first, count);
}

function shareOf({ scan, indices, block }: ModelBlock): Share {
  return { scan, indices, shape: [block.modes.length, ...block.frameShape] };
}

async function readAll(
  { backend }: Model,
  storages: Iterable<{ readonly id: string; readonly array: Parameters<typeof backend.read>[0] }>,
): Promise<Record<string, NdArray>> {
  const arrays: Record<string, NdArray> = {};
  for (const { id, array } of storages) arrays[id] = await backend.read(array);
  return arrays;
}
