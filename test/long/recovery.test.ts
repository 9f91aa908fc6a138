/** Every engine on a known answer: 120 frames of 64² on the wasm backend, from a rough probe. */
import { describe, expect, it } from 'vitest';
import { ndarray } from '../../src/array/ndarray.ts';
import { createWasmBackend } from '../../src/compute/wasm/wasm.ts';
import type { Engine, EngineContext } from '../../src/engines/engine.ts';
import { createEngine } from '../../src/engines/registry.ts';
import { DEFAULT_START, Model } from '../../src/model/model.ts';
import { singleCommunicator } from '../../src/parallel/single.ts';
import { defaults } from '../../src/params/declare.ts';
import { DM, EPIE, LSQML, ML, RAAR, RPIE } from '../../src/params/engines.ts';
import { alignObjects } from '../../src/quality/align.ts';
import { fluence, wellLit } from '../../src/quality/fluence.ts';
import { rFactor } from '../../src/quality/rfactor.ts';
import { simulate, type Simulated } from '../contracts/simulated.ts';

const SIZE = { shape: 64, num_frames: 120, density: 0.1 };
const probe_support = null;

type Create = (context: EngineContext) => Promise<Engine>;

/** Without noise the power bound, below which a view is left alone, must be small. */
const exact = { probe_support, fourier_relax_factor: 0.005 };

const ENGINES: readonly [string, number, number, readonly Create[]][] = [
  ['DM', 400, 0.02, [(c) => createEngine('DM', { ...defaults(DM), ...exact, numiter: 400 }, c)]],
  ['RAAR', 400, 0.02, [(c) => createEngine('RAAR', { ...defaults(RAAR), ...exact, numiter: 400 }, c)]],
  ['EPIE', 400, 0.04, [(c) => createEngine('EPIE', { ...defaults(EPIE), probe_support, numiter: 400 }, c)]],
  ['RPIE', 400, 0.04, [(c) => createEngine('RPIE', { ...defaults(RPIE), probe_support, numiter: 400 }, c)]],
  [
    'LSQML',
    200,
    0.02,
    [(c) => createEngine('LSQML', { ...defaults(LSQML), probe_support, numiter: 200 }, c)],
  ],
  [
    'ML',
    400,
    0.02,
    [
      (c) =>
        createEngine(
          'ML',
          { ...defaults(ML), probe_support, numiter: 400, probe_update_start: 0, scale_precond: true },
          c,
        ),
    ],
  ],
  [
    'DM, then ML',
    400,
    0.012,
    [
      (c) => createEngine('DM', { ...defaults(DM), ...exact, numiter: 200 }, c),
      (c) =>
        createEngine(
          'ML',
          { ...defaults(ML), probe_support, numiter: 200, probe_update_start: 0, scale_precond: true },
          c,
        ),
    ],
  ],
];

async function reconstruct(scan: Simulated, engines: readonly Create[]) {
  const model = new Model({ backend: createWasmBackend(), communicator: singleCommunicator() });
  const probe = { ...DEFAULT_START.probe, given: scan.roughProbe(0.3, 5) };
  model.addScan('s', { ...DEFAULT_START, probe });
  await model.addPackage('s', scan.pack());
  let photon = NaN;
  for (const create of engines) {
    const engine = await create({ model });
    await engine.initialize();
    const results = await engine.iterate(engine.numiter);
    photon = results[results.length - 1].errors.photon ?? NaN;
    await engine.finalize();
  }
  const object = await model.backend.read(model.object('SsG00').array);
  const truth = scan.truth(model, 'SsG00');
  const region = wellLit(await fluence(model, 'SsG00'), 0.1);
  const flat = ndarray('complex128', truth.shape, Float64Array.from(object.data));
  const { error } = alignObjects(flat, truth, { region });
  return { error, photon, model, r: await rFactor(model) };
}

describe('a noise-free object from a rough probe', () => {
  it.each(ENGINES)('%s within %d iterations to %d', async (name, _iterations, limit, engines) => {
    const { error, r } = await reconstruct(simulate({ ...SIZE, photons: 1e8 }), engines);
    console.log(`${name}: object error ${(100 * error).toFixed(2)} %, R-factor ${(100 * r).toFixed(3)} %`);
    expect(error).toBeLessThan(limit);
  });
});

describe('photon noise', () => {
  it('ends at the photon limit: χ² per measured pixel between 0.85 and 1.05', async () => {
    const scan = simulate({ ...SIZE, photons: 1e7, add_poisson_noise: true });
    const ml = { ...defaults(ML), probe_support, probe_update_start: 0, scale_precond: true };
    const { error, photon, model } = await reconstruct(scan, [
      (c) => createEngine('DM', { ...defaults(DM), probe_support, numiter: 150 }, c),
      (c) => createEngine('ML', { ...ml, ML_type: 'poisson', numiter: 250 }, c),
    ]);
    const chi = await reducedChi(model, scan);
    console.log(
      `χ² per pixel that counts ${chi.toFixed(3)}, of all ${photon.toFixed(3)}; object ${(100 * error).toFixed(2)} %`,
    );
    expect(chi).toBeGreaterThan(0.85);
    expect(chi).toBeLessThan(1.05);
  });
});

/** Σ(M − I)²/M over pixels that count some photons, by their number: 1 for the true model, whatever it is. */
async function reducedChi(model: Model, scan: Simulated): Promise<number> {
  let sum = 0;
  let count = 0;
  for (const { block, indices, probeId, objectId } of model.blocks) {
    const { data } = await model.backend.modelIntensities(
      block,
      model.probe(probeId).array,
      model.object(objectId).array,
    );
    indices.forEach((index, view) => {
      const frame = scan.experiment.frame(index).data;
      for (let i = 0; i < frame.length; i++) {
        const expected = data[view * frame.length + i];
        if (expected < 2) continue;
        sum += (expected - frame[i]) ** 2 / expected;
        count++;
      }
    });
  }
  return sum / count;
}
