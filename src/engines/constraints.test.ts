/** Engines keep what they are asked to keep: support and place of the probe, amplitudes of the object. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/contracts/simulated.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { DEFAULT_START, Model } from '../model/model.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { defaults } from '../params/declare.ts';
import { EPIE, LSQML, RPIE } from '../params/engines.ts';
import type { ConstraintParameters } from './constraints.ts';
import type { Engine } from './engine.ts';
import { supportMask } from './probe-support.ts';
import { createEngine } from './registry.ts';

const SIZE = 32;
const scan = simulate({ shape: SIZE, num_frames: 12, photons: 1e5, density: 0.15 });
const ASKED: ConstraintParameters = { probe_support: 0.6, probe_center_tol: 0.6, clip_object: [0.9, 1.05] };

type Given = Partial<ConstraintParameters & { readonly probe_update_start: number }>;

const ENGINES: [string, (model: Model, parameters: Given) => Promise<Engine>][] = [
  ['EPIE', (model, given) => createEngine('EPIE', { ...defaults(EPIE), ...given }, { model })],
  ['RPIE', (model, given) => createEngine('RPIE', { ...defaults(RPIE), ...given }, { model })],
  ['LSQML', (model, given) => createEngine('LSQML', { ...defaults(LSQML), ...given }, { model })],
];

/** A model whose probe starts four rows and three columns off. */
async function load(): Promise<Model> {
  const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
  const given = scan.roughProbe(0.2, 3);
  model.addScan('s', { ...DEFAULT_START, probe: { ...DEFAULT_START.probe, given } });
  await model.addPackage('s', scan.pack());
  model.backend.roll(model.probe('SsG00').array, 4, 3);
  return model;
}

describe.each(ENGINES)('%s', (_name, create) => {
  it('keeps probe and object within what is asked for', async () => {
    const model = await load();
    const engine = await create(model, ASKED);
    await engine.initialize();
    await engine.iterate(3);
    await engine.finalize();
    const { array } = model.probe('SsG00');
    const probe = await model.backend.read(array);
    const object = await model.backend.read(model.object('SsG00').array);
    const [row, col] = await model.backend.centerOfMass(array);
    expect(Math.hypot(row - SIZE / 2, col - SIZE / 2)).toBeLessThan(1);
    // Centring moves by whole pixels what the support had cut before.
    const outside = supportMask([SIZE, SIZE], 0.9).data.map((inside) => 1 - inside);
    outside.forEach((isOutside, i) => {
      if (isOutside === 1) expect(Math.hypot(probe.data[2 * i], probe.data[2 * i + 1])).toBe(0);
    });
    for (let i = 0; i < object.data.length; i += 2) {
      const amplitude = Math.hypot(object.data[i], object.data[i + 1]);
      expect(amplitude).toBeGreaterThan(0.9 - 1e-12);
      expect(amplitude).toBeLessThan(1.05 + 1e-12);
    }
  });

  it('leaves the probe alone before its start', async () => {
    const model = await load();
    const before = await model.backend.read(model.probe('SsG00').array);
    const engine = await create(model, { ...ASKED, probe_update_start: 2 });
    await engine.initialize();
    await engine.iterate(2);
    expect((await model.backend.read(model.probe('SsG00').array)).data).toEqual(before.data);
    await engine.iterate(1);
    expect((await model.backend.read(model.probe('SsG00').array)).data).not.toEqual(before.data);
    await engine.finalize();
  });
});
