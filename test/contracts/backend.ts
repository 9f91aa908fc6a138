/** What every backend must compute, checked against definitions evaluated term by term (`direct.ts`). */
import { afterAll, describe, expect, it } from 'vitest';
import { ndarray, type NdArray } from '../../src/array/ndarray.ts';
import type {
  Backend,
  Block,
  DeviceArray,
  ErrorSums,
  LikelihoodOptions,
  ProjectionStep,
} from '../../src/compute/backend.ts';
import { stream } from '../../src/simulation/random.ts';
import * as direct from './direct.ts';

const NOISES = ['gaussian', 'poisson', 'euclid'] as const;

/** `tolerance`: relative rounding error of a kernel, e.g. 1e-12 in double and 1e-5 in single precision. */
export function backendContract(name: string, create: () => Backend, tolerance: number): void {
  describe(`backend ${name}`, () => {
    const backend = create();
    afterAll(() => {
      backend.dispose();
    });

    function put(array: NdArray): DeviceArray {
      const device = backend.allocate(array.shape, array.dtype === 'complex128' ? 'complex' : 'real');
      backend.upload(device, array);
      return device;
    }

    async function get(array: DeviceArray): Promise<Float64Array> {
      return Float64Array.from((await backend.read(array)).data);
    }

    function random(
      shape: number[],
      kind: 'complex128' | 'float64',
      seed = 1,
    ): NdArray<'complex128' | 'float64'> {
      const numbers = stream(seed);
      const length = shape.reduce((n, axis) => n * axis, kind === 'complex128' ? 2 : 1);
      return ndarray(
        kind,
        shape,
        Float64Array.from({ length }, () => numbers.normal()),
      );
    }

    /** Equal up to rounding, relative to the largest value. */
    function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, factor = 1): void {
      expect(got.length).toBe(wanted.length);
      let largest = 0;
      let difference = 0;
      for (let i = 0; i < wanted.length; i++) {
        largest = Math.max(largest, Math.abs(wanted[i]));
        const step = Math.abs(got[i] - wanted[i]);
        difference = step > difference || Number.isNaN(step) ? step : difference;
      }
      expect(difference).toBeLessThanOrEqual(factor * tolerance * largest);
    }

    function setUp(problem: direct.Problem): { block: Block; probe: DeviceArray; object: DeviceArray } {
      const { intensities, weights, corners, geometry, modes } = problem;
      return {
        block: backend.createBlock({ intensities, weights, corners, geometry, modes }),
        probe: put(problem.probe),
        object: put(problem.object),
      };
    }

    function expectErrors(got: ErrorSums, wanted: Partial<ErrorSums>): void {
      for (const [key, value] of Object.entries(wanted)) {
        const found = got[key as keyof ErrorSums];
        if (Number.isNaN(value)) expect(found, key).toBeNaN();
        else
          expect(Math.abs(found - value), `${key} ${found} ${value}`).toBeLessThanOrEqual(
            10 * tolerance * value,
          );
      }
    }

    describe('arrays', () => {
      it('start at zero and give back what was put in', async () => {
        const empty = backend.allocate([2, 3], 'complex');
        expect(await get(empty)).toEqual(new Float64Array(12));
        for (const kind of ['complex128', 'float64'] as const) {
          const values = random([2, 3, 5], kind);
          expectClose(await get(put(values)), values.data);
        }
      });

      it('fill, copy, combine and dot', async () => {
        const [x, y] = [random([3, 4], 'complex128', 1), random([3, 4], 'complex128', 2)];
        const [a, b] = [put(x), put(y)];
        const product = x.data.reduce((sum, value, i) => sum + value * y.data[i], 0);
        const scale = x.data.reduce((sum, value, i) => sum + Math.abs(value * y.data[i]), 0);
        expect(Math.abs((await backend.dot(a, b)) - product)).toBeLessThanOrEqual(tolerance * scale);
        backend.combine(a, 0.5, -2, b);
        expectClose(
          await get(a),
          x.data.map((value, i) => 0.5 * value - 2 * y.data[i]),
        );
        backend.copy(a, b);
        expectClose(await get(a), y.data);
        backend.fill(a, 3);
        expect(await get(a)).toEqual(Float64Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? 3 : 0)));
        const real = put(random([5], 'float64'));
        backend.fill(real, 2);
        expect(await get(real)).toEqual(new Float64Array(5).fill(2));
      });

      it('forget the target that is scaled by 0, whatever it holds', async () => {
        const [a, b] = [put(random([2, 2], 'complex128')), put(random([2, 2], 'complex128', 3))];
        backend.fill(a, NaN);
        backend.combine(a, 0, 2, b);
        expectClose(
          await get(a),
          (await get(b)).map((value) => 2 * value),
        );
      });

      it('multiply by a real factor of the last axes', async () => {
        const [x, f] = [random([2, 3, 4], 'complex128'), random([3, 4], 'float64', 2)];
        const a = put(x);
        backend.multiply(a, put(f));
        expectClose(
          await get(a),
          x.data.map((value, i) => value * f.data[(i >> 1) % 12]),
        );
      });

      it('clip amplitudes and keep phases', async () => {
        const x = ndarray('complex128', [4], Float64Array.from([3, 4, 0.3, -0.4, 0, 0, 0.6, 0.8]));
        const a = put(x);
        backend.clipAmplitude(a, 1, 2);
        expectClose(await get(a), [1.2, 1.6, 0.6, -0.8, 1, 0, 0.6, 0.8]);
      });

      it('take quotients; 0/0 keeps the target', async () => {
        const [x, n] = [random([2, 5], 'complex128', 1), random([2, 5], 'complex128', 2)];
        const d = ndarray('float64', [2, 5], Float64Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
        for (const weight of [0, 0.5]) {
          const a = put(x);
          backend.quotient(a, put(n), put(d), weight);
          expectClose(
            await get(a),
            x.data.map((value, i) => {
              const whole = weight + d.data[i >> 1];
              return whole === 0 ? value : (weight * value + n.data[i]) / whole;
            }),
          );
        }
      });

      it('roll around the edges', async () => {
        const x = random([2, 3, 4], 'complex128');
        const a = put(x);
        backend.roll(a, -1, 5);
        const got = await get(a);
        for (let layer = 0; layer < 2; layer++) {
          for (let r = 0; r < 3; r++) {
            for (let c = 0; c < 4; c++) {
              const to = 2 * ((layer * 3 + ((r + 2) % 3)) * 4 + ((c + 5) % 4));
              const from = 2 * ((layer * 3 + r) * 4 + c);
              expectClose(got.slice(to, to + 2), x.data.slice(from, from + 2));
            }
          }
        }
      });

      it('smooth with a Gaussian that keeps constants and sums', async () => {
        const spot = ndarray('complex128', [1, 25, 27], new Float64Array(2 * 25 * 27));
        spot.data[2 * (12 * 27 + 13)] = 1;
        const a = put(spot);
        backend.smooth(a, 1.2);
        const got = await get(a);
        const weight = (k: number): number => Math.exp(-0.5 * (k / 1.2) ** 2);
        const norm = [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5].reduce((sum, k) => sum + weight(k), 0);
        for (const [r, c] of [
          [12, 13],
          [13, 13],
          [10, 15],
        ]) {
          const wanted = (weight(r - 12) * weight(c - 13)) / norm ** 2;
          expectClose([got[2 * (r * 27 + c)]], [wanted], 10);
        }
        const flat = put(random([1, 4, 5], 'complex128'));
        backend.fill(flat, 2);
        backend.smooth(flat, 3);
        expectClose(
          await get(flat),
          Float64Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 2 : 0)),
          10,
        );
      });

      it('refuse what does not fit', () => {
        const a = backend.allocate([2, 3], 'complex');
        const b = backend.allocate([3, 2], 'complex');
        expect(() => {
          backend.copy(a, b);
        }).toThrow(/2x3.*3x2/);
        expect(() => {
          backend.upload(a, random([2, 2], 'complex128'));
        }).toThrow(/2x2/);
      });
    });

    describe('regulariser', () => {
      it('has the gradient and the parabola of its definition', async () => {
        const [x, h] = [random([2, 4, 5], 'complex128', 1), random([2, 4, 5], 'complex128', 2)];
        const R = (t: number): number => {
          const y = x.data.map((value, i) => value + t * h.data[i]);
          let sum = 0;
          for (let i = 0; i < y.length; i++) {
            const pixel = i >> 1;
            if (pixel % 5 < 4) sum += (y[i + 2] - y[i]) ** 2;
            if (Math.floor(pixel / 5) % 4 < 3) sum += (y[i + 10] - y[i]) ** 2;
          }
          return 0.3 * 2 * sum;
        };
        const [object, gradient, direction] = [put(x), put(h), put(h)];
        expectClose([await backend.del2Gradient(object, 0.3, gradient)], [R(0)], 10);
        const slope = (await get(gradient)).reduce((sum, g, i) => sum + 2 * (g - h.data[i]) * h.data[i], 0);
        const parabola = await backend.del2LineSearch(object, 0.3, direction);
        const [b1, b2] = [(R(1) - R(-1)) / 2, (R(1) + R(-1)) / 2 - R(0)];
        expectClose(parabola, [R(0), b1, b2], 10);
        expectClose([slope], [b1], 100);
      });
    });

    describe.each(['farfield', 'nearfield'] as const)('%s', (propagation) => {
      const problem = direct.createProblem(propagation);
      const views = problem.corners.shape[0];
      const all = Array.from({ length: views }, (_, view) => view);
      const PO = (view: number): direct.Waves =>
        direct.products(problem, view, problem.probe.data, problem.object.data);

      it('sums the power of valid pixels', async () => {
        const { block } = setUp(problem);
        const totals = all.map((view) => {
          let total = 0;
          for (let i = view * direct.PIXELS; i < (view + 1) * direct.PIXELS; i++) {
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
        const wanted = all.map((view) =>
          direct.model(problem, view, problem.probe.data, problem.object.data),
        );
        const got = await backend.modelIntensities(block, probe, object);
        expect(got.shape).toEqual([views, direct.ROWS, direct.COLS]);
        all.forEach((view) => {
          expectClose(got.data.slice(view * direct.PIXELS, (view + 1) * direct.PIXELS), wanted[view], 10);
        });
        expectErrors(await backend.residual(block, probe, object), {
          ...totalErrors(wanted),
          exit: NaN,
          views,
        });
      });

      it('treats one mask for all frames as the same mask in each', async () => {
        const { block, probe, object } = setUp(problem);
        const shared = ndarray(
          'uint8',
          [direct.ROWS, direct.COLS],
          Uint8Array.from(problem.weights.data.slice(0, direct.PIXELS), (weight) => (weight > 0 ? 3 : 0)),
        );
        const repeated = ndarray(
          'bool',
          [...problem.intensities.shape],
          Uint8Array.from({ length: views * direct.PIXELS }, (_, i) =>
            shared.data[i % direct.PIXELS] > 0 ? 1 : 0,
          ),
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

      function totalErrors(models: Float64Array[]): Partial<ErrorSums> {
        const errors = models.map((M, view) => direct.modelErrors(problem, view, M));
        const total = (key: 'magnitude' | 'photon' | 'residual' | 'amplitude'): number =>
          errors.reduce((sum, error) => sum + error[key], 0);
        return {
          magnitude: total('magnitude'),
          photon: total('photon'),
          residual: total('residual'),
          amplitude: total('amplitude'),
        };
      }

      /** Σ P*ψ and Σ|P|² of the object, Σ O*ψ and Σ|O|² of the probe. */
      function overlapSums(exits: direct.Waves[]) {
        const { probe, object, modes } = problem;
        const sums = {
          objectNumerator: new Float64Array(object.data.length),
          objectDenominator: new Float64Array(object.data.length / 2),
          probeNumerator: new Float64Array(probe.data.length),
          probeDenominator: new Float64Array(probe.data.length / 2),
        };
        exits.forEach((waves, view) => {
          modes.forEach(([probeLayer, objectLayer], k) => {
            for (let i = 0; i < direct.PIXELS; i++) {
              const p = 2 * (probeLayer * direct.PIXELS + i);
              const o = direct.at(problem, view, objectLayer, i);
              const [pr, pi] = [probe.data[p], probe.data[p + 1]];
              const [or, oi] = [object.data[o], object.data[o + 1]];
              const [wr, wi] = [waves[k][2 * i], waves[k][2 * i + 1]];
              sums.objectNumerator[o] += pr * wr + pi * wi;
              sums.objectNumerator[o + 1] += pr * wi - pi * wr;
              sums.objectDenominator[o / 2] += pr * pr + pi * pi;
              sums.probeNumerator[p] += or * wr + oi * wi;
              sums.probeNumerator[p + 1] += or * wi - oi * wr;
              sums.probeDenominator[p / 2] += or * or + oi * oi;
            }
          });
        });
        return sums;
      }

      async function expectExits(
        block: Block,
        probe: DeviceArray,
        object: DeviceArray,
        exits: direct.Waves[],
      ) {
        const wanted = overlapSums(exits);
        const arrays = {
          objectNumerator: backend.allocate(object.shape, 'complex'),
          objectDenominator: backend.allocate(object.shape, 'real'),
          probeNumerator: backend.allocate(probe.shape, 'complex'),
          probeDenominator: backend.allocate(probe.shape, 'real'),
        };
        backend.accumulateObject(block, probe, arrays.objectNumerator, arrays.objectDenominator);
        backend.accumulateProbe(block, object, arrays.probeNumerator, arrays.probeDenominator);
        for (const key of Object.keys(arrays) as (keyof typeof arrays)[]) {
          expectClose(await get(arrays[key]), wanted[key], 20);
        }
      }

      it('starts exit waves from the product and sums the overlap', async () => {
        const { block, probe, object } = setUp(problem);
        backend.initializeExit(block, probe, object);
        await expectExits(block, probe, object, all.map(PO));
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
        await expectExits(block, probe, object, rolled);
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
        const models = all.map((view) =>
          direct.model(problem, view, problem.probe.data, problem.object.data),
        );
        expectErrors(sums, {
          ...totalErrors(models),
          views,
          magnitude: results.reduce((sum, { magnitude }) => sum + magnitude, 0),
          exit: change.reduce((sum, value) => sum + value, 0) / direct.PIXELS,
        });
        await expectExits(
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
          got.data.slice(0, direct.PIXELS),
          direct.model(moved, 0, problem.probe.data, problem.object.data),
          10,
        );
        backend.setCorners(block, ndarray('int32', [views, 2], new Int32Array(2 * views).fill(6)));
        expect(() => {
          backend.initializeExit(block, probe, object);
        }).toThrow(/leaves the object/);
      });

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
              ndarray(
                'complex128',
                problem.probe.shape,
                new Float64Array(problem.probe.data.length).fill(0.5),
              ),
            ),
            object: backend.allocate(problem.object.shape, 'complex'),
          };
          const sums = await backend.gradient(
            block,
            probe,
            object,
            options,
            gradients.probe,
            gradients.object,
          );
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
          expect(Math.abs(got - along)).toBeLessThanOrEqual(
            (1e-6 + 100 * tolerance) * Math.abs(along) + 1e-7,
          );
          if (!floating) {
            const models = all.map((view) => direct.model(problem, view, P, O));
            expectErrors(sums, { ...totalErrors(models), views, exit: NaN });
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

    it('adds up over blocks', async () => {
      const problem = direct.createProblem('farfield');
      const { block, probe, object } = setUp(problem);
      const parts = [
        [0, 2],
        [2, 5],
      ].map(([start, stop]) =>
        backend.createBlock({
          ...problem,
          intensities: rows(problem.intensities, start, stop),
          weights: rows(problem.weights, start, stop),
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
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i], 0);
}

function add(a: Float64Array, t: number, b: Float64Array): Float64Array {
  return a.map((x, i) => x + t * b[i]);
}

function rows(array: NdArray<'float64'>, start: number, stop: number): NdArray<'float64'> {
  const { PIXELS, ROWS, COLS } = direct;
  return ndarray('float64', [stop - start, ROWS, COLS], array.data.slice(start * PIXELS, stop * PIXELS));
}

/**
 * What the gradients of the contract give along the problem's directions, by differences. Gaussian gradients are ∂/∂P*,
 * half the steepest ascent 2∂/∂P* of the other two; with floating intensities the scale enters the residual only.
 */
function gradientAlong(
  problem: direct.Problem,
  noise: (typeof NOISES)[number],
  scales: readonly number[],
): number {
  const h = 2e-4;
  let total = 0;
  scales.forEach((scale, view) => {
    const one: direct.Problem = {
      ...problem,
      corners: ndarray('int32', [1, 2], problem.corners.data.slice(2 * view, 2 * view + 2)),
      intensities: rows(problem.intensities, view, view + 1),
      weights: rows(problem.weights, view, view + 1),
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
