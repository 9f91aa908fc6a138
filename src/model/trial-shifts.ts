/** Shifts that a search for better positions tries, whole pixels. */
import type { Pair } from '../frames/pair.ts';
import { stream } from '../simulation/random.ts';

/** Scan-point indices below this have random numbers of their own in every iteration. */
const INDICES = 2 ** 32;

/**
 * Random shifts of one view, up to `reach` pixels along each axis, the quadrants in turn (Maiden et al., Ultramicroscopy
 * 120, 64, 2012). They depend on seed, iteration and scan-point index alone, not on which rank holds the view.
 */
export function randomShifts(
  count: number,
  reach: Pair,
  at: { readonly seed: number; readonly iteration: number; readonly index: number },
): Pair[] {
  const random = stream(at.seed, at.iteration * INDICES + at.index);
  return Array.from({ length: count }, (_, k) => {
    const [row, col] = [random.uniform() * reach[0], random.uniform() * reach[1]].map(Math.round);
    return [k % 2 === 0 ? row : -row, k % 4 < 2 ? col : -col];
  });
}

/** All shifts up to `reach` pixels along each axis, rounded up; staying is none. */
export function gridShifts(reach: Pair): Pair[] {
  const [rows, cols] = [Math.ceil(reach[0]), Math.ceil(reach[1])];
  const shifts: Pair[] = [];
  for (let row = -rows; row <= rows; row++) {
    for (let col = -cols; col <= cols; col++) if (row !== 0 || col !== 0) shifts.push([row, col]);
  }
  return shifts;
}
