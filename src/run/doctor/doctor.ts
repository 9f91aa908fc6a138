/** What ptyflow finds on a machine, and what that means for whoever uses it. */
import { backends } from './compute.ts';
import type { Finding } from './finding.ts';
import { gpus } from './gpu.ts';
import { memory, threads, versions } from './machine.ts';
import { mpiLibraries } from './mpi.ts';
import { esbuild, hdf5Filters, koffi } from './packages.ts';
import { ask } from './probes.ts';

/** All of it, in the order of `TOPICS`. Never throws for what is missing. */
export async function examine(): Promise<Finding[]> {
  const asked = { esbuild: ask('esbuild'), koffi: ask('koffi'), webgpu: ask('webgpu') };
  const mpi = asked.koffi.then(mpiLibraries);
  return [
    ...versions(),
    ...(await backends()),
    threads(),
    memory(),
    ...(await mpi),
    ...gpus(await asked.webgpu),
    hdf5Filters(),
    esbuild(await asked.esbuild),
    koffi(await asked.koffi),
  ];
}
