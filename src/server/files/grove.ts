/** Objects of HDF5 files in the words of h5grove 4, a server for HDF5 files: H5Web understands them. */
import { formatNpy } from '../../array/npy.ts';
import { sizeOf, type NdArray } from '../../array/ndarray.ts';
import { FileError } from '../../errors.ts';
import type { H5File, Metadata, Value } from '../../hdf5/file.ts';
import { RequestError, type Answers, type FileRequest } from './messages.ts';
import { MOST_BYTES, parseSelection, requireBounded } from './selection.ts';

type Of<K extends FileRequest['do']> = Extract<FileRequest, { do: K }>;

/** Classes of types in HDF5 (`H5T_class_t`). */
const CLASS = { string: 3, opaque: 5, compound: 6, enum: 8, vlen: 9, array: 10, complex: 11 } as const;

/** An object with its members. */
export function metaOf(h5: H5File, path: string): object {
  requireThere(h5, path);
  const entity = entityOf(h5, path);
  if (h5.kind(path) !== 'group') return entity;
  return { ...entity, children: h5.keys(path).map((name) => entityOf(h5, join(path, name))) };
}

function entityOf(h5: H5File, path: string): object {
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    const kind = h5.kind(path);
    if (kind === 'dangling') return { name, ...unresolved(h5, path) };
    if (kind === 'missing') return { name, kind: 'other' };
    const attributes = Object.entries(h5.attributeHeaders(path)).map(([own, header]) => ({
      name: own,
      shape: header.shape,
      type: typeOf(header),
    }));
    if (kind === 'group') return { name, kind, attributes };
    const { metadata, filters } = h5.header(path);
    if (kind === 'datatype') return { name, kind, attributes, type: typeOf(metadata) };
    return {
      ...{ name, kind, attributes, shape: metadata.shape, type: typeOf(metadata) },
      chunks: metadata.chunks,
      filters: filters.length === 0 ? null : filters.map((filter) => ({ id: filter.id, name: filter.name })),
    };
  } catch (error) {
    // One that is damaged spoils none of the others.
    if (error instanceof FileError) return { name, kind: 'other' };
    throw error;
  }
}

function unresolved(h5: H5File, path: string): object {
  const link = h5.link(path);
  if (link === undefined) return { kind: 'other' };
  return link.kind === 'soft'
    ? { kind: 'soft_link', target_path: link.path }
    : { kind: 'external_link', target_file: link.file, target_path: link.path };
}

function typeOf(metadata: Metadata): object {
  const { type, size, signed, littleEndian, vlen } = metadata;
  const number = { class: type, size, order: littleEndian ? 0 : 1, sign: signed ? 1 : 0 };
  switch (type) {
    case CLASS.string:
      return { class: type, size, cset: metadata.cset ?? 0, strPad: metadata.strpad ?? 0, vlen };
    case CLASS.opaque:
      return { class: type, size, tag: '' };
    case CLASS.complex: {
      const part = { class: 1, size: size / 2, order: number.order };
      return { class: CLASS.compound, size, members: ['r', 'i'].map((name) => ({ name, ...part })) };
    }
    case CLASS.compound: {
      const members = metadata.compound_type?.members ?? [];
      return {
        class: type,
        size,
        members: members.map((member) => ({ name: member.name, ...typeOf(member) })),
      };
    }
    case CLASS.enum:
      return { ...number, base: { ...number, class: 0 }, members: metadata.enum_type?.members ?? {} };
    case CLASS.vlen:
      return {
        class: type,
        size,
        base: metadata.vlen_type === undefined ? number : typeOf(metadata.vlen_type),
      };
    case CLASS.array: {
      const base = metadata.array_type;
      return { class: type, size, base: base === undefined ? number : typeOf(base), dims: base?.shape ?? [] };
    }
    default:
      return number;
  }
}

/** Attributes by name; null for those without a value. */
export function attributesOf(h5: H5File, { path, names }: Of<'attr'>): Record<string, Value> {
  requireThere(h5, path);
  const headers = h5.attributeHeaders(path);
  const absent = names?.find((name) => !Object.hasOwn(headers, name));
  if (absent !== undefined) throw new RequestError(404, `'${path}' has no attribute '${absent}'`);
  return Object.fromEntries(
    (names ?? Object.keys(headers)).map((name) => {
      const { shape, total_size: count, size } = headers[name];
      if (shape === null) return [name, null];
      if (count * size > MOST_ATTRIBUTE_BYTES) return [name, `${count} values: too many to show`];
      return [name, shaped(h5.attributeValues(path, name), shape)];
    }),
  );
}

const MOST_ATTRIBUTE_BYTES = 2 ** 20;

/** The values of a dataset, or of a selection of it. */
export function dataOf(h5: H5File, { path, selection, format, flatten }: Of<'data'>): Answers['data'] {
  requireThere(h5, path);
  if (h5.kind(path) !== 'dataset')
    throw new RequestError(400, `'${path}' is a ${h5.kind(path)}, not a dataset`);
  const { metadata } = h5.header(path);
  const { dtype } = h5.info(path);
  if (metadata.shape === null) return format === 'json' ? { json: null } : { bytes: new ArrayBuffer(0) };
  const selected = parseSelection(selection, metadata.shape);
  requireBounded(selected, metadata, format === 'json');
  if (format !== 'json') {
    if (
      dtype === 'opaque' &&
      format === 'bin' &&
      [CLASS.opaque, CLASS.enum].includes(metadata.type as never)
    ) {
      return { bytes: h5.bytes(path, selected.ranges) };
    }
    if (dtype === 'string' || dtype === 'opaque') {
      throw new RequestError(400, `'${path}' holds no numbers: ask for it as JSON`);
    }
    const array = h5.read(path, selected.ranges);
    return { bytes: format === 'bin' ? bytesOf(array) : bytesOf(formatted(array, selected.shape)) };
  }
  if (metadata.total_size * metadata.size > MOST_BYTES && (dtype === 'string' || dtype === 'opaque')) {
    throw new RequestError(
      413,
      `'${path}' holds ${metadata.total_size} elements that are only read as a whole`,
    );
  }
  const values = h5.values(path, selected.ranges);
  return { json: flatten && selected.shape.length > 0 ? values : shaped(values, selected.shape) };
}

/** As a `.npy` file: without the axes of which one index was named. */
function formatted(array: NdArray, shape: readonly number[]): { data: Uint8Array } {
  const whole = sizeOf(shape) === sizeOf(array.shape) ? shape : array.shape;
  return { data: formatNpy({ ...array, shape: whole }) };
}

export function bytesOf({ data }: { readonly data: ArrayBufferView }): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = data;
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) return buffer;
  return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
}

/** A list in C order as lists within lists; a single value for shape []. */
function shaped(values: readonly Value[], shape: readonly number[]): Value {
  if (shape.length === 0) return values[0] ?? null;
  if (shape.length === 1) return values;
  const [length, ...rest] = shape;
  const each = sizeOf(rest);
  return Array.from({ length }, (_, i) => shaped(values.slice(i * each, (i + 1) * each), rest));
}

const MOST_PATHS = 20_000;
const MOST_LEVELS = 32;

/** Paths of all objects below `path`, itself included; links to objects above are not followed. */
export function pathsOf(h5: H5File, path: string): string[] {
  requireThere(h5, path);
  const paths: string[] = [];
  const visit = (at: string, above: readonly string[]): void => {
    if (paths.length >= MOST_PATHS) return;
    paths.push(at);
    if (h5.kind(at) !== 'group' || above.length > MOST_LEVELS) return;
    const identity = h5.identity(at);
    if (above.includes(identity)) return;
    for (const name of h5.keys(at)) {
      const member = join(at, name);
      if (h5.link(member) === undefined) visit(member, [...above, identity]);
    }
  };
  visit(path, []);
  return paths;
}

function join(group: string, name: string): string {
  return group === '/' ? `/${name}` : `${group}/${name}`;
}

function requireThere(h5: H5File, path: string): void {
  if (!path.startsWith('/')) throw new RequestError(400, `'${path}' is not a valid path: it begins with /`);
  const kind = h5.kind(path);
  if (kind === 'missing') throw new RequestError(404, `'${path}' is not a valid path`);
  if (kind === 'dangling') throw new RequestError(404, `Cannot resolve the link at '${path}'`);
}
