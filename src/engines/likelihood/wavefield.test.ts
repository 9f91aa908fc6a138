import { describe, expect, it } from 'vitest';
import { simulate } from '../../../test/contracts/simulated.ts';
import { createReferenceBackend } from '../../compute/reference/reference.ts';
import { DEFAULT_START, Model } from '../../model/model.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { defaults } from '../../params/declare.ts';
import { ML, type MlParameters } from '../../params/engines.ts';
import { createEngine } from '../registry.ts';

const scan = simulate({ shape: 32, num_frames: 25, photons: 1e5, density: 0.15 });
const [rows, cols] = scan.experiment.geometry.shape;

async function load(): Promise<Model> {
  const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
  const given = scan.roughProbe(0.2, 3);
  model.addScan('s', { ...DEFAULT_START, probe: { ...DEFAULT_START.probe, given } });
  await model.addPackage('s', scan.pack());
  return model;
}

async function read(model: Model): Promise<{ object: Float64Array; probe: Float64Array }> {
  const [object, probe] = [model.object('SsG00').array, model.probe('SsG00').array];
  return {
    object: Float64Array.from((await model.backend.read(object)).data),
    probe: Float64Array.from((await model.backend.read(probe)).data),
  };
}

const wanted: MlParameters = {
  ...defaults(ML),
  probe_support: null,
  probe_update_start: 0,
  wavefield_precond: true,
  wavefield_delta_object: 3,
  wavefield_delta_probe: 0.5,
};

describe('the wavefield preconditioner', () => {
  it('divides the first step by the roots of the light', async () => {
    const model = await load();
    const { backend } = model;
    const [{ block, pixels }] = model.blocks;
    const before = await read(model);
    const [probe, object] = [model.probe('SsG00').array, model.object('SsG00').array];
    const onProbe = backend.allocate(probe.shape, 'complex');
    const onObject = backend.allocate(object.shape, 'complex');
    await backend.gradient(
      block,
      probe,
      object,
      { model: 'gaussian', floatingIntensities: false },
      onProbe,
      onObject,
    );
    const gradient = {
      object: (await backend.read(onObject)).data as Float64Array,
      probe: (await backend.read(onProbe)).data as Float64Array,
    };
    // The light, pixel by pixel.
    const width = object.shape[2];
    const { grid } = model.object('SsG00');
    const light = {
      object: new Float64Array(before.object.length / 2),
      probe: new Float64Array(rows * cols),
    };
    for (let view = 0; view < pixels.length / 2; view++) {
      const top = pixels[2 * view] - Math.floor(rows / 2) - grid.first[0];
      const left = pixels[2 * view + 1] - Math.floor(cols / 2) - grid.first[1];
      for (let i = 0; i < rows * cols; i++) {
        const o = (top + Math.floor(i / cols)) * width + left + (i % cols);
        light.object[o] += before.probe[2 * i] ** 2 + before.probe[2 * i + 1] ** 2;
        light.probe[i] += before.object[2 * o] ** 2 + before.object[2 * o + 1] ** 2;
      }
    }
    const direction = {
      object: gradient.object.map((x, i) => -x / Math.sqrt(light.object[i >> 1] + 3)),
      probe: gradient.probe.map((x, i) => -x / Math.sqrt(light.probe[i >> 1] + 0.5)),
    };
    const engine = await createEngine('ML', wanted, { model });
    await engine.initialize();
    await engine.iterate(1);
    const after = await read(model);
    await engine.finalize();
    const step = (what: 'object' | 'probe'): Float64Array => after[what].map((x, i) => x - before[what][i]);
    const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
    const length = dot(step('object'), direction.object) / dot(direction.object, direction.object);
    expect(length).toBeGreaterThan(0);
    for (const what of ['object', 'probe'] as const) {
      const moved = step(what);
      const off = moved.map((x, i) => x - length * direction[what][i]);
      expect(Math.sqrt(dot(off, off) / dot(moved, moved))).toBeLessThan(1e-9);
    }
  });

  it('gets nearer to the frames in the same number of iterations', async () => {
    const losses: number[] = [];
    for (const wavefield_precond of [false, true]) {
      const model = await load();
      const engine = await createEngine(
        'ML',
        { ...defaults(ML), probe_support: null, wavefield_precond },
        { model },
      );
      await engine.initialize();
      const results = await engine.iterate(40);
      await engine.finalize();
      losses.push(results[39].errors.loss ?? NaN);
    }
    expect(losses[1]).toBeLessThan(0.5 * losses[0]);
  });
});
