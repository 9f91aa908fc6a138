import { ndarray } from '../array/ndarray.ts';
import type { Communicator } from './communicator.ts';

/** Whether it is so on any rank: what one rank learns from outside, all must act on together. Collective. */
export async function onAnyRank(communicator: Communicator, here: boolean): Promise<boolean> {
  if (communicator.size === 1) return here;
  const flag = ndarray('int32', [1], Int32Array.of(here ? 1 : 0));
  await communicator.allReduce(flag, 'max');
  return flag.data[0] === 1;
}
