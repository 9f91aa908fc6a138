// Makes flipped-bits.ptyd: a whole file of ours in which one byte of one frame was changed afterwards.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { MoonFlowerScan } from 'ptyflow';

const file = 'flipped-bits.ptyd';
rmSync(file, { force: true });
const scan = new MoonFlowerScan({ num_frames: 4, shape: 16, save: 'append', dfile: file });
await scan.initialize();
const { chunk } = await scan.auto(4);
const bytes = readFileSync(file);
const frame = Buffer.from(chunk.data.data.buffer, chunk.data.data.byteOffset + 2 * 16 * 16 * 4, 16 * 16 * 4);
const at = bytes.indexOf(frame);
if (at < 0) throw new Error('the frame was not found in the file');
bytes[at + 321] ^= 0x10;
writeFileSync(file, bytes);
