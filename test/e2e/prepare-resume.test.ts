/** Preparation that goes on after it was killed. `test/long/kill-prepare` does it more often, and with links. */
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../tools/h5py.ts';
import { killAndResume, prepareWhole } from '../tools/kill-prepare.ts';
import { ptyflow } from '../tools/ptyflow.ts';

const folder = temporaryFolder();

describe.each(['append'])('ptyflow prepare --resume with save: %s', (save) => {
  it('completes what a kill left, and does nothing to what is complete', async () => {
    const { file, ms } = await prepareWhole(folder, save);
    await killAndResume(folder, save, file, ms * Math.random());
    const args = [
      'prepare',
      'scan.yaml',
      '-o',
      `whole-${save}`,
      '--set',
      `scans.S.data.save=${save}`,
      '--resume',
    ];
    const { status, stderr } = ptyflow(args, folder);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/S: 150 of 150 frames are prepared already/);
  });
});
