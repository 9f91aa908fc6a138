/**
 * Values that detectors write where they have no count: the largest of their element type, or the one below. Files often store
 * counts in a wider type than the detector has, and there such a value looks like a count.
 */
import type { NdArray, RealDType } from '../../array/ndarray.ts';

/** Largest values of the element types that detectors have, and the ones below (DECTRIS: gaps and broken pixels). */
const MARKERS = [
  ...[2 ** 64 - 1, 2 ** 63 - 1, 2 ** 32 - 1, 2 ** 32 - 2, 2 ** 31 - 1],
  ...[2 ** 16 - 1, 2 ** 16 - 2, 2 ** 15 - 1],
];

/** No marker is smaller. */
const SMALLEST = 2 ** 15 - 1;

/** The value comes instead of a count, beside the counts of the same frames. */
const GAP = 2;

/**
 * Which values below `limit` in these frames are markers, `isUsed` tells of which pixels (by index) to look at. One is, when
 * no count of the frames is larger, and the counts end below half of it or, for the largest value of a type, it is
 * there more than once. Otherwise it is a count that happens to have this value.
 */
export function findMarkers(
  { dtype, data }: NdArray<RealDType>,
  limit: number,
  isUsed: (i: number) => boolean,
): ReadonlySet<number> {
  if (limit <= SMALLEST) return new Set();
  const round = dtype === 'float32' ? Math.fround : (x: number): number => x;
  const candidates = new Map<number, number>();
  for (const value of MARKERS) if (value < limit) candidates.set(round(value), 0);
  let largest = 0;
  for (let i = 0, n = data.length; i < n; i++) {
    const value = data[i];
    if (!(value > largest && value < limit && value < Infinity) || !isUsed(i)) continue;
    const seen = value < SMALLEST ? undefined : candidates.get(value);
    if (seen === undefined) largest = value;
    else candidates.set(value, seen + 1);
  }
  const found = new Set<number>();
  for (const [value, count] of candidates) {
    const isLargest = MARKERS.some((m) => round(m) === value && Number.isInteger(Math.log2(m + 1)));
    const isApart = largest < value / GAP;
    if (count > 0 && largest < value && (isApart || (isLargest && count > 1))) found.add(value);
  }
  return found;
}
