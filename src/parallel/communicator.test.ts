/** Every communicator against its contract, in real threads and under real MPI launchers. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMUNICATOR_CASES } from '../../test/contracts/communicator.ts';
import { mpiexec, node, source, type Ended, type Launcher } from '../../test/tools/mpi.ts';

const PROGRAM = join(import.meta.dirname, '../../test/tools/communicator-program.ts');

const mpi =
  (launcher: Launcher, ranks: number, ...args: string[]) =>
  () =>
    mpiexec(launcher, ranks, source(PROGRAM, 'mpi', ...args));

const KINDS: [string, () => Promise<Ended>, string?][] = [
  ['single', () => node(source(PROGRAM, 'single'))],
  ['threads ×2', () => node(source(PROGRAM, 'threads', '2'))],
  ['threads ×5', () => node(source(PROGRAM, 'threads', '5'))],
  ['Open MPI ×2', mpi('openmpi', 2), '2 ranks on Open MPI'],
  // Messages cut after so many elements, as those beyond 2³¹ must be.
  ['Open MPI ×4, long messages cut', mpi('openmpi', 4, '100003'), '4 ranks on Open MPI'],
  ['MPICH ×3', mpi('mpich', 3), '3 ranks on MPICH'],
];

describe.each(KINDS)('communicator: %s', (_name, run, library) => {
  let ended: Ended;
  beforeAll(async () => {
    ended = await run();
  });

  it('ends well', () => {
    expect(ended.stderr).toBe('');
    expect(ended.status).toBe(0);
    if (library !== undefined) expect(ended.stdout).toContain(library);
  });

  it.each(Object.keys(COMMUNICATOR_CASES))('%s', (name) => {
    expect(ended.stdout.split('\n')).toContain(name);
  });
});
