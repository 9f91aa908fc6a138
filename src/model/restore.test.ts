import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/contracts/simulated.ts';
import { ndarray, type NdArray } from '../array/ndarray.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { DEFAULT_START, Model } from './model.ts';
import { restoreObject, restorePositions, restoreProbe, type EarlierField } from './restore.ts';
import { originOf } from './storage.ts';

const scan = simulate({ shape: 32, num_frames: 12, photons: 1e5, density: 0.15 });
const ID = 'SsimG00';

async function createModel(): Promise<Model> {
  const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
  model.addScan('sim', { ...DEFAULT_START, probe: { ...DEFAULT_START.probe, given: scan.experiment.probe } });
  await model.addPackage('sim', scan.pack());
  return model;
}

/** An object of numbers that say where they are, `by` pixels larger than that of the model on every side. */
function numbered(model: Model, by: number): EarlierField {
  const storage = model.object(ID);
  const [rows, cols] = storage.grid.shape.map((n) => n + 2 * by);
  const data = Float64Array.from({ length: 2 * rows * cols }, (_, i) => i / 3);
  const [y, x] = originOf(storage);
  const { psizeM } = storage;
  return {
    data: ndarray('complex128', [1, rows, cols], data),
    psizeM,
    originM: [y - by * psizeM[0], x - by * psizeM[1]],
  };
}

async function objectOf(model: Model): Promise<NdArray> {
  return model.backend.read(model.object(ID).array);
}

describe('restorePositions', () => {
  it('moves views to where they had been refined to, by their scan points, and leaves the others', async () => {
    const model = await createModel();
    const { positions } = model.positionsOf('sim');
    const measured = positions.data.slice(0, 6);
    // Scan points 2, 0, 40 and 1: the first two were moved, the third is not there any more.
    const then = Float64Array.of(5e-7, -5e-7, measured[0], measured[1] + 2e-7, 1, 1, 3e-7, 4e-7);
    const before = Float64Array.of(measured[4], measured[5], measured[0], measured[1], 0, 0, 3e-7, 4e-7);
    const earlier = {
      indices: [2, 0, 40, 1],
      positions: ndarray('float64', [4, 2], then),
      measured: ndarray('float64', [4, 2], before),
    };
    await restorePositions(model, 'sim', earlier);
    const wanted = positions.data.slice();
    wanted.set([5e-7, -5e-7], 4);
    wanted[1] += 2e-7;
    expect(model.positionsOf('sim').positions.data).toEqual(wanted);
    expect(model.positionsOf('sim').measured).toEqual(positions);
    await expect(restorePositions(model, 'other', earlier)).resolves.toBeUndefined();
  });
});

describe('restoreObject', () => {
  it.each([0, 3])(
    'takes an object that is %i pixels larger with its grid; views stay where they are',
    async (by) => {
      const model = await createModel();
      const { first } = model.object(ID).grid;
      const field = numbered(model, by);
      expect(await restoreObject(model, ID, field)).toBe(true);
      expect(await objectOf(model)).toEqual(field.data);
      expect(model.object(ID).grid.first).toEqual([first[0] - by, first[1] - by]);
      // The model intensities of all views exist: none has left the object.
      const { backend } = model;
      const [{ block }] = model.blocks;
      const modelled = await backend.modelIntensities(block, model.probe(ID).array, model.object(ID).array);
      expect(modelled.shape).toEqual([12, 32, 32]);
    },
  );

  it('puts a smaller one where it was, and leaves the rest as it started', async () => {
    const model = await createModel();
    const before = await objectOf(model);
    const [, rows, cols] = before.shape;
    const field = numbered(model, -2);
    expect(await restoreObject(model, ID, field)).toBe(false);
    const after = await objectOf(model);
    expect(after.shape).toEqual(before.shape);
    expect(after.data.slice(0, 4 * cols)).toEqual(before.data.slice(0, 4 * cols));
    const inner = cols - 4;
    for (let r = 2; r < rows - 2; r++) {
      const start = 2 * (r * cols + 2);
      const from = 2 * (r - 2) * inner;
      expect(after.data.slice(start, start + 2 * inner)).toEqual(
        field.data.data.slice(from, from + 2 * inner),
      );
    }
  });

  it.each<[string, (field: EarlierField) => EarlierField, RegExp]>([
    ['elsewhere', (field) => ({ ...field, originM: [1, 1] }), /lies elsewhere/],
    [
      'another pixel',
      (field) => ({ ...field, psizeM: [1e-8, 1e-8] }),
      /energy, distance or detector pixel differ/,
    ],
    [
      'two modes',
      (field) => ({ ...field, data: ndarray('complex64', [2, 1, 1], new Float32Array(4)) }),
      /has 2 modes, the configuration asks for 1 \(coherence\.num_object_modes\)/,
    ],
  ])('refuses one that is %s', async (_what, change, says) => {
    const model = await createModel();
    await expect(restoreObject(model, ID, change(numbered(model, 0)))).rejects.toThrow(says);
  });
});

describe('restoreProbe', () => {
  it('takes the probe as it is, and refuses one of other frames', async () => {
    const model = await createModel();
    const { resolutionM } = model.probe(ID).geometry;
    const probe = (n: number): EarlierField => ({
      data: ndarray(
        'complex128',
        [1, n, n],
        Float64Array.from({ length: 2 * n * n }, (_, i) => 1 / (i + 1)),
      ),
      psizeM: resolutionM,
      originM: [0, 0],
    });
    restoreProbe(model, ID, probe(32));
    expect(await model.backend.read(model.probe(ID).array)).toEqual(probe(32).data);
    expect(() => {
      restoreProbe(model, ID, probe(30));
    }).toThrow("probe 'SsimG00' [1x30x30 complex128]: the waves are now 32x32");
  });
});
