/**
 * Ranks, as threads of a process or as processes that an MPI launcher started. Needs Node.
 *
 * @module ptyflow/parallel
 */
export type { Communicator } from '../parallel/communicator.ts';
export { LoadBalance } from '../parallel/balance.ts';
export { singleCommunicator } from '../parallel/single.ts';
export { createSeats, takeSeat, type Seat } from '../parallel/threads.ts';
export { mpiLaunch, type Launch } from '../parallel/launch.ts';
export { joinMpi, type MpiWorld } from '../parallel/mpi.ts';
export {
  joinTeam,
  runTeam,
  startTeam,
  type Member,
  type Team,
  type TeamOptions,
} from '../parallel/thread-team.ts';
