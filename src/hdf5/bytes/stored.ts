/**
 * Which parts of a dataset were ever written. The others read as the fill value, and what an external file is too short for as
 * zeros, without a word. Layout: HDF5 File Format Specification 3.0, III.A.1, III.D, IV.A.2.h and i.
 */
import { sizeOf } from '../../array/ndarray.ts';
import { FileError } from '../../errors.ts';
import type { Handle } from '../handle.ts';
import { host } from '../host.ts';
import { headerMessages, Message, RawFile, UNDEFINED_ADDRESS } from './header.ts';
import { combinations, scatter } from '../virtual/index-lists.ts';
import type { Metadata } from '../module.ts';
import type { Slab } from '../slab.ts';
import type { Stored } from './stored-part.ts';

const ALL: Stored = { kind: 'all' };

/** Of a dataset that is not virtual. Kinds of index that are not known here, or damaged, count as complete. */
export function storedPart(handle: Handle, path: string, metadata: Metadata): Stored {
  // While we write, the file lags behind.
  if (handle.mode !== 'r' || metadata.shape === null || sizeOf(metadata.shape) === 0) return ALL;
  const known = handle.stored.get(path);
  if (known !== undefined) return known;
  let found = ALL;
  try {
    found = RawFile.use(handle, path, (raw) => look(handle, path, metadata, raw));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
  handle.stored.set(path, found);
  return found;
}

/** Throws a `FileError` where external files end too early and, if `isStrict`, where the dataset was never written. */
export function requireStored(
  handle: Handle,
  path: string,
  metadata: Metadata,
  slab: Slab,
  isStrict: boolean,
): void {
  if (!isStrict && metadata.chunks !== null) return;
  const stored = storedPart(handle, path, metadata);
  const where = { file: handle.file, entry: path };
  const shape = metadata.shape ?? [0];
  if (stored.kind === 'all' || sizeOf(slab.count) === 0) return;
  const last = slab.count.map((n, axis) => slab.start[axis] + (n - 1) * slab.step[axis]);
  if (stored.kind === 'bytes') {
    if (!isStrict && !stored.isExternal) return;
    const end = (last.reduce((sum, index, axis) => sum * shape[axis] + index, 0) + 1) * metadata.size;
    if (end > stored.bytes) throw new FileError(`${handle.file}: '${path}' ${stored.missing}`, where);
    return;
  }
  const chunks = metadata.chunks ?? shape;
  const ranges = slab.count.map((n, axis) => {
    const indices = Array.from({ length: n }, (_, i) => slab.start[axis] + i * slab.step[axis]);
    return [...new Set(indices.map((index) => Math.floor(index / chunks[axis])))];
  });
  for (const combination of combinations(ranges.map((own) => own.length))) {
    const chunk = combination.map((k, axis) => ranges[axis][k]);
    if (stored.written[chunk.reduce((sum, index, axis) => sum * stored.grid[axis] + index, 0)] === 1)
      continue;
    const at = chunk.map((index, axis) => index * chunks[axis]).join(', ');
    throw new FileError(`${handle.file}: '${path}' was never written at [${at}]`, where);
  }
}

/** Sets the items along the first `axes` axes to 0 that were not, or not wholly, written. */
export function clearUnwritten(stored: Stored, metadata: Metadata, axes: number, present: Uint8Array): void {
  const shape = metadata.shape ?? [0];
  if (stored.kind === 'bytes') {
    const each = sizeOf(shape.slice(axes)) * metadata.size;
    present.fill(0, Math.floor(stored.bytes / each));
  }
  if (stored.kind !== 'chunks') return;
  const chunks = metadata.chunks ?? shape;
  let number = 0;
  for (const chunk of combinations(stored.grid)) {
    if (stored.written[number++] === 1) continue;
    const to = chunk.slice(0, axes).map((index, axis) => {
      const start = index * chunks[axis];
      return Array.from({ length: Math.min(chunks[axis], shape[axis] - start) }, (_, i) => start + i);
    });
    scatter(new Uint8Array(1), present, to, shape.slice(0, axes), 1, true);
  }
}

const Class = { contiguous: 1, chunked: 2 } as const;
const Index = { single: 1, fixedArray: 3 } as const;

function look(handle: Handle, path: string, metadata: Metadata, raw: RawFile): Stored {
  const layout = headerMessages(handle, path, raw, Message.layout).at(0);
  if (layout === undefined) return ALL;
  const [version, kind] = layout;
  if (version < 3) return ALL;
  if (kind === Class.contiguous) {
    const files = headerMessages(handle, path, raw, Message.externalFiles).at(0);
    if (files !== undefined) return externalPart(raw, files);
    const isWritten = layout.readBigUInt64LE(2) !== UNDEFINED_ADDRESS;
    return isWritten ? ALL : { kind: 'bytes', bytes: 0, missing: 'was never written', isExternal: false };
  }
  const { shape, chunks } = metadata;
  if (kind !== Class.chunked || chunks === null || shape === null) return ALL;
  const grid = shape.map((n, axis) => Math.ceil(n / chunks[axis]));
  const written = new Uint8Array(sizeOf(grid));
  const found = { kind: 'chunks', grid, written } as const;
  if (version === 3) {
    readTree(raw, layout.readBigUInt64LE(3), chunks, found, 0);
    return found;
  }
  const [flags, ranks, bytes] = [layout[2], layout[3], layout[4]];
  const index = 5 + ranks * bytes;
  if (layout[index] === Index.single) {
    const address = layout.readBigUInt64LE(index + 1 + (flags & 2 ? 12 : 0));
    written.fill(address === UNDEFINED_ADDRESS ? 0 : 1);
    return found;
  }
  // Of an array that may still become longer the chunks are numbered otherwise.
  const isFixed = shape.every((n, axis) => metadata.maxshape?.[axis] === n);
  if (layout[index] !== Index.fixedArray || !isFixed) return ALL;
  readFixedArray(raw, layout.readBigUInt64LE(index + 2), written);
  return found;
}

/** Deeper trees go round in circles. */
const MOST_LEVELS = 16;

/** B-tree of chunks: children between keys of chunk size, filter mask, and the chunk's first element. */
function readTree(
  raw: RawFile,
  address: bigint,
  chunks: readonly number[],
  { grid, written }: Extract<Stored, { kind: 'chunks' }>,
  level: number,
): void {
  if (address === UNDEFINED_ADDRESS) return;
  const head = raw.read(address, 24);
  if (head.toString('latin1', 0, 4) !== 'TREE' || level > MOST_LEVELS)
    throw new RangeError('its index is damaged');
  const used = head.readUInt16LE(6);
  const keyBytes = 8 + 8 * (chunks.length + 1);
  const entries = raw.read(address + 24n, used * (keyBytes + 8));
  for (let i = 0; i < used; i++) {
    const key = i * (keyBytes + 8);
    const child = entries.readBigUInt64LE(key + keyBytes);
    if (head[5] > 0) readTree(raw, child, chunks, { kind: 'chunks', grid, written }, level + 1);
    else {
      const number = chunks.reduce((sum, n, axis) => {
        const first = Number(entries.readBigUInt64LE(key + 8 + 8 * axis));
        return sum * grid[axis] + Math.floor(first / n);
      }, 0);
      if (child !== UNDEFINED_ADDRESS && number < written.length) written[number] = 1;
    }
  }
}

function readFixedArray(raw: RawFile, address: bigint, written: Uint8Array): void {
  if (address === UNDEFINED_ADDRESS) return;
  const head = raw.read(address, 24);
  if (head.toString('latin1', 0, 4) !== 'FAHD') throw new RangeError('its index is damaged');
  const [entryBytes, perPage] = [head[6], 2 ** head[7]];
  const block = head.readBigUInt64LE(16);
  if (block === UNDEFINED_ADDRESS) return;
  const total = Number(head.readBigUInt64LE(8));
  const pages = total > perPage ? Math.ceil(total / perPage) : 0;
  const bitmap = raw.read(block + 14n, Math.ceil(pages / 8));
  let at = block + 14n + BigInt(bitmap.length) + (pages > 0 ? 4n : 0n);
  for (let first = 0, page = 0; first < total; first += perPage, page++) {
    const count = Math.min(pages > 0 ? perPage : total, total - first);
    const isMade = pages === 0 || (bitmap[page >> 3] & (0x80 >> (page & 7))) !== 0;
    const entries = isMade ? raw.read(at, count * entryBytes) : undefined;
    for (let i = 0; entries !== undefined && i < count && first + i < written.length; i++) {
      if (entries.readBigUInt64LE(i * entryBytes) !== UNDEFINED_ADDRESS) written[first + i] = 1;
    }
    at += BigInt(count * entryBytes + 4);
    if (pages === 0) break;
  }
}

/** Bytes that external files hold, up to the first that is too short. */
function externalPart(raw: RawFile, message: Buffer): Stored {
  const used = message.readUInt16LE(6);
  const heap = raw.read(message.readBigUInt64LE(8), 32);
  const names = raw.read(heap.readBigUInt64LE(24), Number(heap.readBigUInt64LE(8)));
  let bytes = 0;
  for (let i = 0; i < used; i++) {
    const slot = 16 + 24 * i;
    const nameAt = Number(message.readBigUInt64LE(slot));
    const name = names.toString('utf8', nameAt, names.indexOf(0, nameAt));
    const offset = Number(message.readBigUInt64LE(slot + 8));
    const wanted = Number(message.readBigUInt64LE(slot + 16));
    if (!host.exists(host.resolve(name))) {
      const missing = `is stored in the external file '${name}', which is not there (HDF5 looks for it from the current folder)`;
      return { kind: 'bytes', bytes, missing, isExternal: true };
    }
    const there = Math.max(0, host.sizeAt(host.resolve(name)) - offset);
    bytes += Math.min(wanted, there);
    if (there < wanted) {
      return {
        kind: 'bytes',
        bytes,
        missing: `is stored in the external file '${name}', which is too short`,
        isExternal: true,
      };
    }
  }
  return ALL;
}
