/** Blocks of views, the forward model, and the kernels of projection engines. */
import { describe, expect, it } from 'vitest';
import { ndarray, type NdArray } from '../../src/array/ndarray.ts';
import type { DeviceArray, LikelihoodOptions, ProjectionStep } from '../../src/compute/backend.ts';
import { withPhase } from '../../src/compute/shared/exit-phase.ts';
import { DataError } from '../../src/errors.ts';
import type { Bench } from './backend-bench.ts';
import * as direct from './direct.ts';

export function viewContract(bench: Bench): void {
  const { backend, put, get, random, expectClose, setUp, expectErrors, totalErrors, expectExits } = bench;

  describe.each(direct.KINDS)('%s, %d pixels of the waves to one of the frames', (propagation, sampling) => {
    const problem = direct.createProblem(propagation, 5, sampling);
    const pixels = direct.framePixels(problem);
    const frame = problem.intensities.shape.slice(1);
    const views = problem.corners.shape[0];
    const all = Array.from({ length: views }, (_, view) => view);
    const PO = (view: number): direct.Waves =>
      direct.products(problem, view, problem.probe.data, problem.object.data);

    it('sums the power of valid pixels', async () => {
      const { block } = setUp(problem);
      const totals = all.map((view) => {
        let total = 0;
        for (let i = view * pixels; i < (view + 1) * pixels; i++) {
          if (problem.weights.data[i] > 0) total += problem.intensities.data[i];
        }
        return total;
      });
      expect(await backend.power(block)).toEqual({
        total: totals.reduce((sum, total) => sum + total, 0),
        largest: Math.max(...totals),
        measured: problem.weights.data.filter((weight) => weight > 0).length,
      });
    });

    it('computes model intensities and their errors', async () => {
      const { block, probe, object } = setUp(problem);
      const wanted = all.map((view) => direct.model(problem, view, problem.probe.data, problem.object.data));
      const got = await backend.modelIntensities(block, probe, object);
      expect(got.shape).toEqual([views, ...frame]);
      all.forEach((view) => {
        expectClose(got.data.slice(view * pixels, (view + 1) * pixels), wanted[view], 10);
      });
      expectErrors(await backend.residual(block, probe, object), {
        ...totalErrors(problem, wanted),
        exit: NaN,
        views,
      });
    });

    it('computes model intensities of some views, in the order asked for', async () => {
      const { block, probe, object } = setUp(problem);
      const every = await backend.modelIntensities(block, probe, object);
      const some = await backend.modelIntensities(block, probe, object, [3, 0, 3]);
      expect(some.shape).toEqual([3, ...frame]);
      for (const [row, view] of [3, 0, 3].entries()) {
        expect(some.data.slice(row * pixels, (row + 1) * pixels)).toEqual(
          every.data.slice(view * pixels, (view + 1) * pixels),
        );
      }
      expect((await backend.modelIntensities(block, probe, object, [])).shape).toEqual([0, ...frame]);
      await expect(backend.modelIntensities(block, probe, object, [views])).rejects.toThrow(DataError);
    });

    it('gives measured frames and weights back, in the order asked for', async () => {
      const { geometry, modes, corners } = problem;
      const intensities = ndarray('float64', problem.intensities.shape, problem.intensities.data.slice());
      const masked = problem.weights.data.indexOf(0);
      const negative = problem.weights.data.findIndex((weight) => weight > 0);
      intensities.data[masked] = NaN;
      intensities.data[negative] = -3;
      const frames = { intensities, weightUnit: 2, geometry, modes, corners };
      const shared = ndarray(
        'uint8',
        frame,
        Uint8Array.from({ length: pixels }, (_, i) => 3 * (i % 2)),
      );
      const asked = [4, 0, 4];
      for (const weights of [problem.weights, shared]) {
        const block = backend.createBlock({ ...frames, weights });
        const got = await backend.readFrames(block, asked);
        const weightOf = (view: number, i: number): number => {
          if (weights === shared) return i % 2;
          return problem.weights.data[view * pixels + i] / 2;
        };
        const wanted = asked.flatMap((view) =>
          Array.from({ length: pixels }, (_, i) => {
            const [weight, measured] = [weightOf(view, i), intensities.data[view * pixels + i]];
            return { weight, photons: weight > 0 && measured > 0 ? measured : 0 };
          }),
        );
        expect(got.intensities.shape).toEqual([asked.length, ...frame]);
        expect(got.weights.shape).toEqual([asked.length, ...frame]);
        expectClose(
          got.intensities.data,
          wanted.map(({ photons }) => photons),
          10,
        );
        expectClose(
          got.weights.data,
          wanted.map(({ weight }) => weight),
          10,
        );
        expect((await backend.readFrames(block, [])).weights.shape).toEqual([0, ...frame]);
        await expect(backend.readFrames(block, [-1])).rejects.toThrow(DataError);
        await expect(backend.readFrames(block, [0.5])).rejects.toThrow(DataError);
        backend.freeBlock(block);
      }
    });

    it('treats one mask for all frames as the same mask in each', async () => {
      const { block, probe, object } = setUp(problem);
      const shared = ndarray(
        'uint8',
        frame,
        Uint8Array.from(problem.weights.data.slice(0, pixels), (weight) => (weight > 0 ? 3 : 0)),
      );
      const repeated = ndarray(
        'bool',
        [...problem.intensities.shape],
        Uint8Array.from({ length: views * pixels }, (_, i) => (shared.data[i % pixels] > 0 ? 1 : 0)),
      );
      const options: LikelihoodOptions = { model: 'gaussian', floatingIntensities: false };
      const results = await Promise.all(
        [shared, repeated].map((weights) => {
          const other = backend.createBlock({ ...problem, weights });
          const [p, o] = [put(problem.probeDirection), put(problem.objectDirection)];
          return backend.gradient(other, probe, object, options, p, o);
        }),
      );
      expect(results[0]).toEqual(results[1]);
      backend.freeBlock(block);
    });

    it('starts exit waves from the product and sums the overlap', async () => {
      const { block, probe, object } = setUp(problem);
      backend.initializeExit(block, probe, object);
      await expectExits(problem, block, probe, object, all.map(PO));
    });

    it('rolls exit waves', async () => {
      const { block, probe, object } = setUp(problem);
      backend.initializeExit(block, probe, object);
      backend.rollExit(block, 1, -2);
      const rolled = all.map((view) =>
        PO(view).map((wave) =>
          wave.map((_, i) => {
            const r = Math.floor((i >> 1) / direct.COLS);
            const c = (i >> 1) % direct.COLS;
            const from = ((r - 1 + direct.ROWS) % direct.ROWS) * direct.COLS + ((c + 2) % direct.COLS);
            return wave[2 * from + (i % 2)];
          }),
        ),
      );
      await expectExits(problem, block, probe, object, rolled);
    });

    const steps: [string, ProjectionStep][] = [
      ['difference map', { a: -1, b: 1, c: 2, powerBound: 0 }],
      ['relaxed difference map', { a: -0.6, b: 1, c: 1.6, powerBound: 0.4 }],
      ['RAAR', { a: -0.5, b: 0.75, c: 2, powerBound: 0.1 }],
      ['below the power bound', { a: -0.5, b: 0.75, c: 2, powerBound: 1e6 }],
    ];
    it.each(steps)('projects: %s', async (_name, step) => {
      const { block, probe, object } = setUp(problem);
      // Exit waves of another probe, so that they differ from the products.
      const other = put(problem.probeDirection);
      backend.initializeExit(block, other, object);
      const before = all.map((view) =>
        direct.products(problem, view, problem.probeDirection.data, problem.object.data),
      );
      const results = all.map((view) => direct.projection(problem, view, before[view], PO(view), step));
      const change = results.map(({ waves }, view) =>
        waves.reduce(
          (sum, wave, k) => sum + wave.reduce((s, x, i) => s + (x - before[view][k][i]) ** 2, 0),
          0,
        ),
      );
      const sums = await backend.project(block, probe, object, step, { photonError: true });
      const models = all.map((view) => direct.model(problem, view, problem.probe.data, problem.object.data));
      expectErrors(sums, {
        ...totalErrors(problem, models),
        views,
        magnitude: results.reduce((sum, { magnitude }) => sum + magnitude, 0),
        exit: change.reduce((sum, value) => sum + value, 0) / direct.PIXELS,
      });
      await expectExits(
        problem,
        block,
        probe,
        object,
        results.map(({ waves }) => waves),
      );
    });

    it('adds the object update to the projection when asked for', async () => {
      const { block, probe, object } = setUp(problem);
      const step = steps[1][1];
      const update = (): { numerator: DeviceArray; denominator: DeviceArray } => ({
        numerator: backend.allocate(object.shape, 'complex'),
        denominator: backend.allocate(object.shape, 'real'),
      });
      const [fused, apart] = [update(), update()];
      backend.initializeExit(block, probe, object);
      const sums = await backend.project(block, probe, object, step, {
        photonError: false,
        accumulate: fused,
      });
      expect(sums.photon).toBeNaN();
      expect(sums.residual).toBeNaN();
      backend.accumulateObject(block, probe, apart.numerator, apart.denominator);
      expectClose(await get(fused.numerator), await get(apart.numerator), 10);
      expectClose(await get(fused.denominator), await get(apart.denominator), 10);
    });

    it('adds the light of probe and object up', async () => {
      const { block, probe, object } = setUp(problem);
      const wanted = bench.overlapSums(
        problem,
        Array.from({ length: views }, (_, view) => PO(view)),
      );
      const [onProbe, onObject] = [probe, object].map(({ shape }) => backend.allocate(shape, 'real'));
      backend.addLight(block, probe, object, onProbe, onObject);
      backend.addLight(block, probe, object, onProbe, onObject);
      const twice = (sums: Float64Array): Float64Array => sums.map((value) => 2 * value);
      expectClose(await get(onProbe), twice(wanted.probeDenominator), 20);
      expectClose(await get(onObject), twice(wanted.objectDenominator), 20);
      expect(() => {
        backend.addLight(block, probe, object, onObject, onProbe);
      }).toThrow(/real, same shape/);
    });

    it('counts the views over each pixel, in every layer', async () => {
      const { block, object } = setUp(problem);
      const [layers, rows, cols] = object.shape;
      const coverage = put(random([layers, rows, cols], 'float64'));
      const wanted = await get(coverage);
      for (const view of all) {
        for (let i = 0; i < direct.PIXELS; i++) {
          for (let layer = 0; layer < layers; layer++) wanted[direct.at(problem, view, layer, i) / 2]++;
        }
      }
      backend.addCoverage(block, coverage);
      expectClose(await get(coverage), wanted);
      expect(() => {
        backend.addCoverage(block, object);
      }).toThrow(/real/);
      expect(() => {
        backend.addCoverage(block, backend.allocate([1, rows - 1, cols], 'real'));
      }).toThrow(DataError);
    });

    it('gives exit waves out and takes them in, a few views at a time', async () => {
      const { block, probe, object } = setUp(problem);
      backend.initializeExit(block, probe, object);
      const shape = [problem.modes.length, direct.ROWS, direct.COLS];
      const some = await backend.readExit(block, 1, 3);
      expect(some.shape).toEqual([3, ...shape]);
      const bare = withPhase(some, block.exitPhase, undefined);
      expectClose(
        bare.data as Float32Array | Float64Array,
        [1, 2, 3].flatMap((view) => PO(view).flatMap((wave) => [...wave])),
        10,
      );
      const { block: other } = setUp(problem);
      expect(other.exitPhase).toEqual(block.exitPhase);
      backend.writeExit(other, 3, await backend.readExit(block, 3, views - 3));
      backend.writeExit(other, 0, await backend.readExit(block, 0, 3));
      expect(await backend.readExit(other, 0, views)).toEqual(await backend.readExit(block, 0, views));
      backend.writeExit(
        block,
        2,
        ndarray('complex64', [1, ...shape], new Float32Array(2 * direct.PIXELS * 3)),
      );
      await expectExits(
        problem,
        block,
        probe,
        object,
        all.map((view) => PO(view).map((wave) => (view === 2 ? wave.map(() => 0) : wave))),
      );
      expect((await backend.readExit(block, views, 0)).shape).toEqual([0, ...shape]);
    });

    it('projects exit waves that were put in like those that never left', async () => {
      const { block, probe, object } = setUp(problem);
      const { block: other } = setUp(problem);
      const [, step] = steps[1];
      backend.initializeExit(block, probe, object);
      await backend.project(block, probe, object, step, { photonError: false });
      backend.writeExit(other, 0, await backend.readExit(block, 0, views));
      const moved = put(problem.object);
      backend.roll(moved, 1, 1);
      const wanted = await backend.project(block, probe, moved, step, { photonError: true });
      const got = await backend.project(other, probe, moved, step, { photonError: true });
      expect(got).toEqual(wanted);
      expect(await backend.readExit(other, 0, views)).toEqual(await backend.readExit(block, 0, views));
    });

    it('refuses exit waves that are not there or do not fit', async () => {
      const { block, probe, object } = setUp(problem);
      await expect(backend.readExit(block, 0, 1)).rejects.toThrow(DataError);
      backend.initializeExit(block, probe, object);
      await expect(backend.readExit(block, 3, views)).rejects.toThrow(DataError);
      const waves = await backend.readExit(block, 0, 2);
      expect(() => {
        backend.writeExit(block, views - 1, waves);
      }).toThrow(DataError);
      expect(() => {
        backend.writeExit(block, 0, { ...waves, shape: [2, 1, direct.ROWS, 3 * direct.COLS] });
      }).toThrow(DataError);
    });

    it('moves views with their corners', async () => {
      const { block, probe, object } = setUp(problem);
      const corners = ndarray(
        'int32',
        [views, 2],
        problem.corners.data.map((corner) => 5 - corner),
      );
      backend.setCorners(block, corners);
      const got = await backend.modelIntensities(block, probe, object);
      const moved = { ...problem, corners };
      expectClose(
        got.data.slice(0, pixels),
        direct.model(moved, 0, problem.probe.data, problem.object.data),
        10,
      );
      backend.setCorners(block, ndarray('int32', [views, 2], new Int32Array(2 * views).fill(6)));
      expect(() => {
        backend.initializeExit(block, probe, object);
      }).toThrow(/leaves the object/);
    });

    it('says what errors views would have elsewhere, and leaves them where they are', async () => {
      const { block, probe, object } = setUp(problem);
      const elsewhere = ndarray(
        'int32',
        [views, 2],
        problem.corners.data.map((corner) => 5 - corner),
      );
      for (const corners of [problem.corners, elsewhere]) {
        const moved = { ...problem, corners };
        const models = all.map((view) => direct.model(moved, view, problem.probe.data, problem.object.data));
        const wanted = models.map((model, view) => direct.modelErrors(problem, view, model));
        for (const metric of ['magnitude', 'photon'] as const) {
          const errors = await backend.viewErrors(block, probe, object, corners, metric);
          expect(errors).toHaveLength(views);
          expectClose(
            errors,
            wanted.map((error) => error[metric]),
            10,
          );
        }
      }
      const models = all.map((view) => direct.model(problem, view, problem.probe.data, problem.object.data));
      expectErrors(await backend.residual(block, probe, object), {
        ...totalErrors(problem, models),
        exit: NaN,
        views,
      });
    });

    it('refuses errors where views leave the object, and corners of other views', async () => {
      const { block, probe, object } = setUp(problem);
      const errorsAt = async (corners: NdArray<'int32'>): Promise<Float64Array> =>
        backend.viewErrors(block, probe, object, corners, 'magnitude');
      const outside = ndarray('int32', [views, 2], new Int32Array(2 * views).fill(6));
      await expect(errorsAt(outside)).rejects.toThrow(/leaves the object/);
      const few = ndarray('int32', [views - 1, 2], new Int32Array(2 * views - 2));
      await expect(errorsAt(few)).rejects.toThrow(/corners/);
    });
  });

  it('adds up over blocks', async () => {
    const problem = direct.createProblem('farfield');
    const { block, probe, object } = setUp(problem);
    const parts = [
      [0, 2],
      [2, 5],
    ].map(([start, stop]) =>
      backend.createBlock({
        ...problem,
        intensities: direct.rows(problem.intensities, start, stop),
        weights: direct.rows(problem.weights, start, stop),
        corners: ndarray('int32', [stop - start, 2], problem.corners.data.slice(2 * start, 2 * stop)),
      }),
    );
    const numerators = [[block], parts].map((blocks) => {
      const numerator = backend.allocate(object.shape, 'complex');
      const denominator = backend.allocate(object.shape, 'real');
      for (const part of blocks) {
        backend.initializeExit(part, probe, object);
        backend.accumulateObject(part, probe, numerator, denominator);
      }
      return numerator;
    });
    expectClose(await get(numerators[0]), await get(numerators[1]), 10);
  });

  it('refuses frames that the waves are no whole multiple of', () => {
    const problem = direct.createProblem('farfield');
    const geometry = { ...problem.geometry, shape: [9, 12] as const };
    expect(() => backend.createBlock({ ...problem, geometry })).toThrow(
      /6x8.*\(n, 9, 12\), or the same whole fraction/,
    );
    const uneven = { ...problem.geometry, shape: [12, 8] as const };
    expect(() => backend.createBlock({ ...problem, geometry: uneven })).toThrow(/whole fraction/);
  });

  it('takes blocks without views', async () => {
    const problem = direct.createProblem('farfield', 0);
    const { block, probe, object } = setUp(problem);
    backend.initializeExit(block, probe, object);
    const sums = await backend.project(
      block,
      probe,
      object,
      { a: -1, b: 1, c: 2, powerBound: 0 },
      { photonError: true },
    );
    expect(sums.views).toBe(0);
    expect(sums.exit).toBe(0);
    expect(await backend.viewErrors(block, probe, object, problem.corners, 'photon')).toHaveLength(0);
  });

  it('gives the same bits again', async () => {
    const problem = direct.createProblem('nearfield');
    const run = async (): Promise<Float64Array> => {
      const { block, probe, object } = setUp(problem);
      backend.initializeExit(block, probe, object);
      await backend.project(
        block,
        probe,
        object,
        { a: -1, b: 1, c: 2, powerBound: 0.1 },
        { photonError: false },
      );
      const numerator = backend.allocate(object.shape, 'complex');
      backend.accumulateObject(block, probe, numerator, backend.allocate(object.shape, 'real'));
      return get(numerator);
    };
    expect(await run()).toEqual(await run());
  });
}
