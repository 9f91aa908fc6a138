/** The kernels of engines that follow a loss: view by view (EPIE, RPIE), in batches (LSQML), and maximum likelihood. */
import { describe, expect, it } from 'vitest';
import { ndarray } from '../../src/array/ndarray.ts';
import type { LikelihoodOptions, NoiseModel, PieStep } from '../../src/compute/backend.ts';
import type { Bench } from './backend-bench.ts';
import * as direct from './direct.ts';
import * as updates from './direct-updates.ts';

const NOISES: readonly NoiseModel[] = ['gaussian', 'poisson', 'euclid'];

export function descentContract(bench: Bench): void {
  const { backend, tolerance, put, get, expectClose, setUp, expectErrors, totalErrors } = bench;

  describe.each(direct.KINDS)('%s, %d pixels of the waves to one of the frames', (propagation, sampling) => {
    const problem = direct.createProblem(propagation, 5, sampling);
    const views = problem.corners.shape[0];
    const all = Array.from({ length: views }, (_, view) => view);

    const pie: Omit<PieStep, 'order'> = {
      objectStep: 0.9,
      objectBlend: 1,
      probeStep: 0.7,
      probeBlend: 1,
      updateProbe: true,
      probeFollowsObject: true,
      objectNormIsGlobal: false,
    };
    const regularised = { ...pie, objectBlend: 0.1, probeBlend: 0.6, probeFollowsObject: false };
    const sweeps: [string, Omit<PieStep, 'order'>][] = [
      ['extended', pie],
      ['extended, probe kept', { ...pie, updateProbe: false }],
      ['extended, norm of the whole object', { ...pie, objectNormIsGlobal: true }],
      ['regularised', regularised],
      ['regularised, probe kept', { ...regularised, updateProbe: false }],
      ['regularised, norm of the whole object', { ...regularised, objectNormIsGlobal: true }],
      ['regularised, probe after object', { ...regularised, probeFollowsObject: true }],
    ];
    it.each(sweeps)('sweeps with the iterative engine: %s', async (_name, step) => {
      const { block, probe, object } = setUp(problem);
      const order = [2, 0, 4, 1];
      let [P, O] = [problem.probe.data, problem.object.data];
      let [exit, photon] = [0, 0];
      for (const view of order) {
        const after = updates.pieUpdate(problem, view, P, O, step);
        exit += after.exit;
        photon += direct.modelErrors(problem, view, after.M).photon;
        [P, O] = [after.P, after.O];
      }
      const sums = await backend.pieSweep(block, probe, object, { ...step, order });
      expectClose(await get(object), O, 100);
      expectClose(await get(probe), P, 100);
      expectErrors(sums, { views: order.length, exit, photon });
    });

    it('sweeps on where probe and object are 0', async () => {
      const { block, probe, object } = setUp(problem);
      backend.fill(object, 0);
      const step = { ...regularised, objectBlend: 0, probeBlend: 0, order: all };
      await backend.pieSweep(block, probe, object, step);
      expectClose(await get(probe), problem.probe.data);
      backend.fill(probe, 0);
      await backend.pieSweep(block, probe, object, step);
      expect((await get(probe)).every((x) => x === 0)).toBe(true);
      expect((await get(object)).every((x) => x === 0)).toBe(true);
    });

    it.each(['euclid', 'poisson'] as const)('finds least-squares changes and steps: %s', async (model) => {
      const { block, probe, object } = setUp(problem);
      const listed = [3, 0, 4];
      const results = listed.map((view) => updates.leastSquaresChange(problem, view, { model }));
      const wanted = updates.leastSquaresSums(
        problem,
        listed,
        results.map(({ change }) => change),
      );
      const sumsOf = (shape: readonly number[]) => ({
        numerator: backend.allocate(shape, 'complex'),
        denominator: backend.allocate(shape, 'real'),
      });
      const got = { probe: sumsOf(probe.shape), object: sumsOf(object.shape) };
      // What is there stays: another block may have added it.
      backend.fill(got.probe.numerator, 0.5);
      const change = (views: readonly number[]) =>
        backend.leastSquaresChange(block, probe, object, views, { model }, got.probe, got.object);
      const sums = await change(listed);
      const before = wanted.probe.numerator.map((x, i) => x + (i % 2 === 0 ? 0.5 : 0));
      expectClose(await get(got.probe.numerator), before, 100);
      expectClose(await get(got.probe.denominator), wanted.probe.denominator, 10);
      expectClose(await get(got.object.numerator), wanted.object.numerator, 100);
      expectClose(await get(got.object.denominator), wanted.object.denominator, 10);
      const errors = results.map(({ M }, row) => direct.modelErrors(problem, listed[row], M));
      expectErrors(sums, {
        views: listed.length,
        magnitude: errors.reduce((sum, { magnitude }) => sum + magnitude, 0),
        photon: errors.reduce((sum, { photon }) => sum + photon, 0),
        residual: errors.reduce((sum, { residual }) => sum + residual, 0),
        amplitude: errors.reduce((sum, { amplitude }) => sum + amplitude, 0),
        exit: results.reduce((sum, { exit }) => sum + exit, 0),
      });

      const [dP, dO] = [put(problem.probeDirection), put(problem.objectDirection)];
      const rows = listed.flatMap((view, row) => updates.leastSquaresRow(problem, view, results[row].change));
      expectClose(await backend.leastSquaresSteps(block, probe, object, dP, dO), rows, 100);
      // The next call forgets the changes of this one.
      expect((await change([])).views).toBe(0);
      expect(await backend.leastSquaresSteps(block, probe, object, dP, dO)).toHaveLength(0);
    });

    it('refuses least-squares steps without changes, and views it does not have', async () => {
      const { block, probe, object } = setUp(problem);
      const [dP, dO] = [put(problem.probeDirection), put(problem.objectDirection)];
      const steps = () => backend.leastSquaresSteps(block, probe, object, dP, dO);
      const change = async (views: readonly number[]) => {
        const sums = {
          numerator: backend.allocate(probe.shape, 'complex'),
          denominator: backend.allocate(probe.shape, 'real'),
        };
        const forObject = {
          numerator: backend.allocate(object.shape, 'complex'),
          denominator: backend.allocate(object.shape, 'real'),
        };
        await backend.leastSquaresChange(block, probe, object, views, { model: 'euclid' }, sums, forObject);
      };
      await expect(async () => steps()).rejects.toThrow(/leastSquaresChange first/);
      await expect(async () => change([0, views])).rejects.toThrow(/view 5 of a block with views 0…4/);
      await change([1]);
      backend.freeExit(block);
      await expect(async () => steps()).rejects.toThrow(/leastSquaresChange first/);
    });

    const likelihoods = NOISES.flatMap((model) =>
      [false, true].map((floatingIntensities): LikelihoodOptions => ({ model, floatingIntensities })),
    );
    it.each(likelihoods)(
      'has the gradient of its loss: $model, floating $floatingIntensities',
      async (options) => {
        const { block, probe, object } = setUp(problem);
        const gradients = {
          probe: put(
            ndarray('complex128', problem.probe.shape, new Float64Array(problem.probe.data.length).fill(0.5)),
          ),
          object: backend.allocate(problem.object.shape, 'complex'),
        };
        const sums = await backend.gradient(block, probe, object, options, gradients.probe, gradients.object);
        const { model, floatingIntensities: floating } = options;
        const [P, O] = [problem.probe.data, problem.object.data];
        const wanted = direct.loss(problem, model, floating, P, O);
        expect(Math.abs(sums.loss - wanted)).toBeLessThanOrEqual(100 * tolerance * Math.abs(wanted));
        // The scales of floating intensities are kept while the gradient is taken, and not multiplied into it.
        const scales = all.map((view) => (floating ? direct.floatingScale(problem, model, view, P, O) : 1));
        const along = gradientAlong(problem, model, scales);
        const got =
          dot(await get(gradients.object), problem.objectDirection.data) +
          dot(
            (await get(gradients.probe)).map((x) => x - 0.5),
            problem.probeDirection.data,
          );
        // Amplitudes are kept off zero by 1e-6 in x, which is the derivative of the loss without.
        const loose = model === 'euclid' ? 1e-4 : 1e-6;
        expect(Math.abs(got - along)).toBeLessThanOrEqual(
          (loose + 100 * tolerance) * Math.abs(along) + loose,
        );
        if (!floating) {
          const models = all.map((view) => direct.model(problem, view, P, O));
          expectErrors(sums, { ...totalErrors(problem, models), views, exit: NaN });
        }
      },
    );

    it.each(likelihoods)(
      'has the parabola of its loss: $model, floating $floatingIntensities',
      async (options) => {
        const { block, probe, object } = setUp(problem);
        const { model, floatingIntensities: floating } = options;
        const [P, O] = [problem.probe.data, problem.object.data];
        const scales = all.map((view) => (floating ? direct.floatingScale(problem, model, view, P, O) : 1));
        const L = (t: number): number =>
          direct.loss(
            problem,
            model,
            floating,
            add(P, t, problem.probeDirection.data),
            add(O, t, problem.objectDirection.data),
            scales,
          );
        const got = await backend.lineSearch(
          block,
          probe,
          object,
          options,
          put(problem.probeDirection),
          put(problem.objectDirection),
        );
        // Derivatives by differences of fourth order.
        const h = 2e-3;
        const b1 = (8 * (L(h) - L(-h)) - (L(2 * h) - L(-2 * h))) / (12 * h);
        const b2 = (16 * (L(h) + L(-h)) - (L(2 * h) + L(-2 * h)) - 30 * L(0)) / (24 * h * h);
        expect(got[0]).toBe(0);
        // Amplitudes are kept off zero by 1e-6 in the loss and by 1e-12 in the intensities of the parabola (spec).
        const loose = model === 'euclid' ? 1e-4 : 1e-6;
        expect(Math.abs(got[1] - b1)).toBeLessThanOrEqual((loose + 100 * tolerance) * Math.abs(b1));
        expect(Math.abs(got[2] - b2)).toBeLessThanOrEqual((10 * loose + 100 * tolerance) * Math.abs(b2));
      },
    );
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i], 0);
}

function add(a: Float64Array, t: number, b: Float64Array): Float64Array {
  return a.map((x, i) => x + t * b[i]);
}

/**
 * What the gradients of the contract give along the problem's directions, by differences. Gaussian gradients are ∂/∂P*,
 * half the steepest ascent 2∂/∂P* of the other two; with floating intensities the scale enters the residual only.
 */
function gradientAlong(problem: direct.Problem, noise: NoiseModel, scales: readonly number[]): number {
  const h = 2e-4;
  let total = 0;
  scales.forEach((scale, view) => {
    const one: direct.Problem = {
      ...problem,
      corners: ndarray('int32', [1, 2], problem.corners.data.slice(2 * view, 2 * view + 2)),
      intensities: direct.rows(problem.intensities, view, view + 1),
      weights: direct.rows(problem.weights, view, view + 1),
    };
    const L = (t: number): number =>
      direct.loss(
        one,
        noise,
        false,
        add(problem.probe.data, t, problem.probeDirection.data),
        add(problem.object.data, t, problem.objectDirection.data),
        [scale],
      );
    const slope = (8 * (L(h) - L(-h)) - (L(2 * h) - L(-2 * h))) / (12 * h);
    total += (noise === 'gaussian' ? 0.5 : 1) * (slope / scale);
  });
  return total;
}
