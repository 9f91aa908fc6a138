// Ranks of which number 1 fails, in the way that the second argument names; the others wait for it in a sum.
// On the built program, because starting many processes from source takes long.
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { decode } from 'koffi';
import { AbortedError } from '../../dist/errors.js';
import { mpiLaunch } from '../../dist/parallel/launch.js';
import { joinMpi } from '../../dist/parallel/mpi.js';
import { joinTeam, runTeam } from '../../dist/parallel/thread-team.js';

/** Frees the thread from its stack, so that what is thrown is nobody's. */
function later(act) {
  setTimeout(act, 1);
  return new Promise(() => undefined);
}

const WAYS = {
  throw: () => {
    throw new Error('rank 1 threw');
  },
  rejection: () => Promise.reject(new Error('rank 1 rejected')),
  'unhandled rejection': () => later(() => void Promise.reject(new Error('nobody handled this'))),
  'exit 0': () => process.exit(0),
  'exit 3': () => process.exit(3),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  // A real one: this address is not mapped.
  segfault: () => decode(8n, 'int'),
  memory: () => {
    const kept = [];
    for (;;) kept.push(new Array(1000).fill({}));
  },
  'stop alone': () => Promise.reject(new AbortedError('rank 1 stopped')),
  stop: () => Promise.reject(new AbortedError('rank 1 stopped')),
  'other call': (communicator) => communicator.allGather('not a sum'),
};

const [kind, way] = process.argv.slice(2);

async function work(communicator, how) {
  // What all ranks find, the master last.
  if (how === 'all') {
    if (communicator.rank === 1) writeSync(1, 'failing\n');
    if (communicator.rank === 0) await new Promise((resolve) => setTimeout(resolve, 200));
    throw new Error('all threw');
  }
  const numbers = { dtype: 'float64', shape: [10], data: new Float64Array(10).fill(1) };
  await communicator.allReduce(numbers);
  // The others meet first and then wait for sums, as in the call that a rank meets others in when its work is done.
  if (how === 'stop alone' && communicator.rank !== 1) await communicator.barrier();
  if (communicator.rank === 1) {
    // At once: this rank may not live to see it passed on.
    writeSync(1, 'failing\n');
    await WAYS[how](communicator);
  }
  for (;;) await communicator.allReduce(numbers);
}

if (!isMainThread) {
  await joinTeam(({ communicator, task }) => work(communicator, task));
} else if (kind === 'threads') {
  await runTeam({
    entry: new URL(import.meta.url),
    size: 3,
    task: way,
    resourceLimits: { maxOldGenerationSizeMb: 32 },
  });
} else {
  const world = await joinMpi(mpiLaunch(process.env));
  await work(world.communicator, way);
  await world.finish();
}
