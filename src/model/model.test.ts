import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onRanks } from '../../test/tools/local-ranks.ts';
import { simulate } from '../../test/contracts/simulated.ts';
import { ndarray, type NdArray } from '../array/ndarray.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { DataError } from '../errors.ts';
import type { DataPackage } from '../frames/package.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { createProbe } from './initial-probe.ts';
import { DEFAULT_START, Model, type ScanStart } from './model.ts';
import { originOf } from './storage.ts';
import { cornersIn, gridAround, viewPixels } from './views.ts';
import { visitingOrder } from './visiting-order.ts';

const SCAN = simulate({ shape: 16, num_frames: 12, photons: 1e4 });

function createModel(communicator: Communicator = singleCommunicator()): Model {
  return new Model({ backend: createReferenceBackend(), communicator });
}

function startWith(changes: {
  probe?: Partial<ScanStart['probe']>;
  object?: Partial<ScanStart['object']>;
}): ScanStart {
  return {
    probe: { ...DEFAULT_START.probe, given: SCAN.experiment.probe, ...changes.probe },
    object: { ...DEFAULT_START.object, ...changes.object },
  };
}

describe('views', () => {
  it('keeps every view inside the grid, and the rest of its position within half a pixel', () => {
    const metres = fc.double({ min: -1e-5, max: 1e-5, noNaN: true });
    const shapes = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(metres, metres), { minLength: 1, maxLength: 30 }),
        shapes,
        (list, shape) => {
          const resolution = [1e-7, 2e-7] as const;
          const { pixels, residuals } = viewPixels(list.flat(), resolution);
          const grid = gridAround(pixels, shape);
          const corners = cornersIn(grid, pixels, shape);
          list.flat().forEach((position, i) => {
            const axis = i % 2 === 0 ? 0 : 1;
            expect(Math.abs(residuals[i])).toBeLessThanOrEqual(0.5);
            expect((pixels[i] + residuals[i]) * resolution[axis]).toBeCloseTo(position, 15);
            expect(corners[i]).toBeGreaterThanOrEqual(0);
            expect(corners[i] + shape[axis]).toBeLessThanOrEqual(grid.shape[axis]);
          });
          expect(Math.min(...corners.filter((_, i) => i % 2 === 0))).toBe(0);
          // Growing moves no view: the lattice stays.
          const more = gridAround(Int32Array.from([-500, 300]), shape, grid);
          const moved = cornersIn(more, pixels, shape);
          const shift = grid.first[0] - more.first[0];
          expect(moved[0] - corners[0]).toBe(shift);
        },
      ),
    );
  });

  it('refuses positions in other units and objects beyond reason', () => {
    expect(() => viewPixels([5000, 3000], [1e-8, 1e-8])).toThrow(/in metres/);
    expect(() => viewPixels([NaN, 0], [1e-8, 1e-8])).toThrow(DataError);
    expect(() => gridAround(Int32Array.from([0, 0, 30000, 30000]), [16, 16])).toThrow(/check that positions/);
    expect(() => gridAround(new Int32Array(0), [16, 16])).toThrow(/without views/);
  });
});

describe('Model', () => {
  it('puts views and object where the positions say', async () => {
    const model = createModel();
    model.addScan('a', startWith({}));
    await model.addPackage('a', SCAN.pack());
    const object = model.object('SaG00');
    const [block] = model.blocks;
    const { resolutionM } = SCAN.experiment.geometry;
    const corners = cornersIn(object.grid, block.pixels, [16, 16]);
    SCAN.experiment.positionsM.data.forEach((position, i) => {
      const axis = i % 2 === 0 ? 0 : 1;
      // Pixel = (position − origin)/resolution is where the middle of the probe's frame, N//2, sits.
      const pixel = (position - originOf(object)[axis]) / resolutionM[axis];
      expect(Math.round(pixel) - 8).toBe(corners[i]);
    });
    expect(model.positionsOf('a').positions.data).toEqual(SCAN.experiment.positionsM.data);
    const data = await model.backend.read(object.array);
    expect(data.data.every((x, i) => x === (i % 2 === 0 ? 1 : 0))).toBe(true);
  });

  it('grows by whole packages, keeps what is known and moves the views along', async () => {
    const given = ndarray('complex128', [4, 4], new Float64Array(32).fill(0.5));
    const start = startWith({ object: { given, givenOriginM: [0, 0], fill: [0, 2] } });
    const model = createModel();
    model.addScan('a', start);
    await model.addPackage('a', SCAN.pack(0, 3));
    const object = model.object('SaG00');
    const { backend } = model;
    const before = { grid: object.grid, pixels: [...model.blocks[0].pixels] };
    backend.fill(object.array, 7);
    await model.addPackage('a', SCAN.pack(3));
    expect(model.blocks.map(({ indices }) => indices)).toEqual([
      [0, 1, 2],
      [3, 4, 5, 6, 7, 8, 9, 10, 11],
    ]);
    const { grid } = object;
    expect(grid.shape[0]).toBeGreaterThan(before.grid.shape[0]);
    const { data } = await backend.read(object.array);
    for (let r = 0; r < grid.shape[0]; r++) {
      for (let c = 0; c < grid.shape[1]; c++) {
        const row = r + grid.first[0];
        const col = c + grid.first[1];
        const inside = (first: readonly [number, number], shape: readonly [number, number]): boolean =>
          row >= first[0] && row < first[0] + shape[0] && col >= first[1] && col < first[1] + shape[1];
        const wanted = inside(before.grid.first, before.grid.shape)
          ? [7, 0]
          : inside([0, 0], [4, 4])
            ? [0.5, 0.5]
            : [0, 2];
        const i = 2 * (r * grid.shape[1] + c);
        expect([data[i], data[i + 1]]).toEqual(wanted);
      }
    }
    // Views of the first package see what they saw: 7 everywhere.
    expect([...model.blocks[0].pixels]).toEqual(before.pixels);
    const sevens = await backend.modelIntensities(
      model.blocks[0].block,
      model.probe('SaG00').array,
      object.array,
    );
    const all = backend.allocate(object.array.shape, 'complex');
    backend.fill(all, 7);
    const wanted = await backend.modelIntensities(model.blocks[0].block, model.probe('SaG00').array, all);
    expect(sevens.data).toEqual(wanted.data);
  });

  it('ends in the same object whatever the packages', async () => {
    const grids = await Promise.all(
      [[SCAN.pack()], [SCAN.pack(6), SCAN.pack(0, 6)]].map(async (packages) => {
        const model = createModel();
        model.addScan('a', startWith({}));
        for (const data of packages) await model.addPackage('a', data);
        return model.object('SaG00').grid;
      }),
    );
    expect(grids[1]).toEqual(grids[0]);
  });

  it('shares storages of the same name between scans', async () => {
    const model = createModel();
    model.addScan('a', startWith({}));
    model.addScan('b', { ...startWith({}), objectId: 'SaG00' });
    await model.addPackage('a', SCAN.pack(0, 6));
    await model.addPackage('b', SCAN.pack(6));
    expect([...model.objects.keys()]).toEqual(['SaG00']);
    expect([...model.probes.keys()]).toEqual(['SaG00', 'SbG00']);
    expect(model.blocks.map(({ probeId, objectId }) => [probeId, objectId])).toEqual([
      ['SaG00', 'SaG00'],
      ['SbG00', 'SaG00'],
    ]);
  });

  it('gives each rank its frames and all ranks the same object and probe', async () => {
    const models = await onRanks(2, async (communicator) => {
      const model = createModel(communicator);
      model.addScan('a', { ...DEFAULT_START });
      await model.addPackage(
        'a',
        SCAN.pack(0, 12, (i) => i % 2 === communicator.rank),
      );
      return model;
    });
    expect(models.map(({ blocks }) => blocks[0].indices)).toEqual([
      [0, 2, 4, 6, 8, 10],
      [1, 3, 5, 7, 9, 11],
    ]);
    expect(models[0].object('SaG00').grid).toEqual(models[1].object('SaG00').grid);
    const probes = await Promise.all(models.map((model) => model.backend.read(model.probe('SaG00').array)));
    expect(probes[1]).toEqual(probes[0]);
  });

  it('refuses what does not fit, by name', async () => {
    const model = createModel();
    await expect(model.addPackage('a', SCAN.pack())).rejects.toThrow(/scan 'a' is not in the model/);
    model.addScan('a', startWith({}));
    expect(() => {
      model.addScan('a');
    }).toThrow(/already/);
    await model.addPackage('a', SCAN.pack(0, 4));
    const other = simulate({ shape: 24, num_frames: 4, photons: 1e4 });
    await expect(model.addPackage('a', other.pack())).rejects.toThrow(/24x24 for a probe of 16x16/);
    const farther: DataPackage = { ...SCAN.pack(4), common: { ...SCAN.common, distance: 8 } };
    await expect(model.addPackage('a', farther)).rejects.toThrow(/sample pixel/);
    expect(() => model.probe('Sb')).toThrow(/no probe 'Sb'/);
  });
});

describe('initial probe', () => {
  const shape = [16, 16] as const;
  const estimate = Float64Array.from(SCAN.experiment.probe.data);

  function powers(probe: NdArray<'complex128'>): number[] {
    const size = probe.data.length / probe.shape[0];
    return Array.from({ length: probe.shape[0] }, (_, k) =>
      probe.data.subarray(k * size, (k + 1) * size).reduce((sum, x) => sum + x * x, 0),
    );
  }

  it.each([
    ['noise', { noise: [0.5, 1], power: [0.2, 0.1] }],
    ['noise in modulus as well', { noise: [0.5, 1, 0.1, 3], power: [0.2, 0.1] }],
    ['slopes', { noise: null, power: [0.2, 0.1] }],
  ])('makes further modes from %s, orthogonal, with the powers asked for', (_what, diversity) => {
    const probe = createProbe({ photons: null, modes: 4, diversity, seed: 0 }, shape, 1000, estimate);
    const [first, ...rest] = powers(probe);
    expect(first * 1.4).toBeCloseTo(1000, 8);
    rest.forEach((power, i) => {
      expect(power / first).toBeCloseTo([0.2, 0.1, 0.1][i], 10);
    });
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < a; b++) {
        let [re, im] = [0, 0];
        for (let i = 0; i < 512; i += 2) {
          const [p, q] = [probe.data.subarray(a * 512 + i), probe.data.subarray(b * 512 + i)];
          re += p[0] * q[0] + p[1] * q[1];
          im += p[0] * q[1] - p[1] * q[0];
        }
        expect(Math.hypot(re, im)).toBeLessThan(1e-9 * first);
      }
    }
  });

  it('has the photons asked for, of the brightest frame, or of the given probe', () => {
    const given = SCAN.experiment.probe;
    const start = { given, modes: 1, diversity: null, seed: 0 };
    const total = (photons: number | 'keep' | null): number =>
      powers(createProbe({ ...start, photons }, shape, 777))[0];
    expect(total(5)).toBeCloseTo(5, 10);
    expect(total(null)).toBeCloseTo(777, 8);
    expect(total('keep')).toBeCloseTo(1e4, 6);
    const wrong = ndarray('complex64', [8, 8], new Float32Array(128));
    expect(() => createProbe({ ...start, given: wrong, photons: null }, shape, 1)).toThrow(
      /8x8 complex64.*16x16/,
    );
  });

  it('refuses dark frames', async () => {
    const pack = SCAN.pack();
    pack.chunk.data.data.fill(0);
    const model = createModel();
    model.addScan('a');
    await expect(model.addPackage('a', pack)).rejects.toThrow(/power 0/);
  });
});

describe('visitingOrder', () => {
  it('visits each once, in an order of seed and index', () => {
    const order = visitingOrder(100, 1, 2);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(visitingOrder(100, 1, 2)).toEqual(order);
    expect(visitingOrder(100, 1, 3)).not.toEqual(order);
    expect(visitingOrder(100, 2, 2)).not.toEqual(order);
  });
});
