/** Where a Fourier ring correlation stops to carry information: how far its agreement reaches, by the rings that decide. */

/** What a curve does to its threshold. */
export type Crossing =
  /** It falls below it at this frequency, 1/m, and stays there. */
  | ({ readonly kind: 'crossing'; readonly frequency: number } & Agreement)
  /** It is above up to the last frequency: the pixels limit the resolution. */
  | ({ readonly kind: 'above' } & Agreement)
  /** No three rings that decide agree one after the other: nothing in common. */
  | { readonly kind: 'below' };

interface Agreement {
  /** 1/m: where the agreement begins, if rings that decide disagree before; else null. */
  readonly from: number | null;
}

/** A correlation ring by ring, all alike in length. */
export interface Curve {
  /** 1/m, growing. */
  readonly frequency: readonly number[];
  readonly correlation: readonly number[];
  /** Independent Fourier pixels of each ring. */
  readonly pixels: readonly number[];
}

export interface Deciding {
  /** The first ring with pixels enough to decide anything. */
  readonly first: number;
  /** 1/m: rings up to here may fall below their threshold without ending anything. Default 0. */
  readonly open?: number;
}

/** A ring that falls below its threshold ends the agreement if it does so together with those that follow, so many in all. */
const TOGETHER = 3;
/** Rings above their threshold that make an agreement. */
const FEWEST_RINGS = 3;
const OCTAVE = 2;
/**
 * What these have in common at least, nats (`sharedInformation`): chance alone gives x with probability e^−x, and the best of all
 * the places and phase ramps tried, some 10⁴ each, about 18.
 */
const LEAST_INFORMATION = 30;
/** Independent pixels of a ring that decides. The thresholds take chance to be normally distributed; that of fewer is not. */
const FEWEST_PIXELS = 10;

/** Index of the first ring with enough independent pixels; their number where none has. */
export function firstDeciding(pixels: readonly number[]): number {
  const first = pixels.findIndex((n) => n >= FEWEST_PIXELS);
  return first === -1 ? pixels.length : first;
}

interface Run {
  readonly start: number;
  /** The first ring beyond. */
  readonly end: number;
}

/**
 * The agreement reaches from its first ring to where the curve first falls below the threshold and stays there: a ring that lies
 * above with the two that follow, by the mean of all their pixels, is scatter. It begins at the first ring that decides, or beyond rings up to `open` that disagree. Where neither is so it may
 * begin later, if it reaches to twice the frequency of its beginning: near fields and weak phases leave long periods
 * undetermined, and what both images have in common by mistake, such as the grid of a scan, fills a narrow band.
 * The crossing is interpolated linearly between rings.
 */
export function findCrossing(
  { frequency, correlation, pixels }: Curve,
  threshold: readonly number[],
  { first, open = 0 }: Deciding,
): Crossing {
  const above = correlation.map((value, ring) => value - threshold[ring]);
  const isAbove = (ring: number): boolean => above[ring] >= 0;
  const isScatter = (ring: number): boolean => {
    const together = above.slice(ring, ring + TOGETHER);
    return together.length > 1 && together.reduce((sum, value, i) => sum + pixels[ring + i] * value, 0) >= 0;
  };
  const runs: Run[] = [];
  for (let start = first; start < above.length; start++) {
    if (!isAbove(start)) continue;
    let end = start + 1;
    while (end < above.length && (isAbove(end) || isScatter(end))) end++;
    // The last rings may be there for the sake of what follows: it ends with one that is above.
    while (!isAbove(end - 1)) end--;
    runs.push({ start, end });
    start = end;
  }
  const agreements = runs.filter(({ start, end }) => {
    // Rings of few pixels just before that agree as well are part of it.
    let begin = start;
    while (start === first && begin > 0 && isAbove(begin - 1)) begin--;
    const rings = above.slice(begin, end).filter((difference) => difference >= 0).length;
    const shared = sharedInformation(correlation.slice(begin, end), pixels.slice(begin, end));
    return rings >= FEWEST_RINGS && shared >= LEAST_INFORMATION;
  });
  const found =
    agreements.findLast(({ start }) => start === first || frequency[start - 1] < open) ??
    agreements.find(({ start, end }) => frequency[end - 1] >= OCTAVE * frequency[start]);
  if (found === undefined) return { kind: 'below' };
  const { start, end } = found;
  const from = start === first ? null : frequency[start];
  if (end === above.length) return { kind: 'above', from };
  const part = above[end - 1] / (above[end - 1] - above[end]);
  const at = frequency[end - 1] + part * (frequency[end] - frequency[end - 1]);
  return { kind: 'crossing', frequency: at, from };
}

/** A ring that agrees better counts no more: what is left there is not chance. */
export const BEST_CORRELATION = 0.99;

/** Σ n·ln 1/(1 − ρ²) over rings of correlation ρ above 0 and n independent pixels, nats. */
export function sharedInformation(correlation: readonly number[], pixels: readonly number[]): number {
  return correlation.reduce((sum, value, ring) => {
    const rho = Math.min(BEST_CORRELATION, Math.max(0, value));
    return sum - pixels[ring] * Math.log(1 - rho ** 2);
  }, 0);
}
