import { describe, expect, it } from 'vitest';
import { simulate } from '../../../test/contracts/simulated.ts';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import { createReferenceBackend } from '../../compute/reference/reference.ts';
import { DEFAULT_START, Model } from '../../model/model.ts';
import type { Communicator } from '../../parallel/communicator.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { ViewBatches } from './view-batches.ts';

const scan = simulate({ shape: 8, num_frames: 11 });
const probe = { ...DEFAULT_START.probe, given: scan.roughProbe(0, 1) };

/** A model of two scans, of which rank r of n holds every n-th frame. */
async function load(communicator: Communicator): Promise<Model> {
  const model = new Model({ backend: createReferenceBackend(), communicator });
  const isOwn = (index: number): boolean => index % communicator.size === communicator.rank;
  model.addScan('a', { ...DEFAULT_START, probe });
  model.addScan('b', { ...DEFAULT_START, probe, probeId: 'b', objectId: 'b' });
  await model.addPackage('a', scan.pack(0, 5, isOwn));
  await model.addPackage('b', scan.pack(0, 4, isOwn));
  await model.addPackage('a', scan.pack(5, 11, isOwn));
  return model;
}

/** Views of each batch as `scan index`. */
function drawn(model: Model, count: number, seed: number, iteration: number): string[][] {
  const batches = new ViewBatches(model);
  batches.prepare();
  return batches
    .draw(count, seed, iteration)
    .map((batch) =>
      [...batch].flatMap(([{ scan: label, indices }, views]) =>
        views.map((view) => `${label} ${indices[view]}`),
      ),
    );
}

const ALL = [...Array.from({ length: 11 }, (_, i) => `a ${i}`), ...[0, 1, 2, 3].map((i) => `b ${i}`)].sort();

describe('batches of views', () => {
  it('hold each view once, in parts of about equal size', async () => {
    const model = await load(singleCommunicator());
    const batches = drawn(model, 4, 0, 0);
    expect(batches.flat().sort()).toEqual(ALL);
    expect(batches.map((batch) => batch.length).sort()).toEqual([3, 4, 4, 4]);
    expect(drawn(model, 100, 0, 0).map((batch) => batch.length)).toEqual(ALL.map(() => 1));
  });

  it('differ between iterations and seeds, not between runs', async () => {
    const model = await load(singleCommunicator());
    const first = drawn(model, 4, 0, 0);
    expect(drawn(model, 4, 0, 0)).toEqual(first);
    expect(drawn(model, 4, 0, 1)).not.toEqual(first);
    expect(drawn(model, 4, 1, 0)).not.toEqual(first);
  });

  it('are the same on any number of ranks', async () => {
    const alone = drawn(await load(singleCommunicator()), 4, 3, 2);
    const shares = await onRanks(3, async (communicator) => drawn(await load(communicator), 4, 3, 2));
    const together = alone.map((_, i) => shares.flatMap((share) => share[i]));
    expect(together.map((batch) => batch.sort())).toEqual(alone.map((batch) => batch.sort()));
  });

  it('take in views that come later', async () => {
    const model = await load(singleCommunicator());
    const batches = new ViewBatches(model);
    batches.prepare();
    await model.addPackage('b', scan.pack(4, 11));
    batches.prepare();
    const sizes = batches.draw(2, 0, 0).map((batch) => [...batch.values()].flat().length);
    expect(sizes).toEqual([11, 11]);
  });
});
