/** Whatever ends one rank ends all, with an error: nothing hangs. In real threads and under real MPI launchers. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampled } from '../../test/tools/sampled.ts';
import { mpiexec, node, type Ended } from '../../test/tools/mpi.ts';

const PROGRAM = join(import.meta.dirname, '../../test/tools/failing-ranks.mjs');

const WAYS: [way: string, says: RegExp | undefined][] = [
  ['throw', /rank 1 threw/],
  ['rejection', /rank 1 rejected/],
  ['unhandled rejection', /nobody handled this/],
  ['exit 0', /rank 1.*before its work was done/],
  ['exit 3', undefined],
  ['kill', undefined],
  ['segfault', undefined],
  ['memory', /memory/],
  ['stop', undefined],
  ['stop alone', /rank 1 stopped/],
  ['other call', /where another rank makes another call/],
];

/** The heap is small, so that running out of it does not take long. */
const run = (kind: 'threads' | 'mpi', way: string): string[] => [
  '--max-old-space-size=64',
  PROGRAM,
  kind,
  way,
];

/** Each with how many of the ways `npm test` tries. */
const KINDS: [string, (way: string) => Promise<Ended>, few: number][] = [
  ['threads', (way) => node(run('threads', way)), 5],
  ['Open MPI', (way) => mpiexec('openmpi', 3, run('mpi', way)), 3],
  ['MPICH', (way) => mpiexec('mpich', 3, run('mpi', way)), 1],
];

describe.each(KINDS)('%s: one rank of three fails', (_kind, start, few) => {
  it.concurrent.each(sampled(few, WAYS))('%s', async (way, says) => {
    const { status, signal, stdout, stderr } = await start(way);
    expect(stdout).toContain('failing');
    expect(status === 0 && signal === null).toBe(false);
    if (says !== undefined) expect(stderr).toMatch(says);
  });
});

describe('threads: all ranks of three fail', () => {
  it('and the master’s error is thrown as it was', async () => {
    const { status, stderr } = await node(run('threads', 'all'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Error: all threw/m);
  });
});
