/** The calls of an MPI library that this project makes, on typed arrays in place. */
import { messageOf, RankError } from '../errors.ts';
import type { Numbers } from './collectives.ts';
import type { ReduceOperation } from './communicator.ts';
import { IN_PLACE, MPICH, openMpiHandles, type Flavour, type Handles } from './mpi-handles.ts';
import { pause } from './pause.ts';

type Call = (...parameters: readonly unknown[]) => number;

/** Only the main thread calls MPI, others there may be. */
const THREAD_FUNNELED = 1;

/** Room for a status in any implementation. */
const STATUS_BYTES = 64;

/** Room for the version of any implementation. */
const VERSION_BYTES = 8192;

/** A handle of a request in any implementation. */
const REQUEST_BYTES = 8;

/** MPI keeps a core busy that waits in it. After so long, ms, a patient call looks only now and then, every so many ms. */
const BUSY_MS = 100;
const NAP_MS = 1;

/**
 * Settings of UCX, a layer below many an MPI, unless the user has others. It changes the code of `mmap` while other
 * threads of Node may be in it (seen: one start in twenty crashed), and its handler of crashes may hang instead of ending
 * the process.
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
  readonly #request = new Uint8Array(REQUEST_BYTES);
  readonly #done = new Int32Array(1);

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
      throw new RankError(
        "MPI needs the optional package 'koffi', which is not installed: npm install koffi",
        0,
        { cause },
      );
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
        failures.push(`${file}: ${messageOf(error)}`);
      }
    }
    throw new RankError(
      `no MPI library could be loaded: ${failures.join('; ')}; PTYFLOW_MPI_LIBRARY may name another`,
      0,
    );
  }

  /** What it calls itself, e.g. `Open MPI v4.1.4` or `MPICH 4.0.2`. Needs no `initialize`. */
  get version(): string {
    const text = new Uint8Array(VERSION_BYTES);
    this.#do('MPI_Get_library_version', ['void *', 'void *'], text, this.#done);
    const [first] = new TextDecoder().decode(text.subarray(0, this.#done[0])).split(/[\n,\0]/);
    return first.replace(/ Version:\s*/, ' ').trim();
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
    this.#do('MPI_Allreduce', this.#reduceTypes, ...this.#reduceParameters(numbers, operation));
  }

  /** As `reduce`, of a few numbers (in a buffer that stays where it is), where ranks may have to wait for each other. */
  reducePatiently(numbers: Numbers, operation: ReduceOperation): void {
    this.#doPatiently('MPI_Iallreduce', this.#reduceTypes, ...this.#reduceParameters(numbers, operation));
  }

  get #reduceTypes(): readonly string[] {
    const h = this.#handle;
    return ['intptr_t', 'void *', 'int', h, h, h];
  }

  #reduceParameters(numbers: Numbers, operation: ReduceOperation): readonly unknown[] {
    const { float, double, int32, world } = this.#handles;
    const type = numbers instanceof Float32Array ? float : numbers instanceof Float64Array ? double : int32;
    return [IN_PLACE[this.flavour], numbers, numbers.length, type, this.#handles[operation], world];
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

  /** As `receive`, of a few bytes (in a buffer that stays where it is), which may be long in coming. */
  receivePatiently(bytes: Uint8Array, from: number): void {
    const h = this.#handle;
    const { byte, world } = this.#handles;
    const types = ['void *', 'int', h, 'int', 'int', h];
    this.#doPatiently('MPI_Irecv', types, bytes, bytes.length, byte, from, 0, world);
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

  /** A call that returns at once with a request, and the wait until that is done. */
  #doPatiently(name: string, types: readonly string[], ...parameters: readonly unknown[]): void {
    this.#do(name, [...types, 'void *'], ...parameters, this.#request);
    const start = performance.now();
    for (;;) {
      this.#do('MPI_Test', ['void *', 'void *', 'void *'], this.#request, this.#done, this.#status);
      if (this.#done[0] !== 0) return;
      if (performance.now() - start > BUSY_MS) pause(NAP_MS);
    }
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
