/** HDF5 files: open, look around, read, write. Methods are synchronous once the file is open. */
import { sizeOf, type DType, type NdArray } from '../array/ndarray.ts';
import { DataError, FileError } from '../errors.ts';
import {
  attributeHeader,
  attributeNames,
  attributeValues,
  readAttributes,
  writeAttribute,
  type AttributeValue,
} from './attribute.ts';
import { finishBools, noteBools } from './bools.ts';
import { elementType, newNumbers, newText, type ElementType } from './bytes/datatype.ts';
import { filterName, filtersOf, newLayout, requireReadable, type Compression } from './filters.ts';
import { Entries } from './entries.ts';
import {
  joinPath,
  linkAt,
  objectAt,
  openHandle,
  split,
  type Handle,
  type Link,
  type Located,
  type Mode,
  type NewFile,
} from './handle.ts';
import { host } from './host.ts';
import { requireSoundText } from './bytes/heap.ts';
import { metadataOf } from './virtual/mappings.ts';
import { hdf5Library, type Filter, type Metadata, type NewMetadata, type RawModule } from './module.ts';
import { bytesOf, readSlab, selected, slabOf, writeSlab, type Selection } from './slab.ts';
import { checkText, readStrings } from './text.ts';
import { isVariable, valuesIn, elementValues, type Value } from './values.ts';
import { presentItems, readNumbers, requireSources, type Holes } from './virtual/virtual.ts';

export type { AttributeValue } from './attribute.ts';
export type { Compression } from './filters.ts';
export type { Mode } from './handle.ts';
export type { Range, Selection } from './slab.ts';
export type { Filter, Metadata } from './module.ts';
export type { Value } from './values.ts';
export type { Holes } from './virtual/virtual.ts';

/** `missing`: no such entry. `dangling`: a link whose target is not there (yet). `datatype`: a named type. */
export type Kind = Located['kind'];

export interface DatasetInfo {
  /** As `read` returns it; [0] for a null dataspace. */
  readonly shape: readonly number[];
  /** Element type as `read` returns it, `string` for `readText`, or `opaque` for what neither reads. */
  readonly dtype: DType | 'string' | 'opaque';
  /** The stored type in words when it is opaque. */
  readonly opaque?: string;
  readonly chunks: readonly number[] | null;
  /** Which axes may still become longer. */
  readonly canGrow: readonly boolean[];
  /** Names of the filters, in order of application. */
  readonly filters: string[];
  readonly contiguous: boolean;
}

export interface DatasetOptions {
  /** Default: one frame for stacks. Only compressed or growing datasets are chunked unasked. */
  readonly chunks?: readonly number[];
  /** Default `none`. */
  readonly compression?: Compression;
  /** Largest extents for `resize`; null: without limit. */
  readonly maxShape?: readonly (number | null)[];
}

/**
 * Opens an HDF5 file: `r` to read, also while another program writes it in SWMR mode, `r+` to read and write, `w` to
 * create or empty it. Throws a `FileError` when it does not exist, is not HDF5, or is damaged. Close it; a reader that
 * waits for more opens the file again.
 */
export async function openFile(path: string, mode: Mode, options: NewFile = {}): Promise<H5File> {
  return new H5File(openHandle(await hdf5Library(), path, mode, options));
}

/** Only `openFile` makes these. Paths run from the root, `/` between names, and lead through links of every kind. */
export class H5File {
  readonly path: string;
  readonly #main: Handle;
  readonly #entries: Entries;

  constructor(handle: Handle) {
    this.path = handle.file;
    this.#main = handle;
    this.#entries = new Entries(handle);
  }

  /**
   * Another program was writing the file, or one that links and virtual datasets have led to so far, in SWMR mode when it
   * was opened: it may have grown since.
   */
  get isGrowing(): boolean {
    return this.#entries.isGrowing;
  }

  /**
   * A source of a virtual dataset that was looked at is not there, it may come yet: `yes`. It has sources with numbers, of
   * which there may be more: `perhaps`.
   */
  get isWaiting(): 'yes' | 'perhaps' | 'no' {
    return this.#entries.isWaiting;
  }

  /**
   * Absolute paths of the file, of those that its links and virtual datasets have led to so far, and of folders in which
   * more of them may appear.
   */
  get files(): readonly string[] {
    return this.#entries.files;
  }

  /** Whether the file says if it is being written: files of older formats do not. */
  get marksWriters(): boolean {
    return this.#main.marksWriters;
  }

  /** Closes the file and every file its links led to. Closing twice does nothing. */
  close(): void {
    if (this.#entries.isOpen && !this.#main.library.lost && this.#main.bools.length > 0) this.flush();
    this.#entries.close();
  }

  /** Hands everything written so far to the operating system: what follows, even a kill, leaves it readable. */
  flush(): void {
    this.#call('', 'cannot flush', (m, id) => m.flush(id));
    finishBools(this.#main);
  }

  /**
   * From now on other programs may read what is flushed while datasets grow (SWMR): make all entries and attributes
   * before. Of files created with `swmr`.
   */
  startSwmr(): void {
    this.#call('', 'cannot be written in SWMR mode', (m, id) => m.H5Fstart_swmr_write(id));
  }

  /** Names in a group, links included, in the file's order. */
  keys(path = '/'): string[] {
    return this.#entries.keys(path);
  }

  kind(path: string): Kind {
    return this.#entries.locate(path).kind;
  }

  /** Which object `path` leads to, links of every kind followed: the same for two paths to one object. */
  identity(path: string): string {
    const { handle, path: at } = this.#entries.find(path);
    const where = { file: handle.file, entry: at };
    const address = handle.library.call(where, `cannot find '${at}'`, (m) =>
      m.create_object_reference(handle.id, at),
    );
    return `${handle.absolute}:${Array.from(address).join('.')}`;
  }

  /** The files that hold what `path` leads to: another one behind links, and the sources of a virtual dataset. */
  filesOf(path: string): string[] {
    const { handle, path: at } = this.#entries.find(path);
    if (this.kind(path) !== 'dataset') return [handle.absolute];
    const virtual = (metadataOf(this.#entries, handle, at).virtual_sources ?? []).map(
      ({ file_name }) => file_name,
    );
    const folder = host.folderOf(handle.absolute);
    const files = virtual.filter((name) => name !== '.').map((name) => host.resolve(folder, name));
    return [...new Set([handle.absolute, ...files])];
  }

  attributes(path: string): Record<string, AttributeValue> {
    const { handle, path: at } = this.#entries.find(path);
    return readAttributes(handle, at);
  }

  /** What the library says about a dataset or a named type, with the filters of a dataset. */
  header(path: string): { readonly metadata: Metadata; readonly filters: readonly Filter[] } {
    const { handle, path: at, kind } = this.#entries.find(path);
    if (kind === 'dataset') {
      const metadata = metadataOf(this.#entries, handle, at);
      return { metadata, filters: metadata.chunks === null ? [] : filtersOf(handle, at) };
    }
    const { library, id, file } = handle;
    const metadata = library.call({ file, entry: at }, `cannot read the type '${at}'`, (m) =>
      m.get_datatype_metadata(id, at),
    );
    return { metadata, filters: [] };
  }

  /** Types and extents of the attributes of the object at `path`. */
  attributeHeaders(path: string): Record<string, Metadata> {
    const { handle, path: at } = this.#entries.find(path);
    const names = attributeNames(handle, at);
    return Object.fromEntries(names.map((name) => [name, attributeHeader(handle, at, name)]));
  }

  /** The elements of an attribute of any type, in C order. */
  attributeValues(path: string, name: string): Value[] {
    const { handle, path: at } = this.#entries.find(path);
    return attributeValues(handle, at, name);
  }

  /** The elements of a dataset of any type, or of a selection of it, in C order. */
  values(path: string, selection?: Selection): Value[] {
    const { handle, path: at } = this.#entries.find(path, 'dataset');
    const metadata = metadataOf(this.#entries, handle, at);
    const slab = slabOf(metadata.shape ?? [0], selection, { file: handle.file, entry: at });
    requireReadable(handle, at, metadata);
    requireSources(this.#entries, handle, at, metadata);
    if (!isVariable(metadata)) {
      return valuesIn(readSlab(handle, at, metadata, slab, false), 0, sizeOf(slab.count), metadata);
    }
    const all = elementValues(handle, at, metadata, '', (m, address) =>
      m.get_dataset_data(handle.id, at, null, null, null, address),
    );
    return selected(all, metadata.shape ?? [0], slab);
  }

  /** The elements of a dataset as they are stored, but for the order of numbers: of types that hold no addresses. */
  bytes(path: string, selection?: Selection): ArrayBuffer {
    const { handle, path: at } = this.#entries.find(path, 'dataset');
    const metadata = metadataOf(this.#entries, handle, at);
    const slab = slabOf(metadata.shape ?? [0], selection, { file: handle.file, entry: at });
    requireReadable(handle, at, metadata);
    requireSources(this.#entries, handle, at, metadata);
    return readSlab(handle, at, metadata, slab, false);
  }

  /** The link that `path` ends in, not followed; undefined where the object itself is there, or nothing. */
  link(path: string): Extract<Link, { kind: 'soft' | 'external' }> | undefined {
    const names = split(path);
    const name = names.pop();
    const parent = this.#entries.locate(names.join('/'));
    if (name === undefined || parent.kind !== 'group') return undefined;
    const link = linkAt(parent.handle, joinPath(parent.path, name));
    return link.kind === 'external' || link.kind === 'soft' ? link : undefined;
  }

  /** Sets or replaces an attribute. Whole numbers are stored as int64, others as float64, booleans as uint8. */
  setAttribute(path: string, name: string, value: AttributeValue): void {
    const { handle, path: at } = this.#entries.find(path);
    this.#requireWritable(handle, at);
    writeAttribute(handle, at, name, value);
  }

  info(path: string): DatasetInfo {
    const { handle, path: at } = this.#entries.find(path, 'dataset');
    const metadata = metadataOf(this.#entries, handle, at);
    const element = elementType(metadata);
    const inner = element.kind === 'numbers' ? element.inner : [];
    return {
      shape: [...(metadata.shape ?? [0]), ...inner],
      dtype: element.kind === 'numbers' ? element.dtype : element.kind === 'text' ? 'string' : 'opaque',
      ...(element.kind === 'opaque' ? { opaque: element.name } : {}),
      chunks: metadata.chunks,
      canGrow: (metadata.shape ?? []).map((n, axis) => metadata.maxshape?.[axis] !== n),
      filters: metadata.chunks === null ? [] : filtersOf(handle, at).map(filterName),
      contiguous: metadata.chunks === null && metadata.virtual_sources === undefined,
    };
  }

  /**
   * The numbers of a dataset, or of a selection of it, in their own element type (float16 as float32). Throws a
   * `FileError` for text and opaque types, for data that is not all there, and for filters that are not available;
   * `holes` says what else to do where a virtual dataset has no data.
   */
  read(path: string, selection?: Selection, holes?: Holes): NdArray {
    const { handle, path: at } = this.#entries.find(path, 'dataset');
    const metadata = metadataOf(this.#entries, handle, at);
    const element = elementType(metadata);
    if (element.kind !== 'numbers') throw notNumbers(handle.file, at, element);
    const slab = slabOf(metadata.shape ?? [0], selection, { file: handle.file, entry: at });
    return readNumbers(this.#entries, handle, at, metadata, slab, holes);
  }

  /**
   * 1 for each item along the first `axes` axes of a dataset whose data are there, 0 where they were not written yet or the
   * source of a virtual dataset has not come yet.
   */
  present(path: string, axes: number): Uint8Array {
    const { handle, path: at } = this.#entries.find(path, 'dataset');
    return presentItems(this.#entries, handle, at, metadataOf(this.#entries, handle, at), axes);
  }

  /** The text of a dataset: one string for a scalar, else all strings in C order. */
  readText(path: string): string | string[] {
    const { handle, path: at } = this.#entries.find(path, 'dataset');
    const metadata = metadataOf(this.#entries, handle, at);
    const element = elementType(metadata);
    if (element.kind !== 'text') {
      const found = element.kind === 'numbers' ? `numbers (${element.dtype})` : `a ${element.name}`;
      throw new FileError(`${handle.file}: '${at}' holds ${found}, not text`, {
        file: handle.file,
        entry: at,
      });
    }
    requireReadable(handle, at, metadata);
    requireSources(this.#entries, handle, at, metadata);
    const strings = readStrings(handle, at, metadata);
    return metadata.shape?.length === 0 ? strings[0] : strings;
  }

  /** Makes a group and the groups above it; one that is there already is left as it is. */
  createGroup(path: string): void {
    const names = split(path);
    for (let depth = 1; depth <= names.length; depth++) {
      const above = names.slice(0, depth).join('/');
      const kind = this.kind(above);
      if (kind === 'group') continue;
      const at = this.#newEntry(above);
      this.#call(at, `cannot create group '${at}'`, (m, id) => m.create_group(id, at, false));
      this.#main.known.set(at, { kind: 'group' });
    }
  }

  /**
   * Makes a dataset without writing its data: contiguous unless compressed, growing or chunked by request.
   */
  createDataset(path: string, dtype: DType, shape: readonly number[], options: DatasetOptions = {}): void {
    const at = this.#newEntry(path);
    const metadata = newNumbers(dtype, newLayout(dtype, shape, options));
    if (sizeOf(shape) === 0) {
      this.#createWith(at, dtype, metadata, new Uint8Array(0));
      return;
    }
    // Without data the library makes the dataset, then complains about the absent data: the dataset itself is the answer.
    const where = { file: this.path, entry: at };
    const { library, id } = this.#main;
    const { problem } = library.attempt(where, (m) => m.create_dataset(id, at, 0n, metadata));
    if (objectAt(this.#main, at) !== 'dataset' || !/^no (in|out)put buffer/.test(problem ?? '')) {
      throw new FileError(`${this.path}: cannot create '${at}': ${problem ?? 'unknown reason'}`, where);
    }
    this.#created(at, dtype);
  }

  #created(at: string, dtype: DType): void {
    this.#main.known.set(at, { kind: 'dataset' });
    if (dtype === 'bool') noteBools(this.#main, at);
  }

  #createWith(at: string, dtype: DType, metadata: NewMetadata, bytes: Uint8Array): void {
    const { library } = this.#main;
    library.withMemory({ file: this.path, entry: at }, bytes.length, (address) => {
      library.heap.set(bytes, address);
      this.#call(at, `cannot create '${at}'`, (m, id) => m.create_dataset(id, at, BigInt(address), metadata));
    });
    this.#created(at, dtype);
  }

  /** Changes the extent of a dataset made with `maxShape`. */
  resize(path: string, shape: readonly number[]): void {
    const { handle, path: at } = this.#entries.find(path, 'dataset');
    this.#requireWritable(handle, at);
    this.#call(at, `cannot resize '${at}' to [${shape.join(', ')}]`, (m, id) =>
      m.resize_dataset(id, at, shape.map(BigInt)),
    );
  }

  /**
   * Writes an array over a dataset or a selection of it, of the same element type. A dataset that is not there is made,
   * contiguous, if there is no selection.
   */
  write(path: string, array: NdArray, selection?: Selection): void {
    if (selection === undefined && this.kind(path) === 'missing') {
      const bytes = bytesOf(array);
      if (bytes.length <= SMALL_BYTES) {
        const { dtype, shape } = array;
        this.#createWith(this.#newEntry(path), dtype, newNumbers(dtype, { shape }), bytes);
        return;
      }
      this.createDataset(path, array.dtype, array.shape);
    }
    const { handle, path: at } = this.#entries.find(path, 'dataset');
    this.#requireWritable(handle, at);
    const metadata = metadataOf(this.#entries, handle, at);
    const element = elementType(metadata);
    if (element.kind !== 'numbers') throw notNumbers(handle.file, at, element);
    if (element.half || storedAs(array.dtype) !== storedAs(element.dtype)) {
      throw new DataError(`${handle.file}: cannot write ${array.dtype} into '${at}' of ${element.dtype}`);
    }
    writeSlab(
      handle,
      at,
      metadata,
      slabOf(metadata.shape ?? [0], selection, { file: handle.file, entry: at }),
      array,
    );
  }

  /** Makes a dataset of variable-length UTF-8 text: a scalar, or a list. */
  createText(path: string, text: string | readonly string[]): void {
    const at = this.#newEntry(path);
    const strings = [text].flat().map((line) => checkText(line, `${this.path}: ${at}`));
    const metadata = newText(typeof text === 'string' ? [] : [strings.length]);
    requireSoundText(this.#main);
    this.#call(at, `cannot create '${at}'`, (m, id) => m.create_vlen_str_dataset(id, at, strings, metadata));
    this.#main.known.set(at, { kind: 'dataset' });
  }

  /** Makes a link to `targetPath` in another file, named relative to the folder of this one. It need not exist yet. */
  createExternalLink(path: string, targetFile: string, targetPath: string): void {
    const at = this.#newEntry(path);
    this.#call(at, `cannot create link '${at}'`, (m, id) =>
      m.create_external_link(id, targetFile, targetPath, at),
    );
    this.#main.known.set(at, { kind: 'external', file: targetFile, path: targetPath });
  }

  /** What the external link at `path` says, followed or not; undefined when it is no external link. */
  externalLink(path: string): { file: string; path: string } | undefined {
    const link = this.link(path);
    return link?.kind === 'external' ? { file: link.file, path: link.path } : undefined;
  }

  #call<T>(entry: string, failure: string, run: (module: RawModule, id: bigint) => T): T {
    this.#entries.requireOpen();
    const { library, id, file } = this.#main;
    return library.call({ file, entry }, failure, (m) => run(m, id));
  }

  /** The place of a new entry, where nothing is yet. The groups above it are made; they must be of this very file. */
  #newEntry(path: string): string {
    const names = split(path);
    const name = names.pop();
    const kind = this.kind(path);
    if (name === undefined || kind !== 'missing') {
      throw new FileError(`${this.path}: cannot create '${path}': there is a ${kind} already`, {
        file: this.path,
        entry: path,
      });
    }
    this.#requireWritable(this.#main, path);
    this.createGroup(names.join('/'));
    const parent = this.#entries.locate(names.join('/'));
    this.#requireWritable(parent.handle, path);
    return joinPath(parent.path, name);
  }

  #requireWritable(handle: Handle, entry: string): void {
    this.#entries.requireOpen();
    if (handle.mode === 'r') {
      throw new FileError(`${handle.file}: cannot write '${entry}': the file is open for reading`, {
        file: handle.file,
        entry,
      });
    }
  }
}

function notNumbers(file: string, entry: string, element: ElementType): FileError {
  const found =
    element.kind === 'text'
      ? 'text'
      : element.kind === 'opaque'
        ? `a type that cannot be read here (${element.name})`
        : element.dtype;
  return new FileError(`${file}: '${entry}' holds ${found}, not numbers`, { file, entry });
}

/** Datasets up to this size are made and written in one call. */
const SMALL_BYTES = 2 ** 20;

/** Bools and uint8 are the same bytes. */
function storedAs(dtype: DType): DType {
  return dtype === 'bool' ? 'uint8' : dtype;
}
