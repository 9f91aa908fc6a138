import { describe, expect, it } from 'vitest';
import { DataError } from '../errors.ts';
import { electronWavelengthM, resolution, wavelengthM } from './units.ts';

describe('wavelengths', () => {
  it('of 12.4 keV is an ångström', () => {
    expect(wavelengthM(12.3984193)).toBeCloseTo(1e-10, 20);
  });

  // Williams & Carter, Transmission Electron Microscopy, table 1.2: relativistic wavelengths
  it.each([
    [100, 3.701e-12],
    [200, 2.508e-12],
    [300, 1.969e-12],
    [1000, 0.8719e-12],
  ])('of electrons of %d keV is %d m', (energyKeV, expected) => {
    expect(electronWavelengthM(energyKeV) / expected).toBeCloseTo(1, 3);
  });

  it.each([0, -1, NaN, Infinity])('of %d keV is refused', (energy) => {
    expect(() => wavelengthM(energy)).toThrow(DataError);
    expect(() => electronWavelengthM(energy)).toThrow(/energy/);
  });
});

describe('resolution', () => {
  const frame = { wavelengthM: 1e-10, distanceM: 2, psizeM: [1e-4, 2e-4], shape: [100, 50] } as const;

  it('is λz/(psize·N) per axis in the far field, psize in the near field', () => {
    const [row, col] = resolution({ ...frame, propagation: 'farfield' });
    expect(row / 2e-8).toBeCloseTo(1, 12);
    expect(col / 2e-8).toBeCloseTo(1, 12);
    expect(resolution({ ...frame, propagation: 'nearfield' })).toEqual([1e-4, 2e-4]);
  });

  it('refuses a distance of nothing, naming it', () => {
    expect(() => resolution({ ...frame, propagation: 'farfield', distanceM: 0 })).toThrow(/distance is 0 m/);
  });
});
