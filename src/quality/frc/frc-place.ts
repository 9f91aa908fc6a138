/** The place of one image on another, from the spatial frequencies at which they agree. */
import type { Pair } from '../../frames/pair.ts';
import { BEST_CORRELATION } from './frc-crossing.ts';
import { signedIndex, type CrossSums, type Rings } from './rings.ts';
import { solve } from '../solve.ts';

/** What the second image is moved by, pixels (row, col), and multiplied with, exp(i·phase). */
export interface Place {
  readonly shift: Pair;
  readonly phase: number;
}

/** Pixels of shift along either axis. The content has been brought to lie on each other before: a longer step has lost it. */
const LONGEST_STEP = 0.5;
/** Rings that agree before anything is moved: one alone, or two, agree by chance or by what they are moved for. */
const FEWEST_RINGS = 3;

/**
 * One Newton step of max Σ W·Re(F₁F₂*·exp(i(2πk·δ − φ))) over shift δ and phase φ. Each ring from `first` on that is above its
 * `threshold` weighs ρ/(1 − ρ²) over its norm, as maximum likelihood has it for pairs of complex normal numbers of
 * correlation ρ: frequencies that are only noise, of which a picture holds many, would draw the shift to a wrong place.
 *
 * null where fewer than three rings agree, and for a step of more than half a pixel.
 */
export function refinePlace(
  { cross, norm, correlation }: CrossSums,
  rings: Rings,
  { first, threshold }: { readonly first: number; readonly threshold: readonly number[] },
  place: Place,
): Place | null {
  const [rows, cols] = rings.shape;
  const weight = correlation.map((value, ring) => {
    if (ring < first || norm[ring] === 0 || !(value >= threshold[ring])) return 0;
    const rho = Math.min(BEST_CORRELATION, value);
    return rho / (1 - rho ** 2) / norm[ring];
  });
  if (weight.filter((value) => value > 0).length < FEWEST_RINGS) return null;
  const normal = new Float64Array(9);
  const right = new Float64Array(3);
  const slope = new Float64Array(3);
  for (let r = 0, j = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, j++) {
      const ring = rings.index[j];
      if (ring < 0 || weight[ring] === 0) continue;
      slope[0] = (2 * Math.PI * signedIndex(r, rows)) / rows;
      slope[1] = (2 * Math.PI * signedIndex(c, cols)) / cols;
      slope[2] = -1;
      for (let a = 0; a < 3; a++) {
        right[a] -= weight[ring] * cross[2 * j + 1] * slope[a];
        for (let b = 0; b < 3; b++) normal[3 * a + b] += weight[ring] * cross[2 * j] * slope[a] * slope[b];
      }
    }
  }
  const [row, col, phase] = solve(normal, right);
  if (!(Math.max(Math.abs(row), Math.abs(col)) <= LONGEST_STEP)) return null;
  return { shift: [place.shift[0] + row, place.shift[1] + col], phase: place.phase + phase };
}
