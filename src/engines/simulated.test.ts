/** Difference map and maximum likelihood find a simulated object again from a rough probe. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/contracts/simulated.ts';
import { ndarray } from '../array/ndarray.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { DEFAULT_START, Model } from '../model/model.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { defaults } from '../params/declare.ts';
import { DM, ML } from '../params/engines.ts';
import { alignObjects } from '../quality/align.ts';
import { fluence, wellLit } from '../quality/fluence.ts';
import { rFactor } from '../quality/rfactor.ts';
import { createEngine } from './registry.ts';

const SIZE = { shape: 48, num_frames: 80, density: 0.1 };

async function reconstruct(scan: ReturnType<typeof simulate>) {
  const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
  model.addScan('s', { ...DEFAULT_START, probe: { ...DEFAULT_START.probe, given: scan.roughProbe(0.3, 5) } });
  await model.addPackage('s', scan.pack());
  const dm = await createEngine('DM', { ...defaults(DM), numiter: 60, probe_support: null }, { model });
  await dm.initialize();
  await dm.iterate(60);
  await dm.finalize();
  const ml = await createEngine('ML', { ...defaults(ML), numiter: 40, probe_support: null }, { model });
  await ml.initialize();
  const results = await ml.iterate(40);
  await ml.finalize();
  const object = await model.backend.read(model.object('SsG00').array);
  const truth = scan.truth(model, 'SsG00');
  const region = wellLit(await fluence(model, 'SsG00'), 0.1);
  const flat = ndarray('complex128', truth.shape, Float64Array.from(object.data));
  return { model, last: results[results.length - 1], ...alignObjects(flat, truth, { region }) };
}

describe('simulated reconstruction', () => {
  it('recovers a noise-free object to 2 % in the well-lit region', async () => {
    const { error, model } = await reconstruct(simulate({ ...SIZE, photons: 1e7 }));
    expect(error).toBeLessThan(0.02);
    expect(await rFactor(model)).toBeLessThan(0.06);
  });

  it('reaches the photon limit with noise', async () => {
    const { error, last } = await reconstruct(simulate({ ...SIZE, photons: 2e6, add_poisson_noise: true }));
    expect(error).toBeLessThan(0.1);
    // χ² per pixel, Σ(M − I)²/(I + 1)/N: 1 where counts are high, less where most pixels hold 0 or 1.
    expect(last.errors.photon).toBeGreaterThan(0.2);
    expect(last.errors.photon).toBeLessThan(1.05);
  });

  it('works in the near field', async () => {
    const params = { ...SIZE, photons: 1e7, propagation: 'nearfield' as const, psize: 1e-7, distance: 2e-3 };
    const { error } = await reconstruct(simulate(params));
    // Slow variations of the object hardly show in near-field frames and are found last.
    expect(error).toBeLessThan(0.1);
  });
});
