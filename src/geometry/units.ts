/** Wavelengths and pixel sizes: lengths in metres, energies in keV. */
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';

/** Planck constant times speed of light, keV·m; the digits ptypy uses, so that prepared data agrees to the last bit. */
const HC_KEV_M = 1.23984193e-9;

/** Rest energy of the electron, keV (CODATA 2018). */
const ELECTRON_REST_KEV = 510.99895;

/** Wavelength of light of `energyKeV`, m. Throws `DataError` unless the energy is above 0. */
export function wavelengthM(energyKeV: number): number {
  requirePositive('energy', energyKeV, 'keV');
  return HC_KEV_M / energyKeV;
}

/**
 * De Broglie wavelength of electrons of kinetic energy `energyKeV`, m: hc/√(E² + 2E·m₀c²).
 * Throws `DataError` unless the energy is above 0.
 */
export function electronWavelengthM(energyKeV: number): number {
  requirePositive('electron energy', energyKeV, 'keV');
  return HC_KEV_M / Math.sqrt(energyKeV * (energyKeV + 2 * ELECTRON_REST_KEV));
}

export interface ResolutionInput {
  readonly propagation: 'farfield' | 'nearfield';
  readonly wavelengthM: number;
  /** Sample to detector, m. */
  readonly distanceM: number;
  /** Detector pixel, m (row, col). */
  readonly psizeM: Pair;
  /** (rows, cols) of a frame. */
  readonly shape: Pair;
}

/**
 * Sample pixel, m (row, col): λz/(psize·N) in the far field, psize in the near field.
 * Throws `DataError` for lengths or sizes that are not above 0.
 */
export function resolution(input: ResolutionInput): Pair {
  const { psizeM, shape } = input;
  requirePositive('wavelength', input.wavelengthM, 'm');
  requirePositive('distance', input.distanceM, 'm');
  for (const axis of [0, 1] as const) {
    requirePositive('psize', psizeM[axis], 'm');
    requirePositive('shape', shape[axis], 'pixels');
  }
  if (input.propagation === 'nearfield') return psizeM;
  const lz = input.wavelengthM * input.distanceM;
  return [lz / psizeM[0] / shape[0], lz / psizeM[1] / shape[1]];
}

function requirePositive(name: string, value: number, unit: string): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new DataError(`${name} is ${value} ${unit}; a finite number above 0 is needed`);
  }
}

/** Energy of light of this wavelength (m), keV. */
export function photonEnergyKeV(wavelength: number): number {
  return HC_KEV_M / wavelength;
}

/** Kinetic energy of electrons of this wavelength (m), keV. */
export function electronEnergyKeV(wavelength: number): number {
  // Of √(p²c² + m₀²c⁴) − m₀c², without the difference of large numbers.
  const momentum = HC_KEV_M / wavelength;
  return momentum ** 2 / (Math.hypot(momentum, ELECTRON_REST_KEV) + ELECTRON_REST_KEV);
}
