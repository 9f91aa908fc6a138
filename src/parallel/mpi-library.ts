/**
 * The calls of an MPI library that this project makes, on typed arrays in place. Handles (communicators, types,
 * operations) are addresses of symbols in Open MPI and fixed integers in MPICH and its relatives (Intel MPI, MVAPICH, Cray).
 */
import { RankError } from '../errors.ts';
import type { Numbers } from './collectives.ts';
import type { ReduceOperation } from './communicator.ts';

type Handle = number | bigint;
type Call = (...parameters: readonly unknown[]) => number;

interface Handles {
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
const MPICH: Handles = {
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
const IN_PLACE = { 'Open MPI': 1, MPICH: -1 };

/** Only the main thread calls MPI, others there may be. */
const THREAD_FUNNELED = 1;

/** Room for a status in any implementation. */
const STATUS_BYTES = 64;

export type Flavour = keyof typeof IN_PLACE;

/** Names of the shared library, best first. */
export const LIBRARY_NAMES: Readonly<Record<Flavour, readonly string[]>> = {
  'Open MPI': ['libmpi.so.40', 'libmpi.so'],
  MPICH: ['libmpich.so.12', 'libmpi.so.12', 'libmpich.so', 'libmpi.so'],
};

/**
 * Settings of UCX, a layer below many an MPI, unless the user has others. It changes the code of `mmap` while other threads of
 * Node may be in it (seen: one start in twenty crashed), and its handler of crashes may hang instead of ending the process.
 */
const UCX = { UCX_MEM_EVENTS: 'no', UCX_ERROR_SIGNALS: '' };

export class MpiLibrary {
  readonly flavour: Flavour;
  readonly file: string;
  readonly #handles: Handles;
  readonly #call: (name: string, result: string, parameters: readonly string[]) => Call;
  readonly #functions = new Map<string, Call>();
  /** C type of a handle. */
  readonly #handle: 'intptr_t' | 'int';
  readonly #status = new Uint8Array(STATUS_BYTES);

  private constructor(
    flavour: Flavour,
    file: string,
    handles: Handles,
    declare: (name: string, result: string, parameters: readonly string[]) => Call,
  ) {
    this.flavour = flavour;
    this.file = file;
    this.#handles = handles;
    this.#call = declare;
    this.#handle = flavour === 'Open MPI' ? 'intptr_t' : 'int';
  }

  /** Loads the first of these files that is there. Throws a `RankError` that names them all if none is. */
  static async load(files: readonly string[]): Promise<MpiLibrary> {
    const { default: koffi } = await import('koffi').catch((cause: unknown) => {
      throw new RankError("MPI needs the optional package 'koffi', which is not installed", 0, { cause });
    });
    for (const [name, value] of Object.entries(UCX)) process.env[name] ??= value;
    // MPICH needs more stack than the default.
    koffi.config({ sync_stack_size: 8 << 20, async_stack_size: 8 << 20 });
    const failures: string[] = [];
    for (const file of files) {
      try {
        // Open MPI's plug-ins look for its symbols among the global ones.
        const library = koffi.load(file, { global: true });
        const declare = (name: string, result: string, parameters: readonly string[]): Call =>
          library.func(name, result, [...parameters]) as Call;
        const symbol = (name: string): bigint => koffi.address(library.symbol(name));
        const openMpi = openMpiHandles(symbol);
        return openMpi === undefined
          ? new MpiLibrary('MPICH', file, MPICH, declare)
          : new MpiLibrary('Open MPI', file, openMpi, declare);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
    throw new RankError(`no MPI library could be loaded: ${failures.join('; ')}`, 0);
  }

  initialize(): void {
    const provided = new Int32Array(1);
    this.#do('MPI_Init_thread', ['void *', 'void *', 'int', 'void *'], null, null, THREAD_FUNNELED, provided);
    this.#do(
      'MPI_Comm_set_errhandler',
      [this.#handle, this.#handle],
      this.#handles.world,
      this.#handles.errorsReturn,
    );
  }

  get rank(): number {
    return this.#ask('MPI_Comm_rank');
  }

  get size(): number {
    return this.#ask('MPI_Comm_size');
  }

  finalize(): void {
    this.#do('MPI_Finalize', []);
  }

  /** Ends all ranks. Returns only if MPI cannot. */
  abort(code: number): void {
    this.#do('MPI_Abort', [this.#handle, 'int'], this.#handles.world, code);
  }

  reduce(numbers: Numbers, operation: ReduceOperation): void {
    const h = this.#handle;
    const { float, double, int32, world } = this.#handles;
    const type = numbers instanceof Float32Array ? float : numbers instanceof Float64Array ? double : int32;
    this.#do(
      'MPI_Allreduce',
      ['intptr_t', 'void *', 'int', h, h, h],
      IN_PLACE[this.flavour],
      numbers,
      numbers.length,
      type,
      this.#handles[operation],
      world,
    );
  }

  broadcast(bytes: Uint8Array, root: number): void {
    const h = this.#handle;
    const { byte, world } = this.#handles;
    this.#do('MPI_Bcast', ['void *', 'int', h, 'int', h], bytes, bytes.length, byte, root, world);
  }

  send(bytes: Uint8Array, to: number): void {
    const h = this.#handle;
    const { byte, world } = this.#handles;
    this.#do('MPI_Send', ['void *', 'int', h, 'int', 'int', h], bytes, bytes.length, byte, to, 0, world);
  }

  receive(bytes: Uint8Array, from: number): void {
    const h = this.#handle;
    const { byte, world } = this.#handles;
    this.#do(
      'MPI_Recv',
      ['void *', 'int', h, 'int', 'int', h, 'void *'],
      bytes,
      bytes.length,
      byte,
      from,
      0,
      world,
      this.#status,
    );
  }

  #ask(name: string): number {
    const answer = new Int32Array(1);
    this.#do(name, [this.#handle, 'void *'], this.#handles.world, answer);
    return answer[0];
  }

  #do(name: string, types: readonly string[], ...parameters: readonly unknown[]): void {
    const call = this.#function(name, types);
    const code = call(...parameters);
    if (code !== 0) throw new RankError(`${name} failed: ${this.#errorText(code)}`, 0);
  }

  #function(name: string, types: readonly string[]): Call {
    const known = this.#functions.get(name);
    if (known !== undefined) return known;
    const declared = this.#call(name, 'int', types);
    this.#functions.set(name, declared);
    return declared;
  }

  #errorText(code: number): string {
    const text = new Uint8Array(1024);
    const length = new Int32Array(1);
    this.#function('MPI_Error_string', ['int', 'void *', 'void *'])(code, text, length);
    return new TextDecoder().decode(text.subarray(0, length[0]));
  }
}

/** Undefined when the library has no such symbols: it is not Open MPI. */
function openMpiHandles(symbol: (name: string) => bigint): Handles | undefined {
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
