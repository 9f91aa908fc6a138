/** Text in the library's memory: variable-length strings are addresses, fixed-length ones bytes. */
import { DataError } from '../errors.ts';
import type { Handle } from './handle.ts';
import { requireSoundText } from './bytes/heap.ts';
import type { Metadata, RawModule } from './module.ts';

const SPACE_PADDED = 2;

/** Reads the strings of a dataset, or of attribute `name` of the object at `path`. */
export function readStrings(handle: Handle, path: string, metadata: Metadata, name?: string): string[] {
  const { library, id, file } = handle;
  const where = { file, entry: path };
  const what = name === undefined ? `'${path}'` : `attribute '${name}' of '${path}'`;
  const { total_size: count, size } = metadata;
  if (metadata.shape === null || count === 0) return [];
  if (metadata.vlen) requireSoundText(handle);
  const read = (address: number): string[] => {
    library.call(where, `cannot read ${what}`, (m) =>
      name === undefined
        ? m.get_dataset_data(id, path, null, null, null, BigInt(address))
        : m.get_attribute_data(id, path, name, BigInt(address)),
    );
    const strings = metadata.vlen ? fromAddresses : fromBytes;
    const result = library.call(where, `cannot read ${what}`, (m) => strings(m, address, count, metadata));
    if (metadata.vlen) {
      library.call(where, `cannot read ${what}`, (m) =>
        m.reclaim_vlen_memory(id, path, name ?? '', BigInt(address)),
      );
    }
    return result;
  };
  return library.withMemory(where, count * size, read, true);
}

function fromAddresses({ HEAPU8: heap }: RawModule, address: number, count: number): string[] {
  const addresses = new Uint32Array(heap.buffer, address, count);
  // A null address is an empty string.
  return Array.from(addresses, (at) => (at === 0 ? '' : upToNul(heap.subarray(at))));
}

function fromBytes(
  { HEAPU8: heap }: RawModule,
  address: number,
  count: number,
  metadata: Metadata,
): string[] {
  const { size, strpad } = metadata;
  return Array.from({ length: count }, (_, i) =>
    textOf(heap.subarray(address + i * size, address + (i + 1) * size), strpad),
  );
}

/** Text as it is stored: it ends at the first NUL, or before the spaces that fill it up. */
export function textOf(bytes: Uint8Array, strpad?: number): string {
  const text = upToNul(bytes);
  return strpad === SPACE_PADDED ? text.replace(/ +$/, '') : text;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function upToNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** HDF5 text ends at the first NUL and is UTF-8: what would not survive is refused. */
export function checkText(text: string, where: string): string {
  if (text.includes('\0'))
    throw new DataError(`${where}: text with a NUL character cannot be stored in HDF5`);
  if (/\p{Surrogate}/u.test(text)) {
    throw new DataError(`${where}: text with half a surrogate pair cannot be stored as UTF-8`);
  }
  return text;
}
