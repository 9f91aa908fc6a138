import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openGolden } from '../../test/tools/golden.ts';
import { planFft2 } from '../array/fft.ts';
import { astype, toNumbers, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import { axisPixels } from './grids.ts';
import {
  createGeometry,
  createPropagator,
  detectorPhase,
  nearfieldKernel,
  samplePhase,
  type PropagatorGeometry,
} from './propagation.ts';

interface Case {
  energy: number;
  distance: number;
  psize: number;
  shape: [number, number];
  propagation: 'farfield' | 'nearfield';
}

/** Largest difference over largest value. */
function deviation(result: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(result).toHaveLength(expected.length);
  let [difference, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(result[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference / largest;
}

const power = (wave: Float64Array): number => wave.reduce((sum, x) => sum + x * x, 0);

describe('agreement with ptypy', async () => {
  const file = await openGolden('physics.h5');
  const cases = file.keys('geometry');

  it('covers both regimes', () => {
    expect(cases).toHaveLength(24);
  });

  it.each(cases)('%s', (name) => {
    const attributes = file.attributes(`geometry/${name}`);
    const { psize, ...rest } = JSON.parse(attributes.parameters as string) as Case;
    const [rows, cols] = rest.shape;
    const geometry = createGeometry({ ...rest, psize: [psize, psize], center: [rows >> 1, cols >> 1] });
    const read = (entry: string): Float64Array =>
      astype(file.read(`geometry/${name}/${entry}`), 'complex128').data;
    expect(geometry.wavelengthM).toBe(attributes.wavelength);
    expect(deviation(geometry.resolutionM, toNumbers(attributes.resolution as NdArray))).toBeLessThan(1e-15);

    const propagator = createPropagator(geometry);
    const forward = read('wave').slice();
    propagator.forward(forward);
    expect(deviation(forward, read('forward'))).toBeLessThan(1e-12);
    const intensity = Float64Array.from(
      { length: rows * cols },
      (_, i) => forward[2 * i] ** 2 + forward[2 * i + 1] ** 2,
    );
    expect(deviation(intensity, toNumbers(file.read(`geometry/${name}/forward_intensity`)))).toBeLessThan(
      1e-12,
    );
    const backward = read('wave').slice();
    propagator.backward(backward);
    expect(deviation(backward, read('backward'))).toBeLessThan(1e-12);
  });
});

/** The sum of the far field, term by term. */
function direct(wave: Float64Array, geometry: PropagatorGeometry): Float64Array {
  const [rows, cols] = geometry.shape;
  const y = axisPixels(rows, geometry.center[0]);
  const x = axisPixels(cols, geometry.center[1]);
  const lz = geometry.wavelengthM * geometry.distanceM;
  const curve = (r: number, c: number, [h, w]: readonly [number, number]): number =>
    (Math.PI * ((y[r] * h) ** 2 + (x[c] * w) ** 2)) / lz;
  const out = new Float64Array(wave.length);
  for (let p = 0; p < rows; p++) {
    for (let q = 0; q < cols; q++) {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < cols; c++) {
          const angle =
            curve(r, c, geometry.resolutionM) +
            curve(p, q, geometry.psizeM) -
            2 * Math.PI * ((y[r] * y[p]) / rows + (x[c] * x[q]) / cols);
          const [a, b] = [wave[2 * (r * cols + c)], wave[2 * (r * cols + c) + 1]];
          out[2 * (p * cols + q)] += (a * Math.cos(angle) - b * Math.sin(angle)) / Math.sqrt(rows * cols);
          out[2 * (p * cols + q) + 1] += (a * Math.sin(angle) + b * Math.cos(angle)) / Math.sqrt(rows * cols);
        }
      }
    }
  }
  return out;
}

const side = fc.integer({ min: 1, max: 9 });
const anyCase = fc
  .tuple(side, side)
  .chain(([rows, cols]) =>
    fc.record({
      shape: fc.constant<[number, number]>([rows, cols]),
      center: fc.tuple(fc.integer({ min: 0, max: 4 * rows - 1 }), fc.integer({ min: 0, max: 4 * cols - 1 })),
      wave: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
        minLength: 2 * rows * cols,
        maxLength: 2 * rows * cols,
      }),
      propagation: fc.constantFrom('farfield' as const, 'nearfield' as const),
    }),
  )
  .map(({ shape, center, wave, propagation }) => ({
    wave: Float64Array.from(wave),
    geometry: createGeometry({
      propagation,
      shape,
      center: [center[0] / 4, center[1] / 4],
      energy: 7.2,
      ...(propagation === 'farfield'
        ? { distance: 0.01, psize: [1e-5, 2e-5] }
        : { distance: 1e-3, psize: [1e-7, 2e-7] }),
    }),
  }));

describe('createPropagator', () => {
  it('is the Fresnel sum about any centre, whole or not', () => {
    fc.assert(
      fc.property(anyCase, ({ wave, geometry }) => {
        const far = { ...geometry, propagation: 'farfield' as const };
        const result = wave.slice();
        createPropagator(far).forward(result);
        const expected = direct(wave, far);
        result.forEach((value, i) => {
          expect(Math.abs(value - expected[i])).toBeLessThan(1e-9);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the power, and backward undoes forward', () => {
    fc.assert(
      fc.property(anyCase, ({ wave, geometry }) => {
        const propagator = createPropagator(geometry);
        const there = wave.slice();
        propagator.forward(there);
        expect(Math.abs(power(there) - power(wave))).toBeLessThan(1e-12 * (1 + power(wave)));
        propagator.backward(there);
        there.forEach((value, i) => {
          expect(Math.abs(value - wave[i])).toBeLessThan(1e-12);
        });
      }),
    );
  });

  it('gathers a flat wave at the centre, wherever that is', () => {
    for (const center of [
      [3, 5],
      [0, 7],
      [4, 4],
    ] as const) {
      const geometry = createGeometry({
        propagation: 'farfield',
        shape: [8, 8],
        center,
        energy: 10,
        distance: 10,
        psize: [1e-4, 1e-4],
      });
      const wave = Float64Array.from({ length: 128 }, (_, i) => 1 - (i % 2));
      createPropagator(geometry).forward(wave);
      const i = 2 * (center[0] * 8 + center[1]);
      // The curvature of the sample plane spreads 1e-5 of it.
      expect(wave[i] ** 2 + wave[i + 1] ** 2).toBeGreaterThan(64 * 0.99);
    }
  });

  it('is the plain transform between the two phases that it exports', () => {
    const geometry = createGeometry({
      propagation: 'farfield',
      shape: [6, 10],
      center: [2, 6.5],
      energy: 8,
      distance: 0.02,
      psize: [2e-5, 1e-5],
    });
    const wave = Float64Array.from({ length: 120 }, (_, i) => Math.sin(i * i));
    const expected = wave.slice();
    createPropagator(geometry).forward(expected);
    const before = samplePhase(geometry);
    const after = detectorPhase(geometry);
    const times = (w: Float64Array, f: Float64Array): void => {
      for (let i = 0; i < w.length; i += 2) {
        [w[i], w[i + 1]] = [w[i] * f[i] - w[i + 1] * f[i + 1], w[i] * f[i + 1] + w[i + 1] * f[i]];
      }
    };
    times(wave, before);
    planFft2(6, 10).forward(wave);
    times(wave, after);
    expect(deviation(wave, expected)).toBeLessThan(1e-14);
  });

  it('loses evanescent waves in the near field, and only those', () => {
    const geometry = createGeometry({
      propagation: 'nearfield',
      shape: [8, 8],
      center: [4, 4],
      energy: 0.001,
      distance: 1e-5,
      psize: [1e-6, 1e-6],
    });
    // λ = 1.24 µm: in the row of frequency 0, columns beyond |k|/8 µm = 1/λ are evanescent
    const kernel = nearfieldKernel(geometry);
    const passed = Array.from({ length: 8 }, (_, c) => Math.hypot(kernel[2 * c], kernel[2 * c + 1]) > 0.5);
    expect(passed).toEqual([true, true, true, true, true, true, true, true]);
    const finer = nearfieldKernel({ ...geometry, resolutionM: [5e-7, 5e-7] });
    const left = Array.from({ length: 8 }, (_, c) => Math.hypot(finer[2 * c], finer[2 * c + 1]) > 0.5);
    expect(left).toEqual([true, true, true, true, false, true, true, true]);
  });

  it('refuses waves of another size', () => {
    const geometry = createGeometry({
      propagation: 'farfield',
      shape: [8, 8],
      center: [4, 4],
      energy: 8,
      distance: 1,
      psize: [1e-4, 1e-4],
    });
    expect(() => {
      createPropagator(geometry).forward(new Float64Array(64));
    }).toThrow(DataError);
  });
});
