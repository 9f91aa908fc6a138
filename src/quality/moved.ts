/** How far a refinement has moved the positions of a scan. */
import type { NdArray } from '../array/ndarray.ts';

export interface Moved {
  /** Root mean square of the distances between positions and measured positions, m. */
  readonly rmsM: number;
  /** The largest of these distances, m. */
  readonly largestM: number;
}

/** Of (n, 2) positions, m. A shift of all of them, which changes nothing else, counts as well. */
export function moved(given: {
  readonly positions: NdArray<'float64'>;
  readonly measured: NdArray<'float64'>;
}): Moved {
  const [a, b] = [given.positions.data, given.measured.data];
  let sum = 0;
  let largestM = 0;
  for (let i = 0; i < a.length; i += 2) {
    const distance = Math.hypot(a[i] - b[i], a[i + 1] - b[i + 1]);
    sum += distance ** 2;
    largestM = Math.max(largestM, distance);
  }
  return { rmsM: a.length === 0 ? 0 : Math.sqrt(sum / (a.length / 2)), largestM };
}
