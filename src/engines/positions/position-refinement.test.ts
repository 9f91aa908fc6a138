/** Positions that are wrong by up to three pixels are found again, with every engine. */
import { describe, expect, it } from 'vitest';
import { CREATE, loadMisplaced, refine, runEngine as run } from '../../../test/contracts/refinement.ts';
import { simulate } from '../../../test/contracts/simulated.ts';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import { sampled } from '../../../test/tools/sampled.ts';
import { createReferenceBackend } from '../../compute/reference/reference.ts';
import { createWasmBackend } from '../../compute/wasm/wasm.ts';
import { DEFAULT_START, Model } from '../../model/model.ts';
import type { Communicator } from '../../parallel/communicator.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { moved } from '../../quality/moved.ts';
import { rFactor } from '../../quality/rfactor.ts';

const LARGE = simulate({ shape: 48, num_frames: 80, photons: 1e7, density: 0.06 });
const SMALL = simulate({ shape: 24, num_frames: 12, photons: 1e6, density: 0.1 });

const load = (errors: number, communicator?: Communicator): Promise<Model> =>
  loadMisplaced(SMALL, errors, {
    backend: createReferenceBackend(),
    ...(communicator === undefined ? {} : { communicator }),
  });

function positionValues(model: Model): number[] {
  return Array.from(model.positionsOf('s').positions.data);
}

describe('positions of a simulated scan, wrong by up to 3 pixels', () => {
  const errorOf = (model: Model): number => LARGE.positionError(model.positionsOf('s').positions);
  const loadLarge = (): Promise<Model> => loadMisplaced(LARGE, 3, { backend: createWasmBackend(), seed: 5 });

  it.each(sampled(1, ['LSQML', 'EPIE', 'ML', 'DM', 'RAAR', 'RPIE'] as const))(
    'are found to half a pixel by %s',
    async (name) => {
      const model = await loadLarge();
      expect(errorOf(model)).toBeGreaterThan(2.2);
      // Maximum likelihood needs something to start on.
      if (name === 'ML') await run('DM', model, 5, null);
      await run(name, model, 60, refine(LARGE));
      expect(errorOf(model)).toBeLessThan(0.5);
    },
  );

  it('blur what the right ones would have explained', async () => {
    const [refined, measured] = await Promise.all([loadLarge(), loadLarge()]);
    await run('EPIE', refined, 60, refine(LARGE));
    await run('EPIE', measured, 60, null);
    expect(errorOf(measured)).toBeGreaterThan(2.2);
    expect(await rFactor(refined)).toBeLessThan(0.2 * (await rFactor(measured)));
  });

  it('are found by a search on a grid, and by the photon error', async () => {
    const model = await loadLarge();
    const given = { method: 'GridSearch', amplitude: 3, metric: 'photon' } as const;
    await run('EPIE', model, 40, refine(LARGE, given));
    expect(errorOf(model)).toBeLessThan(0.5);
  });
});

describe('position refinement', () => {
  it('keeps the measured positions, and the next engine resumes from the refined ones', async () => {
    const model = await load(2);
    const before = model.positionsOf('s').measured;
    await run('EPIE', model, 8, refine(SMALL, { start: 2 }));
    const first = positionValues(model);
    expect(first).not.toEqual(Array.from(before.data));
    await run('ML', model, 2, null);
    expect(positionValues(model)).toEqual(first);
    await run('DM', model, 2, refine(SMALL, { start: 0, amplitude: 1.5 }));
    expect(positionValues(model)).not.toEqual(first);
    expect(model.positionsOf('s').measured).toEqual(before);
  });

  it('puts views on the pixels nearest to their positions, inside the object, which grows', async () => {
    const model = await load(2);
    const { shape } = model.object('SsG00').grid;
    await run('DM', model, 8, refine(SMALL, { start: 0, stop: 6 }));
    const { array, grid } = model.object('SsG00');
    expect(Math.min(grid.shape[0] - shape[0], grid.shape[1] - shape[1])).toBeGreaterThan(0);
    expect(array.shape.slice(1)).toEqual(grid.shape);
    const { resolutionM } = SMALL.experiment.geometry;
    const nearest = positionValues(model).map((position, i) => Math.round(position / resolutionM[i % 2]));
    expect(model.blocks[0].pixels).toEqual(Int32Array.from(nearest));
  });

  it('honours start, stop and interval', async () => {
    const model = await load(2);
    const refinement = refine(SMALL, { start: 2, stop: 9, interval: 3 });
    const engine = await CREATE.EPIE({ model }, 12, refinement);
    await engine.initialize();
    const changed: number[] = [];
    let before = positionValues(model);
    for (let iteration = 0; iteration < 12; iteration++) {
      await engine.iterate(1);
      const now = positionValues(model);
      if (now.some((position, i) => position !== before[i])) changed.push(iteration);
      before = now;
    }
    expect(changed).toEqual([3, 6]);
  });

  it.each(['Annealing', 'GridSearch'] as const)(
    'leaves no view farther away than max_shift: %s',
    async (method) => {
      const model = await load(3);
      const refinement = refine(SMALL, { method, start: 0, amplitude: 4, max_shift: 1.7, interval: 2 });
      await run('EPIE', model, 10, refinement);
      const { rmsM, largestM } = moved(model.positionsOf('s'));
      expect(largestM).toBeLessThanOrEqual(refinement.max_shift * (1 + 1e-9));
      expect(rmsM).toBeGreaterThan(0.3 * refinement.max_shift);
    },
  );

  it('moves views by less than a pixel where the amplitude is less', async () => {
    const model = await load(0);
    await run('EPIE', model, 6, refine(SMALL, { start: 4, amplitude: 0.5, max_shift: 0.4 }));
    const { rmsM, largestM } = moved(model.positionsOf('s'));
    const [pixelM] = SMALL.experiment.geometry.resolutionM;
    expect(rmsM).toBeGreaterThan(0);
    expect(largestM).toBeLessThanOrEqual(0.4 * pixelM * (1 + 1e-9));
  });

  it('gives the same bits again, in any portions', async () => {
    const found: number[][] = [];
    for (const portions of [[8], [3, 1, 4]]) {
      const model = await load(2);
      const engine = await CREATE.DM({ model }, 8, refine(SMALL, { start: 1 }));
      await engine.initialize();
      for (const count of portions) await engine.iterate(count);
      const object = await model.backend.read(model.object('SsG00').array);
      found.push([...positionValues(model), ...object.data]);
    }
    expect(found[1]).toEqual(found[0]);
  });

  it.each(sampled(2, ['DM', 'LSQML', 'ML'] as const))(
    'gives the same on one and on three ranks: %s',
    async (name) => {
      const refinement = refine(SMALL, { start: 2 });
      const state = async (communicator: Communicator) => {
        const model = await load(2, communicator);
        await run(name, model, 8, refinement);
        const object = await model.backend.read(model.object('SsG00').array);
        return { positions: positionValues(model), object: Array.from(object.data) };
      };
      const one = await state(singleCommunicator());
      const three = await onRanks(3, state);
      const [pixelM] = SMALL.experiment.geometry.resolutionM;
      for (const each of three) {
        expect(each).toEqual(three[0]);
        each.positions.forEach((position, i) => {
          expect(Math.abs(position - one.positions[i])).toBeLessThan(1e-6 * pixelM);
        });
        expect(each.object).toHaveLength(one.object.length);
        each.object.forEach((value, i) => {
          expect(Math.abs(value - one.object[i])).toBeLessThan(1e-6);
        });
      }
    },
  );

  it('refines scans that share an object, each by its own positions', async () => {
    const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
    const probe = { ...DEFAULT_START.probe, given: SMALL.roughProbe(0.3, 5) };
    for (const label of ['a', 'b']) {
      model.addScan(label, { ...DEFAULT_START, probe, objectId: 'shared' });
      await model.addPackage(label, SMALL.misplace(SMALL.pack(), 2, label === 'a' ? 1 : 2));
    }
    await run('EPIE', model, 8, refine(SMALL, { start: 2 }));
    const { grid } = model.object('shared');
    for (const { scan, block, pixels } of model.blocks) {
      expect(moved(model.positionsOf(scan)).rmsM).toBeGreaterThan(0);
      pixels.forEach((pixel, i) => {
        const first = pixel - block.frameShape[i % 2] / 2 - grid.first[i % 2];
        expect(first).toBeGreaterThanOrEqual(0);
        expect(first + block.frameShape[i % 2]).toBeLessThanOrEqual(grid.shape[i % 2]);
      });
    }
  });
});
