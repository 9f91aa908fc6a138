/** The kernels of engines that follow a loss: view by view (EPIE) and maximum likelihood. */
import { describe, expect, it } from 'vitest';
import { ndarray } from '../../src/array/ndarray.ts';
import type { LikelihoodOptions, NoiseModel } from '../../src/compute/backend.ts';
import type { Bench } from './backend-bench.ts';
import * as direct from './direct.ts';

const NOISES: readonly NoiseModel[] = ['gaussian', 'poisson', 'euclid'];

export function descentContract(bench: Bench): void {
  const { backend, tolerance, put, get, expectClose, setUp, expectErrors, totalErrors } = bench;

  describe.each(['farfield', 'nearfield'] as const)('%s', (propagation) => {
    const problem = direct.createProblem(propagation);
    const views = problem.corners.shape[0];
    const all = Array.from({ length: views }, (_, view) => view);

    it.each([true, false])('sweeps with the iterative engine, probe update %s', async (updateProbe) => {
      const { block, probe, object } = setUp(problem);
      const order = [2, 0, 4, 1];
      const [P, O] = [problem.probe.data.slice(), problem.object.data.slice()];
      const models: [number, Float64Array][] = [];
      let change = 0;
      for (const view of order) {
        const products = direct.products(problem, view, P, O);
        models.push([view, direct.model(problem, view, P, O)]);
        const { waves } = direct.projection(problem, view, products, products, {
          a: 0,
          b: 1,
          c: 1,
          powerBound: 0,
        });
        const delta = waves.map((wave, k) => wave.map((x, i) => x - products[k][i]));
        change += delta.reduce((sum, wave) => sum + wave.reduce((s, x) => s + x * x, 0), 0) / direct.PIXELS;
        const strongest = (power: (i: number, layer: number) => number): number =>
          Math.max(...Array.from({ length: direct.PIXELS }, (_, i) => power(i, 0) + power(i, 1)));
        const probeNorm = strongest((i, layer) => {
          const p = 2 * (layer * direct.PIXELS + i);
          return P[p] ** 2 + P[p + 1] ** 2;
        });
        const apply = (
          target: Float64Array,
          other: Float64Array,
          factor: number,
          which: 'probe' | 'object',
        ): void => {
          problem.modes.forEach(([probeLayer, objectLayer], k) => {
            for (let i = 0; i < direct.PIXELS; i++) {
              const p = 2 * (probeLayer * direct.PIXELS + i);
              const o = direct.at(problem, view, objectLayer, i);
              const [to, from] = which === 'object' ? [o, p] : [p, o];
              const [re, im] = [other[from], other[from + 1]];
              const [dr, di] = [delta[k][2 * i], delta[k][2 * i + 1]];
              target[to] += factor * (re * dr + im * di);
              target[to + 1] += factor * (re * di - im * dr);
            }
          });
        };
        apply(O, P, 0.9 / probeNorm, 'object');
        if (!updateProbe) continue;
        const objectNorm = strongest((i, layer) => {
          const o = direct.at(problem, view, layer, i);
          return O[o] ** 2 + O[o + 1] ** 2;
        });
        apply(P, O, 0.7 / objectNorm, 'probe');
      }
      const step = { alpha: 0.9, beta: 0.7, updateProbe, objectNormIsGlobal: false, order };
      const sums = await backend.pieSweep(block, probe, object, step);
      expectClose(await get(object), O, 100);
      expectClose(await get(probe), P, 100);
      expectErrors(sums, {
        views: order.length,
        exit: change,
        photon: models.reduce((sum, [view, M]) => sum + direct.modelErrors(problem, view, M).photon, 0),
      });
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
