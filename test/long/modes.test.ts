/** Partially coherent light: frames that are the sum of those of two probes are explained by two probe modes, and not by one. */
import { expect, it } from 'vitest';
import { ndarray, type NdArray } from '../../src/array/ndarray.ts';
import { createReferenceBackend } from '../../src/compute/reference/reference.ts';
import { createWasmBackend } from '../../src/compute/wasm/wasm.ts';
import { createEngine } from '../../src/engines/registry.ts';
import type { DataPackage } from '../../src/frames/package.ts';
import { DEFAULT_START, Model } from '../../src/model/model.ts';
import { singleCommunicator } from '../../src/parallel/single.ts';
import { defaults } from '../../src/params/declare.ts';
import { DM, ML } from '../../src/params/engines.ts';
import { alignObjects } from '../../src/quality/align.ts';
import { fluence, wellLit } from '../../src/quality/fluence.ts';
import { modePowers } from '../../src/quality/mode-powers.ts';
import { rFactor } from '../../src/quality/rfactor.ts';
import { simulate } from '../contracts/simulated.ts';

const PHOTONS = 1e8;
/** Share of the power that is in the second mode. */
const SECOND = 0.2;
const scan = simulate({ shape: 64, num_frames: 150, density: 0.1, photons: PHOTONS });
const [rows, cols] = scan.common.shape;
const size = 2 * rows * cols;

/** The probe, and the probe times x: the first two Hermite-Gaussian orders of a beam whose light comes from a wide source. */
function partlyCoherent(): NdArray<'complex128'> {
  const { data } = scan.experiment.probe;
  const both = new Float64Array(2 * size);
  for (let i = 0; i < size; i++) {
    both[i] = data[i];
    both[size + i] = data[i] * (((i >> 1) % cols) - cols / 2);
  }
  const power = (mode: number): number =>
    both.subarray(mode * size, (mode + 1) * size).reduce((sum, x) => sum + x * x, 0);
  const scales = [Math.sqrt((PHOTONS * (1 - SECOND)) / power(0)), Math.sqrt((PHOTONS * SECOND) / power(1))];
  return ndarray(
    'complex128',
    [2, rows, cols],
    both.map((x, i) => x * scales[i < size ? 0 : 1]),
  );
}

/** Frames of the true object in that light. */
async function frames(): Promise<DataPackage> {
  const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
  const given = { ...DEFAULT_START.probe, given: partlyCoherent(), modes: 2, photons: 'keep' as const };
  model.addScan('s', { ...DEFAULT_START, probe: given });
  const dark = scan.pack();
  await model.addPackage('s', dark);
  const [{ block, probeId, objectId }] = model.blocks;
  const object = model.object(objectId).array;
  const truth = scan.truth(model, objectId);
  model.backend.upload(object, ndarray('complex128', object.shape, truth.data));
  const { data } = await model.backend.modelIntensities(block, model.probe(probeId).array, object);
  return {
    ...dark,
    chunk: { ...dark.chunk, data: ndarray('float64', dark.chunk.data.shape, Float64Array.from(data)) },
  };
}

async function reconstruct(data: DataPackage, modes: number) {
  const model = new Model({ backend: createWasmBackend(), communicator: singleCommunicator() });
  const probe = { ...DEFAULT_START.probe, given: scan.roughProbe(0.3, 5), modes };
  model.addScan('s', { ...DEFAULT_START, probe });
  await model.addPackage('s', data);
  const exact = { probe_support: null, fourier_relax_factor: 0.005 };
  for (const engine of [
    await createEngine('DM', { ...defaults(DM), ...exact, numiter: 250 }, { model }),
    await createEngine(
      'ML',
      { ...defaults(ML), probe_support: null, probe_update_start: 0, scale_precond: true, numiter: 150 },
      { model },
    ),
  ]) {
    await engine.initialize();
    await engine.iterate(engine.numiter);
    await engine.finalize();
  }
  const truth = scan.truth(model, 'SsG00');
  const object = await model.backend.read(model.object('SsG00').array);
  const region = wellLit(await fluence(model, 'SsG00'), 0.1);
  const flat = ndarray('complex128', truth.shape, Float64Array.from(object.data));
  const { error } = alignObjects(flat, truth, { region });
  const powers = modePowers(await model.backend.read(model.probe('SsG00').array));
  return { error, powers, r: await rFactor(model) };
}

it('two probe modes are recovered from partially coherent frames', async () => {
  const data = await frames();
  const one = await reconstruct(data, 1);
  const two = await reconstruct(data, 2);
  const expected = modePowers(partlyCoherent());
  for (const [modes, { error, powers, r }] of [one, two].entries()) {
    console.log(
      `${modes + 1} modes: object error ${(100 * error).toFixed(2)} %, R-factor ${(100 * r).toFixed(2)} %, ` +
        `powers ${powers.map((power) => power.toFixed(4)).join(', ')} (true ${expected.map((power) => power.toFixed(4)).join(', ')})`,
    );
  }
  // What the frames determine least are slow phases, which object and modes share: looser than with one mode.
  expect(two.error).toBeLessThan(0.03);
  expect(two.r).toBeLessThan(one.r / 5);
  two.powers.forEach((power, mode) => {
    expect(Math.abs(power - expected[mode])).toBeLessThan(0.01);
  });
});
