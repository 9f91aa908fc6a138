/** Pixels to PNG (ISO/IEC 15948) by the compression of Node: a tenth of the time that resvg takes, and fewer bytes. */
import { crc32, deflateSync } from 'node:zlib';
import type { Rgba } from './raster.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Bits of a channel, colour type RGB with alpha, and what follows it in the header: no choice is left there. */
const RGBA_8 = Uint8Array.of(8, 6, 0, 0, 0);

export function encodePng({ rows, cols, data }: Rgba): Uint8Array {
  const header = Buffer.alloc(8 + RGBA_8.length);
  header.writeUInt32BE(cols, 0);
  header.writeUInt32BE(rows, 4);
  header.set(RGBA_8, 8);
  // Each line begins with the number of its filter: 0, none.
  const bytes = 4 * cols;
  const lines = new Uint8Array(rows * (1 + bytes));
  for (let row = 0; row < rows; row++) {
    lines.set(data.subarray(row * bytes, (row + 1) * bytes), row * (1 + bytes) + 1);
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Length, type, content and checksum of type and content. */
function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}
