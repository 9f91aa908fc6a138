/** Power of waves in photons. */
import { DataError } from '../errors.ts';

/** Σ|w|² of interleaved complex numbers. */
export function powerOf(wave: Float64Array): number {
  return wave.reduce((sum, x) => sum + x * x, 0);
}

/** Scales a wave in place so that Σ|w|² = `photons`. Throws `DataError` for photons not above 0 and for dark waves. */
export function scaleToPhotons(wave: Float64Array, photons: number): void {
  const power = powerOf(wave);
  if (!(photons > 0 && Number.isFinite(photons) && power > 0 && Number.isFinite(power))) {
    throw new DataError(
      `cannot scale a wave of power ${power} to ${photons} photons: both must be finite and above 0`,
    );
  }
  const factor = Math.sqrt(photons / power);
  for (let i = 0; i < wave.length; i++) wave[i] *= factor;
}
