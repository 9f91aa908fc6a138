import { describe, expect, it } from 'vitest';
import { ndarray, zeros } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import { createGeometry, createPropagator } from '../geometry/propagation.ts';
import { countPhotons, createDiffraction } from './diffraction.ts';
import { createTestObject } from './test-object.ts';
import { createTestProbe } from './test-probe.ts';

const SHAPE = [32, 48] as const;
const geometryOf = (propagation: 'farfield' | 'nearfield'): ReturnType<typeof createGeometry> =>
  createGeometry({
    propagation,
    shape: SHAPE,
    center: [15.5, 24],
    energy: 7,
    ...(propagation === 'farfield'
      ? { distance: 2, psize: [1e-4, 8e-5] as const }
      : { distance: 1e-3, psize: [2e-7, 2e-7] as const }),
  });
const probe = createTestProbe(SHAPE, 1e5);
const object = createTestObject(60, 70);
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

describe('createDiffraction', () => {
  it.each(['farfield', 'nearfield'] as const)(
    'is |F(P·O)|² of the window at a position, %s',
    (propagation) => {
      const geometry = geometryOf(propagation);
      const [y, x] = geometry.resolutionM;
      const origin = [-1e-6, 3e-6] as const;
      const diffraction = createDiffraction({ probe, object, objectOriginM: origin, geometry });
      const wave = new Float64Array(2 * SHAPE[0] * SHAPE[1]);
      for (let r = 0; r < SHAPE[0]; r++) {
        for (let c = 0; c < SHAPE[1]; c++) {
          const i = 2 * (r * SHAPE[1] + c);
          const j = 2 * ((r + 5) * 70 + c + 11);
          wave[i] = probe.data[i] * object.data[j] - probe.data[i + 1] * object.data[j + 1];
          wave[i + 1] = probe.data[i] * object.data[j + 1] + probe.data[i + 1] * object.data[j];
        }
      }
      createPropagator(geometry).forward(wave);
      // Half a pixel off at most: the nearest pixel counts.
      const result = diffraction.intensities(origin[0] + 5.4 * y, origin[1] + 10.6 * x);
      result.forEach((intensity, i) => {
        expect(Math.abs(intensity - wave[2 * i] ** 2 - wave[2 * i + 1] ** 2)).toBeLessThan(1e-8);
      });
      expect(diffraction.corner(origin[0] + 5.4 * y, origin[1] + 10.6 * x)).toEqual([5, 11]);
    },
  );

  it('adds the modes of the probe', () => {
    const geometry = geometryOf('farfield');
    const modes = ndarray('complex128', [2, ...SHAPE], Float64Array.from([...probe.data, ...probe.data]));
    const options = { object, objectOriginM: [0, 0] as const, geometry };
    const one = createDiffraction({ ...options, probe }).intensities(0, 0);
    const two = createDiffraction({ ...options, probe: modes }).intensities(0, 0);
    two.forEach((intensity, i) => {
      expect(intensity).toBeCloseTo(2 * one[i], 9);
    });
  });

  it('blurs by the point spread without losing a photon', () => {
    // A flat wave in vacuum gathers in one pixel; its blur is the gaussian itself.
    const geometry = { ...geometryOf('farfield'), center: [16, 24] as const };
    const flat = zeros('complex128', SHAPE);
    const vacuum = zeros('complex128', SHAPE);
    for (let i = 0; i < flat.data.length; i += 2) flat.data[i] = vacuum.data[i] = 1;
    const options = { probe: flat, object: vacuum, objectOriginM: [0, 0] as const, geometry };
    const sharp = createDiffraction(options).intensities(0, 0);
    const blurred = createDiffraction({ ...options, psf: 1.5 }).intensities(0, 0);
    expect(sum(blurred) / sum(sharp)).toBeCloseTo(1, 12);
    const spread = Array.from(blurred).reduce((total, x, i) => total + x * (Math.floor(i / 48) - 16) ** 2, 0);
    expect(Math.sqrt(spread / sum(blurred))).toBeCloseTo(1.5, 1);
    expect(() => createDiffraction({ ...options, psf: -1 })).toThrow(/psf/);
  });

  it('refuses positions off the object and probes of another size', () => {
    const geometry = geometryOf('farfield');
    const options = { probe, object, objectOriginM: [0, 0] as const, geometry };
    expect(() => createDiffraction(options).intensities(-1e-3, 0)).toThrow(/leaves the 60x70 object/);
    expect(() => createDiffraction({ ...options, probe: zeros('complex128', [7, 7]) })).toThrow(DataError);
  });
});

describe('countPhotons', () => {
  it('counts what is expected, give or take the noise', () => {
    const expected = new Float64Array(4096).fill(25);
    const counts = countPhotons(expected, 1, 2);
    expect(Math.abs(sum(counts) / 4096 - 25)).toBeLessThan((5 * 5) / 64);
    expect(countPhotons(expected, 1, 2)).toEqual(counts);
    expect(countPhotons(expected, 1, 3)).not.toEqual(counts);
  });

  it('refuses more photons than int32 counts', () => {
    expect(() => countPhotons(new Float64Array([3e9]), 0, 0)).toThrow(/int32/);
  });
});
