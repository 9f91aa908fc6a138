/** Programs of others that tests run against for real. Where one is missing, its tests are skipped and named at the end of the run. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestProject } from 'vitest/node';

interface PeerKind {
  /** Debian's packages that bring it; none where no package does. */
  readonly packages: readonly string[];
  /** Its program, or undefined. */
  readonly find: () => string | undefined;
}

const PEERS = {
  h5py: {
    packages: ['python3-h5py'],
    // Debian's Python has it, another that comes first may not.
    find: () => programs('python3').find((python) => succeeds(python, '-c', 'import h5py, numpy')),
  },
  'Open MPI': { packages: ['openmpi-bin'], find: () => programs('mpiexec.openmpi').at(0) },
  MPICH: { packages: ['mpich'], find: () => programs('mpiexec.mpich').at(0) },
  Chromium: { packages: ['chromium'], find: () => programs('chromium').at(0) },
  'mounts of its own': {
    packages: [],
    find: () => programs('unshare').find((unshare) => succeeds(unshare, '-rm', 'true')),
  },
} as const satisfies Record<string, PeerKind>;

export type Peer = keyof typeof PEERS;

export const PACKAGES: readonly string[] = Object.values(PEERS).flatMap(({ packages }) => packages);

declare module 'vitest' {
  interface ProvidedContext {
    /** Programs of the peers that there are. */
    peers: Partial<Record<Peer, string>>;
  }
}

/** Looks for all of them, once in a run of tests. */
export function setup(project: TestProject): void {
  const found = Object.entries(PEERS).flatMap(([name, { find }]) => {
    const program = find();
    return program === undefined ? [] : [[name, program]];
  });
  project.provide('peers', Object.fromEntries(found) as Partial<Record<Peer, string>>);
}

/** Why a test is skipped. */
export function noteOf(name: Peer): string {
  return `needs ${name}`;
}

/** What did not run for want of which peers, and what brings them. `notes` are those of the skipped tests. */
export function missingText(notes: readonly (string | undefined)[]): string | undefined {
  const names = (Object.keys(PEERS) as Peer[]).filter((name) => notes.includes(noteOf(name)));
  if (names.length === 0) return undefined;
  const counts = names.map((name) => {
    const count = notes.filter((note) => note === noteOf(name)).length;
    return `${count} for want of ${name}`;
  });
  const packages = names.flatMap((name) => PEERS[name].packages);
  const install = packages.length === 0 ? '' : `\n  apt-get install ${packages.join(' ')}`;
  return `not run: ${counts.join(', ')}${install}`;
}

/** All programs of this name, in the order of the PATH. */
function programs(name: string): string[] {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return places.filter((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function succeeds(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
