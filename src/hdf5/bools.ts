/**
 * Bools as h5py stores them: an HDF5 enum of FALSE and TRUE on int8. The library reads such types and cannot create them.
 * Datasets of bools are therefore made with a stand-in, a compound of one byte whose description takes the same room, and when the
 * library has written what it holds, the stand-ins in the file become the enum.
 * Layout: HDF5 File Format Specification 3.0, IV.A.1.b (object headers, version 2) and IV.A.2.d (datatype message).
 */
import { FileError } from '../errors.ts';
import type { Handle } from './handle.ts';
import type { Descriptor } from './hdf5-host.ts';
import { host } from './host.ts';
import { lookup3 } from './bytes/lookup3.ts';
import { TypeClass, type Metadata, type NewMetadata } from './module.ts';

/** As long as makes both descriptions equally long. */
const MEMBER = 'stand-in of bool';

/** The type that a dataset of bools is created with. */
export const BOOL_STAND_IN: Pick<NewMetadata, 'type' | 'size' | 'signed' | 'vlen' | 'compound_type'> = {
  type: TypeClass.compound,
  size: 1,
  signed: false,
  vlen: false,
  compound_type: {
    nmembers: 1,
    members: [{ type: TypeClass.integer, size: 1, signed: false, vlen: false, name: MEMBER, offset: 0 }],
  },
};

/** Whether this is the stand-in, which lasts in the library's memory and in files of processes that were killed. */
export function isBoolStandIn({ type, size, compound_type }: Metadata): boolean {
  const members = compound_type?.members ?? [];
  return type === TypeClass.compound && size === 1 && members.length === 1 && members[0].name === MEMBER;
}

/** The enum as HDF5 describes it: two members on an int8, their padded names, their values. */
const ENUM = Buffer.concat([
  Buffer.from([0x18, 2, 0, 0, 1, 0, 0, 0]),
  Buffer.from([0x10, 0x08, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]),
  Buffer.from('FALSE\0\0\0TRUE\0\0\0\0', 'latin1'),
  Buffer.from([0, 1]),
]);

/** Notes that the dataset at `path`, just created, holds bools. */
export function noteBools(handle: Handle, path: string): void {
  const where = { file: handle.file, entry: path };
  const address = handle.library.call(where, `cannot find '${path}'`, (m) =>
    m.create_object_reference(handle.id, path),
  );
  handle.bools.push(Number(Buffer.from(Array.from(address)).readBigUInt64LE()));
}

/** Turns stand-ins into enums, once the library has written all it holds. */
export function finishBools({ library, file, absolute, bools }: Handle): void {
  if (bools.length === 0) return;
  const descriptor = library.descriptorOf(absolute);
  if (descriptor === undefined) throw new FileError(`${file}: the file is closed`, { file });
  for (const address of bools) {
    if (finish(descriptor, headBlock(descriptor, address))) continue;
    throw new FileError(`${file}: the description of the bools at byte ${address} was not found`, { file });
  }
}

/** A block of an object header: messages, and behind them the checksum of all before it. */
interface Block {
  readonly start: number;
  /** Where the messages begin in `bytes`. */
  readonly first: number;
  /** Bytes in front of the size of each message, and of all that stands in front of its content. */
  readonly headerBytes: number;
  readonly bytes: Buffer;
}

const CHECKSUM_BYTES = 4;
const DATATYPE = 3;
const CONTINUATION = 16;

function headBlock(descriptor: Descriptor, address: number): Block | undefined {
  const prefix = read(descriptor, address, 34);
  if (prefix.toString('latin1', 0, 4) !== 'OHDR' || prefix[4] !== 2) return undefined;
  const flags = prefix[5];
  const sizeBytes = 2 ** (flags & 0b11);
  const sizeAt = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const first = sizeAt + sizeBytes;
  const size =
    sizeBytes === 8 ? Number(prefix.readBigUInt64LE(sizeAt)) : prefix.readUIntLE(sizeAt, sizeBytes);
  return {
    start: address,
    first,
    headerBytes: flags & 0x04 ? 6 : 4,
    bytes: read(descriptor, address, first + size + CHECKSUM_BYTES),
  };
}

/** Whether a block, or one that it leads to, describes bools as it should now. */
function finish(descriptor: Descriptor, block: Block | undefined): boolean {
  if (block === undefined || !isSound(block)) return false;
  const { start, first, headerBytes, bytes } = block;
  const end = bytes.length - CHECKSUM_BYTES;
  for (let at = first; at + headerBytes <= end;) {
    const [type, size] = [bytes[at], bytes.readUInt16LE(at + 1)];
    const content = at + headerBytes;
    if (type === DATATYPE) {
      if (size !== ENUM.length) return false;
      if (ENUM.equals(bytes.subarray(content, content + size))) return true;
      ENUM.copy(bytes, content);
      bytes.writeUInt32LE(lookup3(bytes.subarray(0, end)), end);
      // In one piece, so that whoever reads the file meanwhile sees the one or the other.
      host.write(descriptor, bytes, start);
      return true;
    }
    if (type === CONTINUATION) {
      const next = Number(bytes.readBigUInt64LE(content));
      const length = Number(bytes.readBigUInt64LE(content + 8));
      const more = { start: next, first: 4, headerBytes, bytes: read(descriptor, next, length) };
      if (finish(descriptor, more)) return true;
    }
    at = content + size;
  }
  return false;
}

function isSound({ bytes }: Block): boolean {
  const end = bytes.length - CHECKSUM_BYTES;
  return end > 0 && bytes.readUInt32LE(end) === lookup3(bytes.subarray(0, end));
}

function read(descriptor: Descriptor, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, host.read(descriptor, bytes, at));
}
