import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/contracts/simulated.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { DEFAULT_START, Model } from '../model/model.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { fluence, wellLit } from './fluence.ts';
import { rFactor } from './rfactor.ts';

async function trueModel(): Promise<Model> {
  const scan = simulate({ shape: 24, num_frames: 9, photons: 1e5 });
  const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
  const probe = { ...DEFAULT_START.probe, given: scan.experiment.probe, photons: 'keep' as const };
  model.addScan('s', { ...DEFAULT_START, probe });
  await model.addPackage('s', scan.pack());
  const object = model.object('SsG00');
  const truth = scan.truth(model, 'SsG00');
  model.backend.upload(object.array, { ...truth, shape: [1, ...truth.shape] });
  return model;
}

describe('quality of a model', () => {
  it('is perfect for the truth, and not for anything else', async () => {
    const model = await trueModel();
    expect(await rFactor(model)).toBeLessThan(1e-9);
    model.backend.combine(model.object('SsG00').array, 0.5, 0, model.object('SsG00').array);
    expect(await rFactor(model)).toBeCloseTo(0.5, 9);
  });

  it('counts the photons of all views', async () => {
    const photons = await fluence(await trueModel(), 'SsG00');
    expect(photons.data.reduce((sum, x) => sum + x, 0)).toBeCloseTo(9e5, 3);
    const lit = wellLit(photons, 0.5);
    const [threshold] = [0.5 * Math.max(...photons.data)];
    expect([...lit.data]).toEqual([...photons.data].map((x) => (x > threshold ? 1 : 0)));
  });
});
