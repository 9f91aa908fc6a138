import { expect, it } from 'vitest';
import { simulate } from '../../test/contracts/simulated.ts';
import { onRanks } from '../../test/tools/local-ranks.ts';
import { ndarray } from '../array/ndarray.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { DEFAULT_START, Model } from '../model/model.ts';
import { viewFrames } from '../model/view-frames.ts';
import { frameRFactor, frameRFactors } from './frame-rfactors.ts';
import { rFactor } from './rfactor.ts';

const ALL = Array.from({ length: 40 }, (_, i) => i);

const real = (...values: number[]) => ndarray('float64', [1, values.length], Float64Array.from(values));

it('is the part of the amplitudes that the model misses, where pixels count', () => {
  expect(frameRFactor(real(4, 9, 100), real(9, 9, 0), real(1, 2, 0))).toBeCloseTo(1 / 5, 12);
  expect(frameRFactor(real(0), real(1), real(1))).toBeNaN();
});

it('is known of every frame on every rank, and agrees with that of all of them', async () => {
  const scan = simulate({ shape: 16, num_frames: 40, photons: 1e4 });
  const [found, ...others] = await onRanks(2, async (communicator) => {
    const model = new Model({ backend: createReferenceBackend(), communicator });
    const probe = { ...DEFAULT_START.probe, given: scan.experiment.probe };
    model.addScan('a', { ...DEFAULT_START, probe });
    await model.addPackage(
      'a',
      scan.pack(0, 40, (index) => (index % 8 === 0) === (communicator.rank === 0)),
    );
    const each = await frameRFactors(model, 'a');
    const frames = await viewFrames(model, 'a', ALL);
    return { each, frames, whole: await rFactor(model) };
  });
  expect(others[0].each.indices).toEqual([]);
  const { indices, rfactors } = found.each;
  expect(indices.toSorted((a, b) => a - b)).toEqual(ALL);
  const amplitudes = indices.map((index) =>
    Array.from(found.frames[index].measured.data).reduce((sum, value) => sum + Math.sqrt(value), 0),
  );
  const total = amplitudes.reduce((sum, amplitude) => sum + amplitude, 0);
  const mean = rfactors.reduce((sum, rfactor, i) => sum + rfactor * amplitudes[i], 0) / total;
  expect(mean).toBeCloseTo(found.whole, 6);
});
