// Ranks: sums over them against mpi4py, in pairs in one run, and how preparation scales from one to two.
//   node bench/ranks.mjs [rounds]        (after npm run build; needs openmpi-bin, python3-mpi4py, python3-h5py)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { Hdf5Loader } from 'ptyflow';
import { joinMpi, joinTeam, mpiLaunch, runTeam } from 'ptyflow/parallel';

const MEGABYTES = [8, 64];
const RANKS = 2;
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Median ms of a sum over ranks, by megabytes. */
async function sums(communicator, rounds) {
  const result = {};
  for (const megabytes of MEGABYTES) {
    const data = new Float32Array((megabytes << 20) / 4).fill(communicator.rank);
    const array = { dtype: 'float32', shape: [data.length], data };
    const times = [];
    for (let i = 0; i < rounds + 2; i++) {
      await communicator.barrier();
      const start = performance.now();
      await communicator.allReduce(array);
      if (i >= 2) times.push(performance.now() - start);
    }
    result[megabytes] = median(times);
  }
  return result;
}

const PYTHON = `
import sys, time, json, numpy as np
from mpi4py import MPI
c = MPI.COMM_WORLD
result = {}
for megabytes in ${JSON.stringify(MEGABYTES)}:
    a = np.full((megabytes << 20) // 4, c.rank, dtype=np.float32)
    times = []
    for i in range(int(sys.argv[1]) + 2):
        c.Barrier()
        start = time.perf_counter()
        c.Allreduce(MPI.IN_PLACE, a)
        if i >= 2: times.append(1000 * (time.perf_counter() - start))
    result[megabytes] = sorted(times)[len(times) // 2]
if c.rank == 0: print(json.dumps(result))
`;

function mpiexec(ranks, command, args, environment = {}) {
  const launcher = [
    '--allow-run-as-root',
    '--oversubscribe',
    '-n',
    String(ranks),
    command,
    ...args.map(String),
  ];
  const env = { ...process.env, ...environment };
  return JSON.parse(execFileSync('mpiexec.openmpi', launcher, { encoding: 'utf8', env }));
}

const inProcesses = (ranks, ...args) =>
  mpiexec(ranks, process.execPath, [import.meta.filename, 'mpi', ...args]);

async function inThreads(task) {
  let answer;
  const entry = new URL(import.meta.url);
  await runTeam({ entry, size: task.ranks, task, onMessage: (message) => (answer = message) });
  return answer;
}

/** Seconds to prepare all frames, nothing saved. */
async function prepareAll(file, communicator) {
  const parameters = {
    intensities: { file, key: 'frames' },
    positions: { slow_key: 'y', fast_key: 'x' },
    ...{ energy: 7.2, distance: 7.19, psize: 172e-6 },
    shape: 256,
    rebin: 2,
    orientation: 5,
  };
  await communicator.barrier();
  const start = performance.now();
  const scan = new Hdf5Loader(parameters, { communicator });
  await scan.initialize();
  while ((await scan.auto(256)) !== 'EOS');
  await communicator.barrier();
  return (performance.now() - start) / 1000;
}

function work(what, argument, communicator) {
  return what === 'sums' ? sums(communicator, Number(argument)) : prepareAll(argument, communicator);
}

/** How much more two separate programs do at once than one: the most that two ranks could. */
async function scalingProbe(file) {
  const alone = { what: 'prepare', ranks: 1, file };
  const one = await inThreads(alone);
  const two = await Promise.all([inThreads(alone), inThreads(alone)]);
  return one / two[0] + one / two[1];
}

async function main() {
  const rounds = Number(process.argv[2] ?? 15);
  const measured = { threads: [], mpi: [], mpi4py: [], smallPages: [] };
  const python = (environment) => mpiexec(RANKS, '/usr/bin/python3', ['-c', PYTHON, rounds], environment);
  for (let i = 0; i < 5; i++) {
    measured.mpi4py.push(python());
    // NumPy asks the system for large memory pages, which Node cannot: with small ones MPI copies more slowly.
    measured.smallPages.push(python({ NUMPY_MADVISE_HUGEPAGE: '0' }));
    measured.mpi.push(inProcesses(RANKS, 'sums', rounds));
    measured.threads.push(await inThreads({ what: 'sums', ranks: RANKS, rounds }));
  }
  for (const megabytes of MEGABYTES) {
    const ms = (kind) => median(measured[kind].map((round) => round[megabytes]));
    const ratio = (a, b) =>
      median(measured[a].map((round, i) => round[megabytes] / measured[b][i][megabytes]));
    console.log(
      `sum of ${megabytes} MB over ${RANKS} ranks: mpi4py ${ms('mpi4py').toFixed(1)} ms, MPI ${ms('mpi').toFixed(1)} ms (ratio ${ratio('mpi', 'mpi4py').toFixed(2)}, target ≤ 1.1; to mpi4py with small pages ${ratio('mpi', 'smallPages').toFixed(2)}), threads ${ms('threads').toFixed(1)} ms (to MPI ${ratio('threads', 'mpi').toFixed(2)}, target ≤ 1)`,
    );
  }

  const folder = mkdtempSync(join(tmpdir(), 'ptyflow-bench-'));
  try {
    const file = join(folder, 'frames.h5');
    const make = `
import h5py, numpy as np
with h5py.File('${file}', 'w') as f:
    d = f.create_dataset('frames', (2000, 512, 512), 'u2')
    block = np.random.default_rng(0).poisson(3, (50, 512, 512)).astype('u2')
    for i in range(0, 2000, 50): d[i:i+50] = block
    f['y'] = np.arange(2000) // 40 * 1e-6; f['x'] = np.arange(2000) % 40 * 1e-6
`;
    execFileSync('/usr/bin/python3', ['-c', make]);
    const [threads, processes, probes] = [[], [], []];
    for (let i = 0; i < 5; i++) {
      const one = await inThreads({ what: 'prepare', ranks: 1, file });
      threads.push(one / (await inThreads({ what: 'prepare', ranks: 2, file })));
      processes.push(inProcesses(1, 'prepare', file) / inProcesses(2, 'prepare', file));
      probes.push(await scalingProbe(file));
    }
    console.log(
      `preparation without saving, 2000 frames, two ranks against one: ${median(threads).toFixed(2)} times faster in threads, ${median(processes).toFixed(2)} in processes (target ≥ 1.7); two separate programs at once do ${median(probes).toFixed(2)} times what one does`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (!isMainThread) {
  await joinTeam(async ({ communicator, task, say }) => {
    const answer =
      task.what === 'sums'
        ? await sums(communicator, task.rounds)
        : await prepareAll(task.file, communicator);
    if (communicator.rank === 0) say(answer);
  });
} else if (process.argv[2] === 'mpi') {
  const world = await joinMpi(mpiLaunch(process.env));
  const result = await work(process.argv[3], process.argv[4], world.communicator);
  if (world.communicator.rank === 0) console.log(JSON.stringify(result));
  await world.finish();
} else {
  await main();
}
