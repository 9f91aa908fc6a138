/** Probes larger than the field of view of the frames: measured pixels are sums of pixels of a finer pattern. */
import { describe, expect, it } from 'vitest';
import { longTest } from '../../test/tools/sampled.ts';
import { simulate, type Simulated } from '../../test/contracts/simulated.ts';
import { ndarray } from '../array/ndarray.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { createWasmBackend } from '../compute/wasm/wasm.ts';
import { createEngine, ENGINE_NAMES } from '../engines/registry.ts';
import type { DataPackage } from '../frames/package.ts';
import { createGeometry } from '../geometry/propagation.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { defaults } from '../params/declare.ts';
import { DM, ML } from '../params/engines.ts';
import { alignObjects } from '../quality/align.ts';
import { fluence, wellLit } from '../quality/fluence.ts';
import { rFactor } from '../quality/rfactor.ts';
import { DEFAULT_START, Model } from './model.ts';

/** The moon is 42 pixels wide; frames binned by two see 32. */
const SCAN = simulate({ shape: 64, num_frames: 60, photons: 1e7, density: 0.1 });

/** What a detector with pixels twice as large measures. */
function binned(scan: Simulated, start = 0, stop = scan.frames): DataPackage {
  const { common, chunk, ...rest } = scan.pack(start, stop);
  const [n, rows, cols] = chunk.data.shape;
  const shape = [rows / 2, cols / 2] as const;
  const data = new Float64Array((n * rows * cols) / 4);
  chunk.data.data.forEach((value, i) => {
    const row = Math.floor(i / cols) % rows;
    const frame = Math.floor(i / (rows * cols));
    data[(frame * shape[0] + (row >> 1)) * shape[1] + ((i % cols) >> 1)] += value;
  });
  return {
    ...rest,
    common: {
      ...common,
      shape,
      psize: [2 * scan.experiment.geometry.psizeM[0], 2 * scan.experiment.geometry.psizeM[1]],
      // Middles of pixels count: pixel 32 is a quarter of a large pixel before the middle of 16.
      center: [(common.center[0] - 0.5) / 2, (common.center[1] - 0.5) / 2],
    },
    chunk: {
      ...chunk,
      data: ndarray('float64', [n, ...shape], data),
      weights: ndarray('bool', shape, new Uint8Array(shape[0] * shape[1]).fill(1)),
    },
  };
}

describe('resample', () => {
  it('gives waves the geometry of a finer detector: same sample pixel, larger field of view', () => {
    const { common } = binned(SCAN);
    const { geometry } = SCAN.experiment;
    const fine = createGeometry(common, 2);
    expect(fine.shape).toEqual([64, 64]);
    expect(fine.center).toEqual(geometry.center);
    expect(fine.psizeM[0]).toBeCloseTo(geometry.psizeM[0], 18);
    expect(fine.resolutionM[0]).toBeCloseTo(createGeometry(common).resolutionM[0], 20);
    const near = createGeometry({ ...common, propagation: 'nearfield' }, 2);
    expect(near.resolutionM[0]).toBeCloseTo((common.psize?.[0] ?? NaN) / 2, 18);
  });

  it('models measured pixels as sums: the truth explains the frames, in one package or two', async () => {
    const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
    const probe = { ...DEFAULT_START.probe, given: SCAN.experiment.probe, photons: 'keep' as const };
    model.addScan('s', { ...DEFAULT_START, probe, resample: 2 });
    await model.addPackage('s', binned(SCAN, 0, 10));
    await model.addPackage('s', binned(SCAN, 10, 20));
    const object = model.object('SsG00');
    const truth = SCAN.truth(model, 'SsG00');
    model.backend.upload(object.array, ndarray('complex128', object.array.shape, truth.data));
    expect(await rFactor(model)).toBeLessThan(1e-9);
    expect(model.blocks[0].framePixels).toBe(32 * 32);
  });

  const ROUGH = { ...DEFAULT_START.probe, given: SCAN.roughProbe(0.3, 1) };

  it.each(ENGINE_NAMES)('works with %s', async (name) => {
    const model = new Model({ backend: createWasmBackend(), communicator: singleCommunicator() });
    model.addScan('s', { ...DEFAULT_START, probe: ROUGH, resample: 2 });
    await model.addPackage('s', binned(SCAN));
    const before = await rFactor(model);
    const engine = await createEngine(name, { numiter: 10, probe_update_start: 0 }, { model });
    await engine.initialize();
    const results = await engine.iterate(10);
    await engine.finalize();
    expect(results.at(-1)?.errors.photon).toSatisfy(Number.isFinite);
    expect(await rFactor(model)).toBeLessThan(0.7 * before);
    model.dispose();
  });

  async function reconstruct(resample: number): Promise<number> {
    const model = new Model({ backend: createWasmBackend(), communicator: singleCommunicator() });
    model.addScan('s', { ...DEFAULT_START, resample });
    await model.addPackage('s', binned(SCAN));
    for (const engine of [
      await createEngine('DM', { ...defaults(DM), numiter: 60 }, { model }),
      await createEngine('ML', { ...defaults(ML), numiter: 60 }, { model }),
    ]) {
      await engine.initialize();
      await engine.iterate(engine.numiter);
      await engine.finalize();
    }
    const { data } = await model.backend.read(model.object('SsG00').array);
    const truth = SCAN.truth(model, 'SsG00');
    const region = wellLit(await fluence(model, 'SsG00'), 0.3);
    const { error } = alignObjects(ndarray('complex128', truth.shape, Float64Array.from(data)), truth, {
      region,
    });
    model.dispose();
    return error;
  }

  longTest('finds an object that a smaller field of view cannot show', async () => {
    const fine = await reconstruct(2);
    const coarse = await reconstruct(1);
    expect(fine).toBeLessThan(0.05);
    expect(coarse).toBeGreaterThan(0.2);
  });
});
