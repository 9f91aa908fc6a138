/** A backend with what its contract needs: arrays in and out, comparisons up to rounding. */
import { expect } from 'vitest';
import { ndarray, type NdArray } from '../../src/array/ndarray.ts';
import type { Backend, Block, DeviceArray, ErrorSums } from '../../src/compute/backend.ts';
import { stream } from '../../src/simulation/random.ts';
import * as direct from './direct.ts';

export type Bench = ReturnType<typeof createBench>;

export function createBench(backend: Backend, tolerance: number) {
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

  function totalErrors(problem: direct.Problem, models: Float64Array[]): Partial<ErrorSums> {
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
  function overlapSums(problem: direct.Problem, exits: direct.Waves[]) {
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
    problem: direct.Problem,
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
    exits: direct.Waves[],
  ) {
    const wanted = overlapSums(problem, exits);
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

  return {
    backend,
    tolerance,
    put,
    get,
    random,
    expectClose,
    setUp,
    expectErrors,
    totalErrors,
    overlapSums,
    expectExits,
  };
}
