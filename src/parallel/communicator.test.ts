/** Every communicator against its contract, in real threads and under real MPI launchers. */
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { COMMUNICATOR_CASES } from '../../test/contracts/communicator.ts';
import { mpiexec, node, type Ended, type Launcher } from '../../test/tools/mpi.ts';
import { once } from '../../test/tools/once.ts';
import { program } from '../../test/tools/program.ts';
import { sampled } from '../../test/tools/sampled.ts';

const SOURCE = join(import.meta.dirname, '../../test/tools/communicator-program.ts');

const inNode =
  (...args: string[]) =>
  async () =>
    node([await program(SOURCE), ...args]);

const mpi =
  (launcher: Launcher, ranks: number, ...args: string[]) =>
  async () =>
    mpiexec(launcher, ranks, [await program(SOURCE), 'mpi', ...args]);

const KINDS: [string, () => Promise<Ended>, string?][] = [
  ['single', inNode('single')],
  ['threads ×5', inNode('threads', '5')],
  // Messages cut after so many elements, as those beyond 2³¹ must be.
  ['Open MPI ×4, long messages cut', mpi('openmpi', 4, '100003'), '4 ranks on Open MPI'],
  ['MPICH ×3', mpi('mpich', 3), '3 ranks on MPICH'],
  ['threads ×2', inNode('threads', '2')],
  ['Open MPI ×2', mpi('openmpi', 2), '2 ranks on Open MPI'],
];

describe.each(sampled(3, KINDS))('communicator: %s', (_name, run, library) => {
  let ended: Ended;
  const running = once(run);
  beforeEach(async () => {
    ended = await running();
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
