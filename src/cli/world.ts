/** Where a command runs: as the only process, or as one that an MPI launcher started beside others. */
import type { Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';

export interface World {
  readonly kind: 'alone' | 'mpi';
  readonly communicator: Communicator;
}

export function alone(): World {
  return { kind: 'alone', communicator: singleCommunicator() };
}
