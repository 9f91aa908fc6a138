/** Positions as an imperfect stage reports them. */
import { ndarray, type NdArray } from '../array/ndarray.ts';
import type { Pair } from '../frames/pair.ts';
import { stream } from './random.ts';

/** Streams of frames are numbered from 0. */
const STREAM = -1;

/** (n, 2) positions, m, with random errors: uniform up to `pixels` of the resolution along each axis. */
export function withErrors(
  positionsM: NdArray<'float64'>,
  resolutionM: Pair,
  pixels: number,
  seed: number,
): NdArray<'float64'> {
  const random = stream(seed, STREAM);
  const wrong = positionsM.data.map(
    (position, i) => position + pixels * (2 * random.uniform() - 1) * resolutionM[i % 2],
  );
  return ndarray('float64', positionsM.shape, wrong);
}
