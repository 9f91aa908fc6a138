/** The place of one image on another, from the spatial frequencies at which they agree. */
import { signedIndex, type CrossSums, type Rings } from './rings.ts';
import { solve } from './solve.ts';

type Pair = readonly [number, number];

/** What the second image is moved by, pixels (row, col), and multiplied with, exp(i·phase). */
export interface Place {
  readonly shift: Pair;
  readonly phase: number;
}

/** A ring that agrees better counts no more: what is left there is not chance. */
const BEST = 0.99;

/**
 * One Newton step of max Σ W·Re(F₁F₂*·exp(i(2πk·δ − φ))) over shift δ and phase φ. Each ring up to the first that falls
 * below `threshold` weighs ρ/(1 − ρ²) over its norm, as maximum likelihood has it for pairs of complex normal numbers of
 * correlation ρ: frequencies that are only noise, of which a picture holds many, would draw the shift to a wrong place.
 */
export function refinePlace(
  { cross, norm, correlation }: CrossSums,
  rings: Rings,
  threshold: readonly number[],
  place: Place,
): Place {
  const [rows, cols] = rings.shape;
  const end = correlation.findIndex((value, ring) => !(value >= threshold[ring]));
  const weight = correlation.map((value, ring) => {
    const rho = Math.min(BEST, value);
    return (end === -1 || ring < end) && norm[ring] > 0 ? rho / (1 - rho ** 2) / norm[ring] : 0;
  });
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
  return { shift: [place.shift[0] + row, place.shift[1] + col], phase: place.phase + phase };
}
