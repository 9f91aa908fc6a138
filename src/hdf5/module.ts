/**
 * The only user of h5wasm. It starts the WebAssembly build of the HDF5 library on first use and makes every call safe:
 * the library reports failures on its own standard error and often returns success all the same, so that stream is
 * caught and anything on it becomes a `FileError`.
 *
 * Two functions of the library are never called: `refresh_dataset` (wrong data from the second call on) and
 * `activate_throwing_error_handler` (leaks until the library aborts).
 */
import { FileError, messageOf } from '../errors.ts';
import type { Descriptor } from './hdf5-host.ts';
import { host } from './host.ts';

/** Type classes of HDF5 (`H5T_class_t`). */
export const TypeClass = {
  integer: 0,
  float: 1,
  string: 3,
  bitfield: 4,
  opaque: 5,
  compound: 6,
  reference: 7,
  enum: 8,
  vlen: 9,
  array: 10,
  complex: 11,
} as const;

/** What the library says about a type and, for datasets and attributes, its extent. */
export interface Metadata {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
  readonly vlen: boolean;
  readonly cset?: number;
  readonly strpad?: number;
  /** Null for a null dataspace. */
  readonly shape: readonly number[] | null;
  readonly maxshape: readonly number[] | null;
  readonly chunks: readonly number[] | null;
  readonly total_size: number;
  readonly array_type?: Metadata;
  readonly vlen_type?: Metadata;
  readonly enum_type?: { readonly type: number; readonly members: Readonly<Record<string, number>> };
  readonly compound_type?: { readonly members: readonly (Metadata & { name: string; offset: number })[] };
  readonly virtual_sources?: readonly { readonly file_name: string; readonly dset_name: string }[];
}

/** A type and extent to create. */
export interface NewMetadata {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly vlen: boolean;
  readonly compound_type?: { readonly nmembers: number; readonly members: readonly object[] };
  readonly shape: bigint[];
  readonly maxshape: bigint[];
  readonly chunks: bigint[] | null;
  readonly compression: number;
  readonly compression_opts: number[];
}

export interface Filter {
  readonly id: number;
  readonly name: string;
  readonly cd_values: readonly number[];
}

/** A file as the library holds it open; `nfd` is its descriptor. */
interface OpenStream {
  readonly nfd?: number;
  readonly path?: string;
}

/** The functions of the library that this project calls. Addresses and file numbers are bigint. */
export interface RawModule {
  readonly HEAPU8: Uint8Array;
  readonly FS: {
    write(stream: { fd: number | null }, buffer: ArrayBufferView, offset: number, length: number): number;
    open(path: string, ...how: unknown[]): OpenStream;
    readonly ErrnoError: new (code: number) => Error;
    readonly streams: readonly (OpenStream | null | undefined)[];
    close(stream: OpenStream): void;
  };
  readonly H5F_LIBVER_V110: number;
  _malloc(bytes: number): number;
  _free(address: number): void;
  open(file: string, mode: number, trackOrder: boolean, oldestFormat: number, newestFormat: number): bigint;
  close_file(id: bigint): number;
  flush(id: bigint): number;
  H5Fstart_swmr_write(id: bigint): number;
  get_type(id: bigint, path: string): number;
  get_names(id: bigint, path: string, recursive: boolean): string[];
  get_symbolic_link(id: bigint, path: string): string | null;
  get_external_link(id: bigint, path: string): { filename?: string; obj_path?: string };
  get_attribute_names(id: bigint, path: string): string[];
  get_attribute_metadata(id: bigint, path: string, name: string): Metadata;
  get_attribute_data(id: bigint, path: string, name: string, address: bigint): number;
  get_dataset_metadata(id: bigint, path: string): Metadata;
  get_datatype_metadata(id: bigint, path: string): Metadata;
  get_dataset_filters(id: bigint, path: string): Filter[];
  get_dataset_data(
    id: bigint,
    path: string,
    count: bigint[] | null,
    offset: bigint[] | null,
    strides: bigint[] | null,
    address: bigint,
  ): number;
  set_dataset_data(
    id: bigint,
    path: string,
    count: bigint[] | null,
    offset: bigint[] | null,
    strides: bigint[] | null,
    address: bigint,
  ): number;
  reclaim_vlen_memory(id: bigint, path: string, attribute: string, address: bigint): number;
  create_group(id: bigint, path: string, trackOrder: boolean): number;
  create_dataset(id: bigint, path: string, address: bigint, metadata: NewMetadata): number;
  create_attribute(id: bigint, path: string, name: string, address: bigint, metadata: NewMetadata): number;
  create_vlen_str_dataset(id: bigint, path: string, values: string[], metadata: NewMetadata): number;
  create_vlen_str_attribute(
    id: bigint,
    path: string,
    name: string,
    values: string[],
    metadata: NewMetadata,
  ): number;
  delete_attribute(id: bigint, path: string, name: string): number;
  resize_dataset(id: bigint, path: string, shape: bigint[]): number;
  create_external_link(id: bigint, file: string, target: string, name: string): number;
  create_object_reference(id: bigint, path: string): ArrayLike<number>;
  insert_plugin_search_path(folder: string, index: number): number;
}

/** Where a call works, for its error. */
export interface Where {
  readonly file: string;
  readonly entry?: string;
}

/** The library could not do what was asked of it. */
export class LibraryError extends FileError {
  static override readonly errorName: string = 'FileError';
  /** Without the library's own words, which name folders of this machine. */
  readonly failure: string;

  constructor(where: Where, failure: string, problem: string, cause: unknown) {
    super(`${where.file}: ${failure}: ${problem}`, where, { cause });
    this.failure = failure;
  }
}

/** `ENOENT` of the WebAssembly runtime. */
const NO_SUCH_FILE = 44;

/** Errors that unwind the library's frames leave a little of its stack behind; after this many a fresh copy is taken. */
const MAX_UNWINDS = 200;

/** One running copy of the HDF5 library with its own memory and open files. */
export class Hdf5Library {
  readonly #module: RawModule;
  #diagnostics: string[] = [];
  #unwinds = 0;
  #lost: string | undefined;
  #isAlone = false;

  constructor(module: RawModule) {
    this.#module = module;
    const write = module.FS.write.bind(module.FS);
    module.FS.write = (...args): number => {
      const [stream, buffer, offset, length] = args;
      if (stream.fd !== 2) return write(...args);
      this.#diagnostics.push(Buffer.from(buffer.buffer, buffer.byteOffset + offset, length).toString());
      return length;
    };
    const open = module.FS.open.bind(module.FS);
    module.FS.open = (...args): OpenStream => {
      if (this.#isAlone || !host.mayOpen(args[0])) throw new module.FS.ErrnoError(NO_SUCH_FILE);
      return open(...args);
    };
  }

  /** Runs `use`, during which the library finds no file but those that are open. */
  aloneWith<T>(use: () => T): T {
    this.#isAlone = true;
    try {
      return use();
    } finally {
      this.#isAlone = false;
    }
  }

  /** False once the library has crashed or been worn out: open files anew with a fresh copy. */
  get usable(): boolean {
    return this.#lost === undefined && this.#unwinds < MAX_UNWINDS;
  }

  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /** Files of this format can be written in SWMR mode, and HDF5 1.10 programs can open them. */
  get format110(): number {
    return this.#module.H5F_LIBVER_V110;
  }

  /** The library's memory as it is now: it moves when it grows, so ask again after every call. */
  get heap(): Uint8Array {
    return this.#module.HEAPU8;
  }

  /**
   * Runs `run` and returns what it returned. Throws a `FileError` beginning with `failure` if it threw, returned a
   * negative status, or the library reported anything.
   */
  call<T>(where: Where, failure: string, run: (module: RawModule) => T): T {
    const { value, problem, cause } = this.attempt(where, run);
    if (problem !== undefined) {
      throw new LibraryError(where, failure, problem, cause);
    }
    return value as T;
  }

  /** As `call`, for calls whose failure is an answer: the problem is returned, not thrown. */
  attempt<T>(
    where: Where,
    run: (module: RawModule) => T,
  ): { value: T | undefined; problem: string | undefined; cause?: unknown } {
    if (this.#lost !== undefined) {
      throw new FileError(
        `${where.file}: the HDF5 library stopped earlier (${this.#lost}); open the file again`,
        where,
      );
    }
    this.#diagnostics = [];
    try {
      const value = run(this.#module);
      const failed = (typeof value === 'number' || typeof value === 'bigint') && value < 0;
      const problem =
        this.#diagnostics.length > 0
          ? innermost(this.#diagnostics.join(''))
          : 'the HDF5 library reports failure';
      return { value, problem: failed || this.#diagnostics.length > 0 ? problem : undefined };
    } catch (cause) {
      const said = this.#diagnostics.length > 0 ? innermost(this.#diagnostics.join('')) : messageOf(cause);
      if (cause instanceof WebAssembly.RuntimeError || cause instanceof RangeError)
        this.#abandon(messageOf(cause));
      else this.#unwinds += 1;
      return { value: undefined, problem: said, cause };
    }
  }

  /** Memory for `bytes` bytes, zeroed if asked, given back when `use` returns. */
  withMemory<T>(where: Where, bytes: number, use: (address: number) => T, zeroed = false): T {
    const size = Math.max(bytes, 8);
    const address = this.call(where, 'out of memory', (module) => module._malloc(size)) >>> 0;
    if (address === 0) {
      throw new FileError(`${where.file}: out of memory: ${size} bytes for one piece of data`, where);
    }
    if (zeroed) this.heap.fill(0, address, address + size);
    try {
      return use(address);
    } finally {
      if (!this.lost) this.#module._free(address);
    }
  }

  /** Bytes of a file the library has open, whatever has its name by now; undefined when it is not open. */
  sizeOf(absolute: string): number | undefined {
    const descriptor = this.descriptorOf(absolute);
    return descriptor === undefined ? undefined : host.sizeOf(descriptor);
  }

  /** The library's own descriptor of a file; undefined when it is not open. */
  descriptorOf(absolute: string): Descriptor | undefined {
    return this.#module.FS.streams.find((candidate) => candidate?.path === absolute)?.nfd;
  }

  /** After a crash nothing in the library's memory can be trusted; only its file descriptors are given back. */
  #abandon(reason: string): void {
    this.#lost = reason;
    for (const stream of this.#module.FS.streams.slice(3)) {
      if (stream === null || stream === undefined) continue;
      try {
        this.#module.FS.close(stream);
      } catch {
        // Already closed: nothing to give back.
      }
    }
  }
}

/**
 * The deepest message of the library's first error stack: the outer ones only repeat that something failed. Of the
 * system's errors (a full disk, …) the system's own words, without times and addresses.
 */
function innermost(diagnostics: string): string {
  const first = diagnostics.split('HDF5-DIAG').find((part) => part.includes('#000')) ?? diagnostics;
  const messages = [...first.matchAll(/#\d+: .*? in \w+\(\): ([^]*?)\n +major:/g)].map((match) => match[1]);
  const deepest = messages.at(-1) ?? diagnostics.trim();
  const system = /^([^:,]*).*error message = '([^']*)'/s.exec(deepest);
  return system === null ? deepest.replaceAll(/\s+/g, ' ') : `${system[1]}: ${system[2]}`;
}

let current: Promise<Hdf5Library> | undefined;

/** The running library, started on first use and replaced when the last one crashed. */
export async function hdf5Library(): Promise<Hdf5Library> {
  if (current !== undefined) {
    const library = await current;
    if (library.usable) return library;
  }
  current = start();
  return current;
}

let binary: Promise<WebAssembly.Module> | undefined;

/** The library as it was compiled first: compiling takes longer than starting. */
function compiled(): Promise<WebAssembly.Module> {
  binary ??= host.library();
  return binary;
}

async function start(): Promise<Hdf5Library> {
  const [compiledLibrary, { default: create }] = await Promise.all([
    compiled(),
    import('./generated/library.js'),
  ]);
  const module = (await create({
    noInitialRun: true,
    printErr: ignore,
    instantiateWasm: (imports: WebAssembly.Imports, receive: (...made: unknown[]) => void) => {
      receive(new WebAssembly.Instance(compiledLibrary, imports), compiledLibrary);
    },
  })) as RawModule;
  module.insert_plugin_search_path(host.plugins, 0);
  return new Hdf5Library(module);
}

/** Warnings of the WebAssembly runtime, about names that are no UTF-8: the failing call tells it better. */
function ignore(): void {
  return;
}

/** Registered filter numbers: those built into the library, and the plugin that does each of the others. */
const BUILT_IN_FILTERS = new Set([1, 2, 3, 5, 6]);
const PLUGIN_FILTERS: Readonly<Record<number, string>> = {
  307: 'bz2',
  32000: 'lzf',
  32001: 'blosc',
  32004: 'lz4',
  32008: 'bshuf',
  32013: 'zfp',
  32015: 'zstd',
  32019: 'jpeg',
  32022: 'bitgroom',
  32023: 'bitround',
  32026: 'blosc2',
};

/** Whether data stored with filter `id` can be decoded here. */
export function filterAvailable(id: number): boolean {
  if (BUILT_IN_FILTERS.has(id)) return true;
  return id in PLUGIN_FILTERS && host.exists(host.resolve(host.plugins, `libH5Z${PLUGIN_FILTERS[id]}.so`));
}
