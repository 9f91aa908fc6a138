/**
 * Where a Fourier ring correlation stops to carry information: the threshold curves of van Heel & Schatz, J. Struct. Biol.
 * 151, 250 (2005), and the first frequency at which a curve falls below one.
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

/** What a curve does to its threshold. */
export type Crossing =
  /** It falls below it at this frequency, 1/m, for the first time. */
  | { readonly kind: 'crossing'; readonly frequency: number }
  /** It is above at every frequency: the pixels limit the resolution. */
  | { readonly kind: 'above' }
  /** It is below from the lowest frequency on: nothing in common. */
  | { readonly kind: 'below' };

/** The first crossing, interpolated linearly between rings. All three alike in length, frequencies growing. */
export function firstCrossing(
  frequency: readonly number[],
  curve: readonly number[],
  threshold: readonly number[],
): Crossing {
  const above = curve.map((value, i) => value - threshold[i]);
  const first = above.findIndex((difference) => !(difference >= 0));
  if (first === -1) return { kind: 'above' };
  if (first === 0) return { kind: 'below' };
  const part = above[first - 1] / (above[first - 1] - above[first]);
  return {
    kind: 'crossing',
    frequency: frequency[first - 1] + part * (frequency[first] - frequency[first - 1]),
  };
}
