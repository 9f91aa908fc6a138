/**
 * The state of an engine as it is stored. Exit waves stay with their ranks and come to the master a few views at a time, as the
 * writer asks for them, so that its memory does not grow with the scan.
 */
import { sizeOf, type ComplexDType, type NdArray } from '../../array/ndarray.ts';
import type { EngineState } from '../../engines/engine-state.ts';
import type { Model } from '../../model/model.ts';
import type { ModelBlock } from '../../model/model-block.ts';
import type { StoredExit, StoredState } from '../../ptyr/progress.ts';

/** Bytes of exit waves that travel at once. */
const BATCH_BYTES = 2 ** 23;

/** Views of a block and the shape of their exit waves. */
interface ExitShare {
  readonly scan: string;
  readonly indices: readonly number[];
  /** (modes, rows, cols) */
  readonly shape: readonly number[];
}

/** What the master asks a rank for, of one of its blocks. */
interface Request {
  readonly block: number;
  readonly what: 'phase' | { readonly first: number; readonly count: number };
}

/** A block, and the rank that has it. */
type Place = ExitShare & { readonly rank: number; readonly block: number };

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
  const shares = await communicator.gather(state.exitWaves ? model.blocks.map(exitShare) : []);
  if (shares === undefined) {
    await serve(model);
    return;
  }
  const { numbers, arrays } = state;
  const exit: StoredExit[] = [];
  for (const scan of model.scans.keys()) exit.push(...(await storedExit(model, scan, shares)));
  await write({
    numbers,
    arrays,
    probes: withFields ? await readAll(model, model.probes.values()) : {},
    objects: withFields ? await readAll(model, model.objects.values()) : {},
    exit,
  });
  for (let rank = 1; rank < communicator.size; rank++) await communicator.send(undefined, rank);
}

async function storedExit(
  model: Model,
  scan: string,
  shares: readonly (readonly ExitShare[])[],
): Promise<StoredExit[]> {
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
  // Blocks of a scan have one geometry.
  const phase = await ask<NdArray | undefined>(model, first, 'phase');
  return [{ scan, indices, waves, phase }];
}

async function* slicesOf(
  model: Model,
  blocks: readonly Place[],
  batch: number,
): AsyncGenerator<NdArray<ComplexDType>> {
  for (const place of blocks) {
    const views = place.indices.length;
    for (let first = 0; first < views; first += batch) {
      yield await ask<NdArray<ComplexDType>>(model, place, { first, count: Math.min(batch, views - first) });
    }
  }
}

/** On the master: what a rank answers, which may be the master itself. */
async function ask<T>(model: Model, { rank, block }: Place, what: Request['what']): Promise<T> {
  const { communicator } = model;
  if (rank === communicator.rank) return (await answer(model, { block, what })) as T;
  await communicator.send({ block, what }, rank);
  return communicator.receive<T>(rank);
}

/** Gives the master what it asks for, until it wants no more. */
async function serve(model: Model): Promise<void> {
  const { communicator } = model;
  for (;;) {
    const request = await communicator.receive<Request | undefined>(0);
    if (request === undefined) return;
    await communicator.send(await answer(model, request), 0);
  }
}

async function answer({ backend, blocks }: Model, { block, what }: Request): Promise<NdArray | undefined> {
  const own = blocks[block].block;
  return what === 'phase' ? own.exitPhase : backend.readExit(own, what.first, what.count);
}

function exitShare({ scan, indices, block }: ModelBlock): ExitShare {
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
