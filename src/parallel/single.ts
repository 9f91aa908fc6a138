import { communicatorOn } from './collectives.ts';
import type { Communicator } from './communicator.ts';

/** One rank: every collective call answers at once with what it was given. */
export function singleCommunicator(): Communicator {
  const alone = (): Promise<never> => Promise.reject(new Error('one rank has nobody to talk to'));
  return communicatorOn({
    rank: 0,
    size: 1,
    meet: () => true,
    broadcast: (value) => Promise.resolve(value),
    send: alone,
    receive: alone,
    reduce: () => undefined,
    abort: (error) => {
      throw error;
    },
  });
}
