/** Attributes of groups and datasets. */
import { componentsOf, ndarray, type NdArray } from '../array/ndarray.ts';
import { decode, elementType, newNumbers, newText } from './bytes/datatype.ts';
import type { Handle } from './handle.ts';
import { requireSoundText } from './bytes/heap.ts';
import type { Metadata, RawModule } from './module.ts';
import { bytesOf } from './slab.ts';
import { elementValues, type Value } from './values.ts';
import { checkText, readStrings } from './text.ts';

/** Scalars come as text, numbers or booleans; everything else, and 64-bit integers beyond 2^53, as arrays. */
export type AttributeValue = string | number | boolean | NdArray | string[];

/** All attributes of the object at `path`. Those of types without a counterpart here (references, …) are left out. */
export function readAttributes(handle: Handle, path: string): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  for (const name of attributeNames(handle, path)) {
    const value = readAttribute(handle, path, name);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

export function attributeNames({ library, id, file }: Handle, path: string): string[] {
  return library.call({ file, entry: path }, `cannot list the attributes of '${path}'`, (m) =>
    m.get_attribute_names(id, path),
  );
}

export function attributeHeader({ library, id, file }: Handle, path: string, name: string): Metadata {
  return library.call({ file, entry: path }, `cannot read attribute '${name}' of '${path}'`, (m) =>
    m.get_attribute_metadata(id, path, name),
  );
}

/** The elements of an attribute of any type, in C order. */
export function attributeValues(handle: Handle, path: string, name: string): Value[] {
  const { id } = handle;
  return elementValues(handle, path, attributeHeader(handle, path, name), name, (m, address) =>
    m.get_attribute_data(id, path, name, address),
  );
}

export function readAttribute(handle: Handle, path: string, name: string): AttributeValue | undefined {
  const { library, id, file } = handle;
  const where = { file, entry: path };
  const failure = `cannot read attribute '${name}' of '${path}'`;
  const metadata = library.call(where, failure, (m) => m.get_attribute_metadata(id, path, name));
  const element = elementType(metadata);
  if (element.kind === 'opaque') return undefined;
  if (element.kind === 'text') {
    const strings = readStrings(handle, path, metadata, name);
    return metadata.shape?.length === 0 ? strings[0] : strings;
  }
  const bytes = metadata.shape === null ? 0 : metadata.total_size * metadata.size;
  const buffer = library.withMemory(where, bytes, (address) => {
    if (bytes > 0) library.call(where, failure, (m) => m.get_attribute_data(id, path, name, BigInt(address)));
    return library.heap.slice(address, address + bytes).buffer;
  });
  return simplest(decode(element, metadata.shape ?? [0], buffer));
}

/** A scalar as a plain value where that loses nothing. */
function simplest(array: NdArray): NdArray | number | boolean {
  if (array.shape.length > 0 || componentsOf(array.dtype) === 2) return array;
  const value = array.data[0];
  if (array.dtype === 'bool') return value !== 0;
  return Number.isSafeInteger(Number(value)) || typeof value === 'number' ? Number(value) : array;
}

/** Sets or replaces one attribute. Whole numbers are stored as int64, others as float64, booleans as uint8. */
export function writeAttribute(handle: Handle, path: string, name: string, value: AttributeValue): void {
  const { library, id, file } = handle;
  const where = { file, entry: path };
  const failure = `cannot write attribute '${name}' of '${path}'`;
  const create = creation(handle, path, name, value);
  if (library.attempt(where, create).problem === undefined) return;
  // Most attributes are new. One that is there stands in the way.
  if (attributeNames(handle, path).includes(name)) {
    if (library.call(where, failure, (m) => m.get_attribute_metadata(id, path, name)).vlen) {
      requireSoundText(handle);
    }
    library.call(where, failure, (m) => m.delete_attribute(id, path, name));
  }
  library.call(where, failure, create);
}

function creation(
  handle: Handle,
  path: string,
  name: string,
  value: AttributeValue,
): (module: RawModule) => number {
  const { library, id, file } = handle;
  if (typeof value === 'string' || Array.isArray(value)) {
    requireSoundText(handle);
    const strings = [value].flat().map((text) => checkText(text, `${file}: ${path}@${name}`));
    const metadata = newText(typeof value === 'string' ? [] : [strings.length]);
    return (m) => m.create_vlen_str_attribute(id, path, name, strings, metadata);
  }
  const array = typeof value === 'object' ? value : scalar(value);
  const bytes = bytesOf(array);
  const metadata = newNumbers(array.dtype === 'bool' ? 'uint8' : array.dtype, { shape: array.shape });
  return (m) =>
    library.withMemory({ file, entry: path }, bytes.length, (address) => {
      library.heap.set(bytes, address);
      return m.create_attribute(id, path, name, BigInt(address), metadata);
    });
}

function scalar(value: number | boolean): NdArray {
  if (typeof value === 'boolean') return ndarray('bool', [], Uint8Array.of(value ? 1 : 0));
  if (Number.isSafeInteger(value)) return ndarray('int64', [], BigInt64Array.of(BigInt(value)));
  return ndarray('float64', [], Float64Array.of(value));
}
