/** A program that prepares and saves until it is killed: says after each chunk how many frames were handed out. */
import { writeSync } from 'node:fs';
import { ArrayScan, gridPositions, numberedFrames, requirePackage } from './array-scan.ts';

const [dfile, save] = process.argv.slice(2);
const FRAMES = 4000;
const scan = new ArrayScan(
  { shape: null, save, dfile },
  { frames: numberedFrames(FRAMES, 4, 4), positions: gridPositions(FRAMES) },
);
await scan.initialize();
for (let total = 0; total < FRAMES;) {
  total += requirePackage(await scan.auto(3)).chunk.indices.length;
  writeSync(1, `${total}\n`);
}
