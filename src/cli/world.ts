/** Where a command runs: as the only process, as a process that an MPI launcher started, or as a thread of a team. */
import type { Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';
import type { RunEvent } from '../run/events.ts';

/** What a rank of a team says to the thread that talks to the user. */
export type RankMessage =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'log'; readonly type: string; readonly text: string };

export interface World {
  readonly kind: 'alone' | 'mpi' | 'team';
  readonly communicator: Communicator;
  /** In a team: to its supervisor. */
  readonly say?: (message: RankMessage) => void;
  /** In a team: aborted when the user wants the end. */
  readonly signal?: AbortSignal;
}

export function alone(): World {
  return { kind: 'alone', communicator: singleCommunicator() };
}
