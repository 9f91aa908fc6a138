/** MPI: its libraries, and what starts processes. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LIBRARY_NAMES } from '../../parallel/mpi-handles.ts';
import type { Finding } from './finding.ts';
import { ask, type Answer, type MpiFound, type Probes } from './probes.ts';

const LAUNCHERS = ['mpiexec', 'mpirun', 'srun'];
const INSTALL = 'apt-get install openmpi-bin, or the MPI module of your cluster';

/** `koffi`: the package that calls them. */
export async function mpiLibraries(koffi: Answer<Probes['koffi']>): Promise<Finding[]> {
  if (koffi.kind !== 'found')
    return [none('not known: the package koffi is needed to look', 'npm install koffi')];
  const named = process.env.PTYFLOW_MPI_LIBRARY;
  const answers =
    named === undefined
      ? await Promise.all(Object.values(LIBRARY_NAMES).map((names) => ask('mpi', names)))
      : [await ask('mpi', [named])];
  // One may have the name of another.
  const found = new Map(
    answers.flatMap((answer) => (answer.kind === 'found' ? [[answer.value.flavour, answer.value]] : [])),
  );
  if (found.size > 0) return [...found.values()].map(one);
  if (named === undefined) return [none('no library found', INSTALL)];
  return [
    none(
      `${named}, named by PTYFLOW_MPI_LIBRARY, cannot be loaded`,
      'set it to the right path, or leave it unset',
    ),
  ];
}

function one({ flavour, file, version }: MpiFound): Finding {
  const launchers = LAUNCHERS.filter(isOnPath);
  const canStart = launchers.length > 0;
  return {
    topic: 'mpi',
    name: 'MPI',
    isThere: true,
    found: `${version} (${file})`,
    means: canStart
      ? `${launchers[0]} -n 4 ptyflow run CONFIG shares the frames among processes, of several machines too`
      : 'nothing here can start processes: there is no mpiexec and no srun',
    install: canStart ? null : INSTALL,
    details: { flavour, file, version, launchers },
  };
}

function none(found: string, install: string): Finding {
  return {
    topic: 'mpi',
    name: 'MPI',
    isThere: false,
    found,
    means: 'frames are shared among threads of one machine only; --ranks needs no MPI',
    install,
    details: {},
  };
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
