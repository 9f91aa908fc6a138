/**
 * HDF5 keeps variable-length text in "global heap collections". The library (and every other reader) loops for ever on a
 * collection whose object sizes are damaged, so they are checked before the first text is read.
 * Layout: HDF5 File Format Specification 3.0, III.E.
 */
import { FileError } from '../../errors.ts';
import type { Handle } from '../handle.ts';
import { host } from '../host.ts';

/** Bytes from the start of a file that are looked through: all of a small file, the headers of a large one. */
const CHECKED_BYTES = 2 ** 24;

const SIGNATURE = Buffer.from('GCOL\x01\0\0\0', 'latin1');
const HEADER_BYTES = 16;

/** Before text of a file is read or written for the first time. Throws a `FileError` when it is damaged. */
export function requireSoundText(handle: Handle): void {
  if (handle.textChecked) return;
  requireSoundHeaps(handle.file, handle.absolute);
  handle.textChecked = true;
}

/** Throws a `FileError` when a heap collection near the start of the file is damaged. */
function requireSoundHeaps(file: string, absolute: string): void {
  const descriptor = host.open(absolute);
  try {
    const size = host.sizeOf(descriptor);
    const bytes = Buffer.allocUnsafe(Math.min(size, CHECKED_BYTES));
    const read = host.read(descriptor, bytes, 0);
    const damaged = damagedHeap(bytes.subarray(0, read), size);
    if (damaged !== undefined) {
      throw new FileError(`${file}: the text stored at byte ${damaged} is damaged: it cannot be read`, {
        file,
      });
    }
  } finally {
    host.close(descriptor);
  }
}

/** Offset of the first collection in `bytes` whose objects do not fill it, in a file of `fileSize` bytes. */
export function damagedHeap(bytes: Buffer, fileSize: number): number | undefined {
  for (let at = bytes.indexOf(SIGNATURE); at >= 0; at = bytes.indexOf(SIGNATURE, at + 1)) {
    if (at + HEADER_BYTES > bytes.length) return undefined;
    const size = Number(bytes.readBigUInt64LE(at + 8));
    if (size < HEADER_BYTES || at + size > fileSize) return at;
    const end = Math.min(at + size, bytes.length);
    for (let object = at + HEADER_BYTES; object + HEADER_BYTES <= end;) {
      const length = Number(bytes.readBigUInt64LE(object + 8));
      // Object 0 is the free space that is left, counted with its header; the others are padded to eight bytes.
      const isFree = bytes.readUInt16LE(object) === 0;
      const step = isFree ? length : HEADER_BYTES + Math.ceil(length / 8) * 8;
      if (step < HEADER_BYTES || object + step > at + size) return at;
      object += step;
    }
  }
  return undefined;
}
