/** Ranks of which number 1 fails, in the way that the second argument names; the others wait for it in a sum. */
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { ndarray } from '../../src/array/ndarray.ts';
import type { Communicator } from '../../src/parallel/communicator.ts';
import { mpiLaunch } from '../../src/parallel/launch.ts';
import { joinMpi } from '../../src/parallel/mpi.ts';
import { joinTeam, runTeam } from '../../src/parallel/thread-team.ts';
import { segfault } from './segfault.ts';

/** Frees the thread from its stack, so that what is thrown is nobody's. */
const later = (act: () => void): Promise<never> => {
  setTimeout(act, 1);
  return new Promise(() => undefined);
};

const WAYS: Readonly<Record<string, (communicator: Communicator) => unknown>> = {
  throw: () => {
    throw new Error('rank 1 threw');
  },
  rejection: () => Promise.reject(new Error('rank 1 rejected')),
  'unhandled rejection': () => later(() => void Promise.reject(new Error('nobody handled this'))),
  'exit 0': () => process.exit(0),
  'exit 3': () => process.exit(3),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  segfault,
  memory: () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(1000).fill({}));
  },
  'other call': (communicator) => communicator.allGather('not a sum'),
};

const [kind, way] = process.argv.slice(2);

async function work(communicator: Communicator, way: string): Promise<void> {
  const numbers = ndarray('float64', [10], new Float64Array(10).fill(1));
  await communicator.allReduce(numbers);
  if (communicator.rank === 1) {
    // At once: this rank may not live to see it passed on.
    writeSync(1, 'failing\n');
    await WAYS[way](communicator);
  }
  for (;;) await communicator.allReduce(numbers);
}

if (!isMainThread) {
  await joinTeam(({ communicator, task }) => work(communicator, String(task)));
} else if (kind === 'threads') {
  await runTeam({
    entry: new URL(import.meta.url),
    size: 3,
    task: way,
    resourceLimits: { maxOldGenerationSizeMb: 32 },
  });
} else {
  const launch = mpiLaunch(process.env);
  if (launch === undefined) throw new Error('not started by an MPI launcher');
  const world = await joinMpi(launch);
  await work(world.communicator, way);
  await world.finish();
}
