/** Whether this process is one of several that an MPI launcher started: by what launchers leave in the environment. */
import type { Flavour } from './mpi-handles.ts';

/** How an MPI launcher started this process. */
export interface Launch {
  readonly flavour: Flavour;
  /** Processes started; undefined where the launcher does not say. */
  readonly size: number | undefined;
  /** Path of the library, given by the user. */
  readonly library: string | undefined;
}

/** Undefined: started plainly, or as the only process by a batch system. */
export function mpiLaunch(environment: Readonly<Record<string, string | undefined>>): Launch | undefined {
  const { OMPI_COMM_WORLD_SIZE, PMI_SIZE, PMI_RANK, PMIX_RANK, PMIX_NAMESPACE } = environment;
  const library = environment.PTYFLOW_MPI_LIBRARY;
  if (OMPI_COMM_WORLD_SIZE !== undefined)
    return { flavour: 'Open MPI', size: Number(OMPI_COMM_WORLD_SIZE), library };
  if (PMI_SIZE !== undefined && PMI_RANK !== undefined)
    return { flavour: 'MPICH', size: Number(PMI_SIZE), library };
  // `srun --mpi=pmix` starts any of them; Open MPI it is, most often.
  if (PMIX_RANK !== undefined && PMIX_NAMESPACE !== undefined)
    return { flavour: 'Open MPI', size: undefined, library };
  return undefined;
}
