/** The whole way on a known answer: 141 noise-free frames of 128², 60 DM and 40 ML iterations from a rough probe. */
import { describe, expect, it } from 'vitest';
import { ndarray } from '../../src/array/ndarray.ts';
import { createReferenceBackend } from '../../src/compute/reference/reference.ts';
import { createEngine } from '../../src/engines/registry.ts';
import { DEFAULT_START, Model } from '../../src/model/model.ts';
import { singleCommunicator } from '../../src/parallel/single.ts';
import { defaults } from '../../src/params/declare.ts';
import { DM, ML } from '../../src/params/engines.ts';
import { alignObjects } from '../../src/quality/align.ts';
import { fluence, wellLit } from '../../src/quality/fluence.ts';
import { rFactor } from '../../src/quality/rfactor.ts';
import { simulate } from '../contracts/simulated.ts';

describe('MoonFlower', () => {
  it('is recovered within 3 % in the well-lit region, R-factor below 1 %, from a rough probe', async () => {
    const scan = simulate({ shape: 128, num_frames: 141, photons: 1e8 });
    const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
    model.addScan('s', {
      ...DEFAULT_START,
      probe: { ...DEFAULT_START.probe, given: scan.roughProbe(0.3, 5) },
    });
    await model.addPackage('s', scan.pack());
    // Without noise the power bound, below which the difference map leaves a view alone, must be small.
    const dm = { ...defaults(DM), numiter: 60, fourier_relax_factor: 0.01 };
    const ml = { ...defaults(ML), numiter: 40, probe_update_start: 0, scale_precond: true };
    for (const engine of [await createEngine('DM', dm, { model }), await createEngine('ML', ml, { model })]) {
      await engine.initialize();
      await engine.iterate(engine.numiter);
      await engine.finalize();
    }
    const object = await model.backend.read(model.object('SsG00').array);
    const truth = scan.truth(model, 'SsG00');
    const region = wellLit(await fluence(model, 'SsG00'), 0.1);
    const flat = ndarray('complex128', truth.shape, Float64Array.from(object.data));
    const { error } = alignObjects(flat, truth, { region });
    const r = await rFactor(model);
    console.log(`object error ${(100 * error).toFixed(2)} %, R-factor ${(100 * r).toFixed(3)} %`);
    expect(error).toBeLessThan(0.03);
    expect(r).toBeLessThan(0.01);
  });
});
