/** A program that prepares and saves until it is killed: says after each chunk how many frames were handed out. */
import { writeSync } from 'node:fs';
import { ndarray } from '../../src/array/ndarray.ts';
import type { LoadedFrames } from '../../src/frames/raw.ts';
import { PtyScan, type Availability } from '../../src/scan/pty-scan.ts';
import { GEOMETRY, requirePackage } from './array-scan.ts';

const [dfile, given, frames = '4000', said = 'known'] = process.argv.slice(2);
const save = (['append', 'link', 'merge'] as const).find((mode) => mode === given);
const FRAMES = Number(frames);

/** The first pixel of frame n is 1 + 10000·n. */
class Numbered extends PtyScan {
  protected override check(asked: number, start: number): Availability {
    return { accessible: Math.min(asked, FRAMES - start), endOfScan: start + asked >= FRAMES };
  }

  protected override load(indices: readonly number[]): LoadedFrames {
    return {
      frames: indices.map((n) =>
        ndarray(
          'float64',
          [4, 4],
          Float64Array.from({ length: 16 }, (_, i) => 1 + 10000 * n + i),
        ),
      ),
      positions: indices.map((n) => [0, n * 1e-6]),
    };
  }
}

const num_frames = said === 'known' ? FRAMES : null;
const scan = new Numbered({ ...GEOMETRY, shape: null, save, dfile, num_frames });
await scan.initialize();
for (let total = 0; total < FRAMES;) {
  total += requirePackage(await scan.auto(3)).chunk.indices.length;
  writeSync(1, `${total}\n`);
}
