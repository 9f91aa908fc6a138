/** Preparation killed at many random moments, and gone on with. */
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../tools/h5py.ts';
import { killAndResume, prepareWhole } from '../tools/kill-prepare.ts';

const KILLS = 20;
const folder = temporaryFolder();

describe.each(['append', 'link'])('ptyflow prepare with save: %s', (save) => {
  it(`killed at ${KILLS} random moments keeps what it had acknowledged, and --resume completes it`, async () => {
    const { file, ms } = prepareWhole(folder, save);
    const chunks: number[] = [];
    for (let i = 0; i < KILLS; i++) {
      // From the start of the program to its end, most of them while it writes.
      chunks.push(await killAndResume(folder, save, file, ms * (0.2 + 0.9 * Math.random())));
    }
    console.log(`chunks acknowledged before the kills: ${chunks.join(', ')}`);
    expect(new Set(chunks).size).toBeGreaterThan(3);
  });
});
