import { DataError } from '../errors.ts';
import type { Communicator } from './communicator.ts';

/** One rank: every collective call answers at once with what it was given. */
export function singleCommunicator(): Communicator {
  const alone = (): Promise<never> =>
    Promise.reject(new DataError('there is one rank only: it cannot exchange values with another'));
  return {
    rank: 0,
    size: 1,
    barrier: () => Promise.resolve(),
    broadcast: (value) => Promise.resolve(value),
    gather: (value) => Promise.resolve([value]),
    allGather: (value) => Promise.resolve([value]),
    allReduce: (array) => Promise.resolve(array),
    send: alone,
    receive: alone,
    abort: (error) => {
      throw error;
    },
  };
}
