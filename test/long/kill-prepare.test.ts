/** Preparation killed at many random moments, and resumed. */
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../tools/h5py.ts';
import { killAndResume, prepareWhole } from '../tools/kill-prepare.ts';
import { ptyflow } from '../tools/ptyflow.ts';

const KILLS = 20;
const folder = temporaryFolder();

describe.each(['append', 'link'])('ptyflow prepare with save: %s', (save) => {
  it(`killed at ${KILLS} random moments keeps what it had acknowledged, and --resume completes it`, async () => {
    const { file, ms } = await prepareWhole(folder, save);
    const chunks: number[] = [];
    for (let i = 0; i < KILLS; i++) {
      // From the moment it begins to write to its end.
      chunks.push(await killAndResume(folder, save, file, ms * Math.random()));
    }
    console.log(`chunks acknowledged before the kills: ${chunks.join(', ')}`);
    expect(new Set(chunks).size).toBeGreaterThan(3);
    // What is complete stays as it is.
    const set = `scans.S.data.save=${save}`;
    const args = ['prepare', 'scan.yaml', '-o', `whole-${save}`, '--set', set, '--resume'];
    const { status, stderr } = ptyflow(args, folder);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/S: 150 of 150 frames are prepared already/);
  });
});
