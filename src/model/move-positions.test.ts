import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/contracts/simulated.ts';
import { ndarray } from '../array/ndarray.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { DEFAULT_START, Model } from './model.ts';
import { movePositions } from './move-positions.ts';

const SCAN = simulate({ shape: 16, num_frames: 12, photons: 1e4 });

function createModel(): Model {
  const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
  const probe = { ...DEFAULT_START.probe, given: SCAN.experiment.probe };
  model.addScan('a', { ...DEFAULT_START, probe });
  return model;
}

describe('movePositions', () => {
  it('moves views, and grows where they leave the object', async () => {
    const model = createModel();
    await model.addPackage('a', SCAN.pack(0, 5));
    await model.addPackage('a', SCAN.pack(5));
    const object = model.object('SaG00');
    const { backend } = model;
    backend.fill(object.array, 7);
    const before = { grid: object.grid, pixels: model.blocks.map(({ pixels }) => [...pixels]) };
    const { resolutionM } = SCAN.experiment.geometry;
    const { positions } = model.positionsOf('a');
    // Inwards by whole pixels, but for view 6: 30.25 pixels down.
    const inside = (i: number): number => -Math.sign(positions.data[i]) * (i % 2 === 0 ? 1 : 2);
    const steps = Array.from(positions.data, (_, i) => (i === 12 ? 30.25 : inside(i)));
    const wanted = positions.data.map((position, i) => position + steps[i] * resolutionM[i % 2]);
    expect(await movePositions(model, 'a', ndarray('float64', positions.shape, wanted))).toBe(true);

    expect(model.positionsOf('a').positions.data).toEqual(wanted);
    expect(model.positionsOf('a').measured).toEqual(positions);
    const whole = steps.map(Math.round);
    expect([...model.blocks[0].pixels]).toEqual(before.pixels[0].map((pixel, i) => pixel + whole[i]));
    expect([...model.blocks[1].pixels]).toEqual(before.pixels[1].map((pixel, i) => pixel + whole[10 + i]));
    expect(model.blocks[1].residuals[2]).toBeCloseTo(0.25, 9);
    expect(object.grid.first).toEqual(before.grid.first);
    expect(object.grid.shape[0]).toBeGreaterThan(before.grid.shape[0]);
    // All views but the one that left see what was known.
    const probe = model.probe('SaG00').array;
    const all = backend.allocate(object.array.shape, 'complex');
    backend.fill(all, 7);
    const { block } = model.blocks[0];
    const sevens = await backend.modelIntensities(block, probe, all);
    expect((await backend.modelIntensities(block, probe, object.array)).data).toEqual(sevens.data);
    expect(await movePositions(model, 'a', positions)).toBe(false);
    expect([...model.blocks[1].pixels]).toEqual(before.pixels[1]);
  });

  it('refuses to move another number of views', async () => {
    const model = createModel();
    await model.addPackage('a', SCAN.pack());
    const { positions } = SCAN.pack(1).chunk;
    await expect(movePositions(model, 'a', positions)).rejects.toThrow(
      "positions [11x2 float64] for scan 'a': (12, 2) is needed",
    );
  });
});
