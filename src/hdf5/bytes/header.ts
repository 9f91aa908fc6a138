/**
 * What the library does not tell about a dataset, read from the bytes of the file: the messages of its object header, and
 * objects of the global heap. Layout: HDF5 File Format Specification 3.0, II.A, III.E and IV.A.
 */
import { FileError, messageOf } from '../../errors.ts';
import { SIGNATURE, type Handle } from '../handle.ts';
import type { Descriptor } from '../hdf5-host.ts';
import { host } from '../host.ts';

/** Kinds of messages. */
export const Message = { layout: 0x08, externalFiles: 0x07, continuation: 0x10 } as const;

/** No such place in the file: nothing was stored. */
export const UNDEFINED_ADDRESS = 2n ** 64n - 1n;

/** Parts of object headers and heap collections larger than this are taken to be damage. */
const MOST_BYTES = 2 ** 28;

/** The bytes of a file that the library has open, read past it. Addresses count from the start of the HDF5 data. */
export class RawFile {
  readonly #descriptor: Descriptor;
  readonly #base: bigint;

  private constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor;
    this.#base = this.#findBase();
  }

  /** Runs `use`; whatever does not look as it should becomes a `FileError` about `entry`. */
  static use<T>({ file, absolute }: Handle, entry: string, use: (raw: RawFile) => T): T {
    const descriptor = host.open(absolute);
    try {
      return use(new RawFile(descriptor));
    } catch (cause) {
      if (cause instanceof FileError) throw cause;
      const where = { file, entry };
      throw new FileError(`${file}: cannot read how '${entry}' is stored: ${messageOf(cause)}`, where, {
        cause,
      });
    } finally {
      host.close(descriptor);
    }
  }

  read(address: bigint, length: number): Buffer {
    return this.#bytes(address + this.#base, length);
  }

  #bytes(position: bigint, length: number): Buffer {
    if (length > MOST_BYTES) throw new RangeError(`${length} bytes at ${position} are too many`);
    const bytes = Buffer.alloc(length);
    const got = host.read(this.#descriptor, bytes, position);
    if (got < length) throw new RangeError(`the file ends before byte ${position + BigInt(length)}`);
    return bytes;
  }

  /** Where the superblock says that addresses count from; all numbers of eight bytes, as every known writer has them. */
  #findBase(): bigint {
    for (let at = 0n; ; at = at === 0n ? 512n : 2n * at) {
      const start = this.#bytes(at, 32);
      if (!start.subarray(0, 8).equals(SIGNATURE)) continue;
      const version = start[8];
      const [offsets, lengths] = version < 2 ? [start[13], start[14]] : [start[9], start[10]];
      if (offsets !== 8 || lengths !== 8) throw new RangeError(`addresses of ${offsets} bytes are not known`);
      if (version >= 2) return start.readBigUInt64LE(12);
      return version === 0 ? start.readBigUInt64LE(24) : this.#bytes(at + 28n, 8).readBigUInt64LE();
    }
  }
}

/** Contents of the messages of one kind in the header of the object at `path`. */
export function headerMessages(handle: Handle, path: string, raw: RawFile, kind: number): Buffer[] {
  const where = { file: handle.file, entry: path };
  const reference = handle.library.call(where, `cannot find '${path}'`, (m) =>
    m.create_object_reference(handle.id, path),
  );
  const address = Buffer.from(Uint8Array.from(reference)).readBigUInt64LE();
  const prefix = raw.read(address, 16);
  const found =
    prefix.toString('latin1', 0, 4) === 'OHDR' ? modernHeader(raw, address) : oldHeader(raw, address);
  return found.filter(({ type }) => type === kind).map(({ data }) => data);
}

interface HeaderMessage {
  readonly type: number;
  readonly data: Buffer;
}

/** Version 1: messages begin with type, size, flags in 8 bytes. */
function oldHeader(raw: RawFile, address: bigint): HeaderMessage[] {
  const prefix = raw.read(address, 16);
  if (prefix[0] !== 1) throw new RangeError(`version ${prefix[0]} of object headers is not known`);
  const messages: HeaderMessage[] = [];
  const pending = [raw.read(address + 16n, prefix.readUInt32LE(8))];
  for (let block = pending.shift(), n = 0; block !== undefined && n < MOST_BLOCKS; block = pending.shift()) {
    n++;
    for (let at = 0; at + 8 <= block.length;) {
      const size = block.readUInt16LE(at + 2);
      const message = { type: block.readUInt16LE(at), data: block.subarray(at + 8, at + 8 + size) };
      messages.push(message);
      if (message.type === Message.continuation) pending.push(continued(raw, message.data));
      at += 8 + size;
    }
  }
  return messages;
}

/** Version 2: with a signature, and a checksum at the end of each block. */
function modernHeader(raw: RawFile, address: bigint): HeaderMessage[] {
  const prefix = raw.read(address, 6);
  const flags = prefix[5];
  const skipped = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const sizeBytes = 1 << (flags & 3);
  const size = Number(raw.read(address + BigInt(skipped), 8).readBigUInt64LE() & mask(sizeBytes));
  const head = flags & 4 ? 6 : 4;
  const messages: HeaderMessage[] = [];
  const pending = [raw.read(address + BigInt(skipped + sizeBytes), size)];
  for (let block = pending.shift(), n = 0; block !== undefined && n < MOST_BLOCKS; block = pending.shift()) {
    n++;
    for (let at = 0; at + head <= block.length;) {
      const length = block.readUInt16LE(at + 1);
      const message = { type: block[at], data: block.subarray(at + head, at + head + length) };
      messages.push(message);
      if (message.type === Message.continuation) pending.push(continued(raw, message.data).subarray(4, -4));
      at += head + length;
    }
  }
  return messages;
}

/** Headers in more pieces than this go round in circles. */
const MOST_BLOCKS = 1000;

function mask(bytes: number): bigint {
  return (1n << BigInt(8 * bytes)) - 1n;
}

function continued(raw: RawFile, data: Buffer): Buffer {
  return raw.read(data.readBigUInt64LE(0), Number(data.readBigUInt64LE(8)));
}

/** Object `index` of the heap collection at `address`. */
export function heapObject(raw: RawFile, address: bigint, index: number): Buffer {
  const head = raw.read(address, 16);
  if (head.toString('latin1', 0, 4) !== 'GCOL') throw new RangeError('the heap is not where it should be');
  const collection = raw.read(address, Number(head.readBigUInt64LE(8)));
  for (let at = 16; at + 16 <= collection.length;) {
    const size = Number(collection.readBigUInt64LE(at + 8));
    const number = collection.readUInt16LE(at);
    if (number === index) return collection.subarray(at + 16, at + 16 + size);
    if (number === 0) break;
    at += 16 + Math.ceil(size / 8) * 8;
  }
  throw new RangeError(`the heap has no object ${index}`);
}
