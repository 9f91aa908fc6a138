import { describe, expect, it } from 'vitest';
import { simulate } from '../../../test/contracts/simulated.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { ndarray } from '../../array/ndarray.ts';
import { createReferenceBackend } from '../../compute/reference/reference.ts';
import { ConfigError } from '../../errors.ts';
import { DEFAULT_START, Model } from '../../model/model.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { defaults } from '../../params/declare.ts';
import { DM } from '../../params/engines.ts';
import { createEngine } from '../registry.ts';

const scan = simulate({ shape: 16, num_frames: 6, photons: 1e4 });

async function load(): Promise<Model> {
  const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
  model.addScan('s', { ...DEFAULT_START, probe: { ...DEFAULT_START.probe, given: scan.experiment.probe } });
  await model.addPackage('s', scan.pack());
  return model;
}

function maskOf(shape: readonly number[], isHeld: (row: number, col: number) => boolean) {
  const [rows, cols] = shape.slice(-2);
  const data = Uint8Array.from({ length: rows * cols }, (_, i) => +isHeld(Math.floor(i / cols), i % cols));
  return ndarray('bool', shape, data);
}

async function objectOf(model: Model) {
  return Float64Array.from((await model.backend.read(model.object('SsG00').array)).data);
}

const parameters = {
  ...defaults(DM),
  object_regul_fill: [0.5, -0.25] as const,
  object_regul_start: 1,
  object_regul_stop: 3,
};

describe('an object that is known in part', () => {
  it('is held there from start to stop, and free before and after', async () => {
    const model = await load();
    const [, rows, cols] = model.object('SsG00').array.shape;
    const objectMask = maskOf([1, rows, cols], (row, col) => row === 10 && col >= 8 && col < 12);
    const engine = await createEngine('DM', parameters, { model, objectMask });
    await engine.initialize();
    const held: boolean[] = [];
    for (let iteration = 0; iteration < 4; iteration++) {
      await engine.iterate(1);
      const object = await objectOf(model);
      const known = [8, 9, 10, 11].map((col) => [...object.slice(2 * (10 * cols + col)).slice(0, 2)].join());
      held.push(known.every((value) => value === '0.5,-0.25'));
      expect(object[2 * (12 * cols + 9)]).not.toBe(0.5);
    }
    expect(held).toEqual([false, true, true, false]);
    await engine.finalize();
  });

  it('takes a mask of another size in the middle', async () => {
    const model = await load();
    const [, rows, cols] = model.object('SsG00').array.shape;
    const objectMask = maskOf([rows + 8, cols - 2], (row) => row === 4 + 10);
    const { log, warnings } = hearing();
    const from = { ...parameters, object_regul_start: 0 };
    const engine = await createEngine('DM', from, { model, objectMask, log });
    await engine.initialize();
    await engine.iterate(1);
    const object = await objectOf(model);
    const row = [...object.slice(2 * 10 * cols, 2 * 11 * cols)].filter((_, i) => i % 2 === 0);
    expect(row.slice(1, -1)).toEqual(new Array(cols - 2).fill(0.5));
    expect(row[0]).not.toBe(0.5);
    expect(warnings).toEqual([expect.stringContaining('lies in the middle of the object')]);
    await engine.finalize();
  });

  it('refuses masks that cannot be one', async () => {
    const model = await load();
    const cube = ndarray('bool', [3, 16, 16], new Uint8Array(3 * 256));
    const engine = await createEngine('DM', parameters, { model, objectMask: cube });
    await expect(engine.initialize()).rejects.toThrow(/3 layers for an object of 1 modes/);
    const line = ndarray('bool', [4], new Uint8Array(4));
    await expect(createEngine('DM', parameters, { model, objectMask: line })).rejects.toThrow(ConfigError);
  });
});
