import { expect, it } from 'vitest';
import { simulate } from '../../test/contracts/simulated.ts';
import { onRanks } from '../../test/tools/local-ranks.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { DEFAULT_START, Model } from './model.ts';
import { viewFrames } from './view-frames.ts';

const SCAN = simulate({ shape: 16, num_frames: 12, photons: 1e4 });
const ASKED = [10, 2, 7, 99];

/** A scan in two packages; the rank takes in every so many frames. The start is the true probe. */
async function modelOn(communicator: Communicator): Promise<Model> {
  const model = new Model({ backend: createReferenceBackend(), communicator });
  const own = (index: number): boolean => index % communicator.size === communicator.rank;
  const probe = { ...DEFAULT_START.probe, given: SCAN.experiment.probe };
  model.addScan('a', { ...DEFAULT_START, probe });
  await model.addPackage('a', SCAN.pack(0, 5, own));
  await model.addPackage('a', SCAN.pack(5, 12, own));
  return model;
}

it('gives frames as measured, with where they lie and what the model makes of them', async () => {
  const model = await modelOn(singleCommunicator());
  const frames = await viewFrames(model, 'a', ASKED);
  expect(frames.map(({ index }) => index)).toEqual([10, 2, 7]);
  const { block, indices } = model.blocks[1];
  const modelled = await model.backend.modelIntensities(
    block,
    model.probe('SaG00').array,
    model.object('SaG00').array,
  );
  for (const frame of frames) {
    const { index } = frame;
    expect(frame.scan).toBe('a');
    expect(frame.measured.shape).toEqual([16, 16]);
    expect([...frame.measured.data]).toEqual([...SCAN.experiment.frame(index).data]);
    expect(frame.position).toEqual([...SCAN.experiment.positionsM.data.slice(2 * index, 2 * index + 2)]);
    expect(frame.weights.data.every((weight) => weight === 1)).toBe(true);
    // It travels without the frames beside it.
    expect(frame.measured.data.buffer.byteLength).toBe(frame.measured.data.byteLength);
    const view = indices.indexOf(index);
    if (view === -1) continue;
    expect(frame.model.data).toEqual(modelled.data.slice(256 * view, 256 * (view + 1)));
  }
});

it('gives the master the frames of all ranks', async () => {
  const wanted = await viewFrames(await modelOn(singleCommunicator()), 'a', ASKED);
  const [master, ...others] = await onRanks(3, async (communicator) =>
    viewFrames(await modelOn(communicator), 'a', ASKED),
  );
  expect(master).toEqual(wanted);
  expect(others).toEqual([[], []]);
});
