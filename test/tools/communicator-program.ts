/** Runs the contract of communicators: `single`, `threads N`, or `mpi [LONGEST MESSAGE]` under a launcher. */
import { isMainThread } from 'node:worker_threads';
import { mpiLaunch } from '../../src/parallel/launch.ts';
import { joinMpi } from '../../src/parallel/mpi.ts';
import { singleCommunicator } from '../../src/parallel/single.ts';
import { joinTeam, runTeam } from '../../src/parallel/thread-team.ts';
import { runCommunicatorCases } from '../contracts/communicator.ts';

const kind = process.argv.at(2);
const number = process.argv.at(3);
const print = (text: unknown): void => {
  process.stdout.write(`${String(text)}\n`);
};

if (!isMainThread) {
  await joinTeam(({ communicator, say }) => runCommunicatorCases(communicator, say));
} else if (kind === 'threads') {
  await runTeam({ entry: new URL(import.meta.url), size: Number(number), task: null, onMessage: print });
} else if (kind === 'mpi') {
  const launch = mpiLaunch(process.env);
  if (launch === undefined) throw new Error('not started by an MPI launcher');
  const world = await joinMpi(launch, number === undefined ? {} : { mostElements: Number(number) });
  if (world.communicator.rank === 0) print(`${world.communicator.size} ranks on ${world.library}`);
  await runCommunicatorCases(world.communicator, print);
  await world.finish();
} else {
  await runCommunicatorCases(singleCommunicator(), print);
}
