import { expect, it } from 'vitest';
import { Gathering } from './gathering.ts';

/** Frames at a steady rate, looked for ten times a second: frames in each chunk. */
function chunksOf(frames: number, rate: number, isWanted: () => boolean = () => false): number[] {
  let now = 0;
  const gathering = new Gathering(isWanted, () => now);
  const chunks: number[] = [];
  let handed = 0;
  for (let tick = 0; handed < frames; tick++) {
    now = tick / 10;
    const there = Math.min(frames, Math.floor(now * rate)) - handed;
    if (there >= Math.min(100, gathering.least(100))) {
      chunks.push(there);
      handed += there;
      gathering.handOut();
    } else if (there > 0) gathering.wait();
  }
  return chunks;
}

it('a slow scan makes few chunks, and no frame waits for longer than the bounds', () => {
  const chunks = chunksOf(240, 3);
  expect(chunks.length).toBeLessThan(60);
  expect(chunks[0]).toBeLessThanOrEqual(4);
  // 5 s at most, and a look.
  expect(Math.max(...chunksOf(3000, 3))).toBeLessThanOrEqual(17);
});

it('a fast scan makes chunks as large as they may be', () => {
  const chunks = chunksOf(5000, 500);
  expect(Math.min(...chunks)).toBeGreaterThanOrEqual(100);
});

it('frames are handed out at once to whoever waits for them', () => {
  expect(chunksOf(20, 3, () => true)).toEqual(new Array<number>(20).fill(1));
});
