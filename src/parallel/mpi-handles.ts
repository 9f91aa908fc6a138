/**
 * What MPI libraries call communicators, types and operations: addresses of symbols in Open MPI, fixed integers in MPICH
 * and its relatives (Intel MPI, MVAPICH, Cray).
 */
type Handle = number | bigint;

export interface Handles {
  readonly world: Handle;
  readonly errorsReturn: Handle;
  readonly byte: Handle;
  readonly float: Handle;
  readonly double: Handle;
  readonly int32: Handle;
  readonly sum: Handle;
  readonly min: Handle;
  readonly max: Handle;
}

/** Symbols of Open MPI's handles. */
const OPEN_MPI: Readonly<Record<keyof Handles, string>> = {
  world: 'ompi_mpi_comm_world',
  errorsReturn: 'ompi_mpi_errors_return',
  byte: 'ompi_mpi_byte',
  float: 'ompi_mpi_float',
  double: 'ompi_mpi_double',
  int32: 'ompi_mpi_int32_t',
  sum: 'ompi_mpi_op_sum',
  min: 'ompi_mpi_op_min',
  max: 'ompi_mpi_op_max',
};

/** Handles of the MPICH ABI. */
export const MPICH: Handles = {
  world: 0x44000000,
  errorsReturn: 0x54000001,
  byte: 0x4c00010d,
  float: 0x4c00040a,
  double: 0x4c00080b,
  int32: 0x4c000439,
  sum: 0x58000003,
  min: 0x58000002,
  max: 0x58000001,
};

/** Given in place of the send buffer: the receive buffer holds it. */
export const IN_PLACE = { 'Open MPI': 1, MPICH: -1 };

export type Flavour = keyof typeof IN_PLACE;

/** Names of the shared library, best first. */
export const LIBRARY_NAMES: Readonly<Record<Flavour, readonly string[]>> = {
  'Open MPI': ['libmpi.so.40', 'libmpi.so'],
  MPICH: ['libmpich.so.12', 'libmpi.so.12', 'libmpich.so', 'libmpi.so'],
};

/** Undefined when the library has no such symbols: it is not Open MPI. */
export function openMpiHandles(symbol: (name: string) => bigint): Handles | undefined {
  try {
    symbol(OPEN_MPI.world);
  } catch {
    return undefined;
  }
  const handle = (key: keyof Handles): bigint => symbol(OPEN_MPI[key]);
  return {
    world: handle('world'),
    errorsReturn: handle('errorsReturn'),
    byte: handle('byte'),
    float: handle('float'),
    double: handle('double'),
    int32: handle('int32'),
    sum: handle('sum'),
    min: handle('min'),
    max: handle('max'),
  };
}
