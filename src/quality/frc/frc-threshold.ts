/**
 * What a Fourier ring correlation is held against: the threshold curves of van Heel & Schatz, J. Struct. Biol. 151, 250 (2005).
 */

/** Signal-to-noise ratio of each of the two images where both together carry ½ bit per Fourier pixel: (√2 − 1)/2. */
export const HALF_BIT_SNR = (Math.SQRT2 - 1) / 2;
/** The same for 1 bit. */
export const ONE_BIT_SNR = 0.5;

/**
 * The correlation expected of two images of signal-to-noise ratio `snr`, with one standard deviation of what chance adds in
 * a ring of `pixels` independent Fourier pixels:
 *
 *     T = (snr + 2·√(snr/n) + 1/√n) / (snr + 1 + 2·√(snr/n))
 *
 * With `HALF_BIT_SNR` this is (0.2071 + 1.9102/√n)/(1.2071 + 0.9102/√n), with `ONE_BIT_SNR` (0.5 + 2.4142/√n)/(1.5 + 1.4142/√n).
 * Never above 1: a ring of less than one pixel decides nothing.
 */
export function informationThreshold(snr: number, pixels: number): number {
  const chance = 1 / Math.sqrt(pixels);
  const mixed = 2 * Math.sqrt(snr) * chance;
  return Math.min(1, (snr + mixed + chance) / (snr + 1 + mixed));
}
