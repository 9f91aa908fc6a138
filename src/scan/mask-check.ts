/** A mask that leaves next to nothing is mostly one that was meant the other way round. */
import type { NdArray, RealDType } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Log } from '../log.ts';
import { isMaster, type Communicator } from '../parallel/communicator.ts';

/** Shares of valid pixels below which a mask is refused, and below which it is told of. */
const NOTHING = 0.005;
const LITTLE = 0.2;

/**
 * Of frames that are not padded yet: weights (rows, cols) or (n, rows, cols), of `frames` frames on this rank. Throws `DataError`
 * where they leave next to nothing; little is told to the master's `log`. Collective.
 */
export async function checkMask(
  weights: NdArray<RealDType>,
  frames: number,
  communicator: Communicator,
  log: Log,
): Promise<void> {
  const own = frames === 0 ? [0, 0] : [validIn(weights), weights.data.length];
  const all = await communicator.allGather(own);
  const [valid, pixels] = [0, 1].map((i) => all.reduce((sum, counts) => sum + counts[i], 0));
  const share = valid / pixels;
  if (!(share < LITTLE)) return;
  const text = `masks leave ${valid} of ${pixels} pixels valid (${(100 * share).toPrecision(2)} %)`;
  const advice = 'try the other value of its `invert`';
  if (share < NOTHING) throw new DataError(`${text}: the mask looks inverted, ${advice}`);
  if (isMaster(communicator)) log.warn(`${text}; if the mask is inverted, ${advice}`, 'masks');
}

function validIn({ data }: NdArray<RealDType>): number {
  let valid = 0;
  for (const weight of data) if (weight > 0) valid++;
  return valid;
}
