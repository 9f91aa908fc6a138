/**
 * Ranks as processes that an MPI launcher started. Whatever ends a rank ends all: the launcher sees to kills, and here an
 * uncaught error or an exit before `finish` becomes MPI_Abort. MPI calls block, so handlers of signals could not
 * run in time: none are installed, and Ctrl-C is the launcher's.
 */
import { deserialize, serialize } from 'node:v8';
import { DataError, messageOf, RankError } from '../errors.ts';
import { communicatorOn, type Numbers, type Transport } from './collectives.ts';
import type { Communicator, ReduceOperation, Transferable } from './communicator.ts';
import type { Launch } from './launch.ts';
import { LIBRARY_NAMES } from './mpi-handles.ts';
import { MpiLibrary } from './mpi-library.ts';
import { pause } from './pause.ts';

/** MPI counts are int32; messages this long are also better cut. */
const MOST_ELEMENTS = 2 ** 30;

/** The ranks of an MPI run, this process being one. */
export interface MpiWorld {
  readonly communicator: Communicator;
  readonly library: string;
  /** Collective: the work is done, ranks may end from now on. */
  finish(): Promise<void>;
  /** Ends all ranks with this exit code, at once. */
  abort(code: number): never;
}

export interface MpiOptions {
  /** Longer arrays and messages are cut: at most 2³⁰, for tests less. */
  readonly mostElements?: number;
}

/** Joins the other ranks. Throws a `RankError` when no MPI library fits the launcher. */
export async function joinMpi(launch: Launch, options: MpiOptions = {}): Promise<MpiWorld> {
  const files = launch.library === undefined ? LIBRARY_NAMES[launch.flavour] : [launch.library];
  const library = await MpiLibrary.load(files);
  library.initialize();
  const { rank, size } = library;
  // The wrong library takes every process for the only one.
  if (launch.size !== undefined && launch.size !== size) {
    throw new RankError(
      `the launcher started ${launch.size} processes, but ${library.file} (${library.flavour}) finds ${size}: it belongs to another MPI; name the right one in PTYFLOW_MPI_LIBRARY`,
      rank,
    );
  }
  const end = (code: number): void => {
    pause(FORWARD_MS);
    library.abort(code);
  };
  const abort = (code: number): never => {
    end(code);
    process.exit(code);
  };
  const onExit = (code: number): void => {
    if (code === 0) complain(rank, 'ended before its work was done');
    end(code === 0 ? 1 : code);
  };
  process.on('exit', onExit);
  process.on('uncaughtExceptionMonitor', (error) => {
    complain(rank, messageOf(error));
    end(1);
  });
  const transport = new MpiTransport(library, rank, size, abort, options.mostElements ?? MOST_ELEMENTS);
  const communicator = communicatorOn(transport);
  return {
    communicator,
    library: `${library.flavour} (${library.file})`,
    finish: async () => {
      await communicator.barrier();
      process.off('exit', onExit);
      library.finalize();
    },
    abort,
  };
}

/** What a launcher may need to pass on what was said last: it drops the rest when ranks are aborted. */
const FORWARD_MS = 100;

function complain(rank: number, text: string): void {
  process.stderr.write(`ptyflow: rank ${rank}: ${text}\n`);
}

class MpiTransport implements Transport {
  readonly rank: number;
  readonly size: number;
  readonly #library: MpiLibrary;
  readonly #abort: (code: number) => never;
  readonly #most: number;
  /** In buffers of their own, which stay where they are while a patient call is under way. */
  readonly #calls = new Int32Array(new ArrayBuffer(8));
  readonly #length = new Float64Array(new ArrayBuffer(8));

  constructor(
    library: MpiLibrary,
    rank: number,
    size: number,
    abort: (code: number) => never,
    mostElements: number,
  ) {
    this.rank = rank;
    this.size = size;
    this.#library = library;
    this.#abort = abort;
    this.#most = mostElements;
  }

  /** Always the same MPI call, so that ranks that mean different calls still meet. */
  meet(call: number): boolean {
    this.#calls[0] = call;
    this.#calls[1] = -call;
    this.#library.reducePatiently(this.#calls, 'max');
    return this.#calls[0] === -this.#calls[1];
  }

  broadcast(value: Transferable, root: number): Promise<Transferable> {
    const own = this.rank === root ? encode(value) : undefined;
    this.#length[0] = own?.length ?? 0;
    this.#library.broadcast(bytesOf(this.#length), root);
    const bytes = own ?? new Uint8Array(this.#length[0]);
    this.#inPieces(bytes, (piece) => {
      this.#library.broadcast(piece, root);
    });
    return Promise.resolve(own === undefined ? decode(bytes) : value);
  }

  send(value: Transferable, to: number): Promise<void> {
    const bytes = encode(value);
    this.#length[0] = bytes.length;
    this.#library.send(bytesOf(this.#length), to);
    this.#inPieces(bytes, (piece) => {
      this.#library.send(piece, to);
    });
    return Promise.resolve();
  }

  receive(from: number): Promise<Transferable> {
    this.#library.receivePatiently(bytesOf(this.#length), from);
    const bytes = new Uint8Array(this.#length[0]);
    this.#inPieces(bytes, (piece) => {
      this.#library.receive(piece, from);
    });
    return Promise.resolve(decode(bytes));
  }

  reduce(numbers: Numbers, operation: ReduceOperation): void {
    this.#inPieces(numbers, (piece) => {
      this.#library.reduce(piece, operation);
    });
  }

  abort(error: unknown): never {
    complain(this.rank, messageOf(error));
    return this.#abort(1);
  }

  #inPieces<A extends Numbers | Uint8Array>(array: A, use: (piece: A) => void): void {
    for (let start = 0; start < array.length; start += this.#most) {
      use(array.subarray(start, start + this.#most) as A);
    }
  }
}

function bytesOf(numbers: Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function encode(value: Transferable): Uint8Array {
  try {
    return serialize(value);
  } catch (cause) {
    throw new DataError(`this value cannot be sent to another rank: ${messageOf(cause)}`, { cause });
  }
}

/** Ranks trust each other: they are one program, started together. */
function decode(bytes: Uint8Array): Transferable {
  return deserialize(bytes);
}
