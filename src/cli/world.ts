/** Where a command runs: as the only process, as a process that an MPI launcher started, or as a thread of a team. */
import type { Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';
import type { EventListener } from '../run/events.ts';

export interface World {
  readonly kind: 'alone' | 'mpi' | 'team';
  readonly communicator: Communicator;
  /** In a team: to its supervisor, which talks to the user. */
  readonly say?: EventListener;
  /** In a team: aborted when the user wants the end. */
  readonly signal?: AbortSignal;
}

export function alone(): World {
  return { kind: 'alone', communicator: singleCommunicator() };
}
