import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenPath } from '../../test/tools/golden.ts';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { requireValidPtyr, validatePtyr } from './validate.ts';

const folder = temporaryFolder();

/** The reconstruction of ptypy, changed by h5py. */
function changed(name: string, change: string): string {
  const file = join(folder, name);
  copyFileSync(goldenPath('files/moon_DM.ptyr'), file);
  h5py(`\nwith h5py.File(argument, 'a') as f:\n    ${change}`, file);
  return file;
}

describe('validatePtyr', () => {
  it('says what a file of ptypy holds', async () => {
    const report = await validatePtyr(goldenPath('files/moon_DM.ptyr'));
    expect(report).toEqual({
      probes: { SMFG00: [2, 64, 64] },
      objects: { SMFG00: [1, 172, 172] },
      iterations: 10,
      engine: 'DM',
      hasState: false,
      hasConfig: true,
      isOwn: false,
      problems: [],
    });
  });

  it.each([
    [
      'nan',
      `f['content/obj/SMFG00/data'][0, 3, 4] = np.nan`,
      /content\/obj\/SMFG00\/data: \d of 59168 values are not/,
    ],
    ['no-probe', `del f['content/probe']`, /no group "content\/probe"/],
    ['empty', `del f['content/obj/SMFG00']`, /content\/obj: holds none/],
    [
      'real',
      `del f['content/probe/SMFG00/data']; f['content/probe/SMFG00/data'] = np.zeros((2, 4, 4))`,
      /expected complex/,
    ],
    [
      'pixel',
      `f['content/probe/SMFG00/_psize'][0] = 0`,
      /content\/probe\/SMFG00\/_psize: 0, .* m is no pixel size/,
    ],
    [
      'positions',
      `f['content/positions/SMFG00'] = np.full((3, 2), np.inf)`,
      /content\/positions\/SMFG00: 6 of 6 values/,
    ],
    ['lost', `f['ptyflow/run/engine'] = 1`, /'ptyflow\/run' does not state how far the run is/],
    [
      'waves',
      `g = f.create_group('ptyflow/state/exit/00000'); g['indices'] = [1, 2, 3]; g['waves'] = np.zeros((2, 1, 4, 4), complex)`,
      /exit\/00000\/waves: 2 waves for 3 indices/,
    ],
  ])('names what is wrong: %s', async (name, change, says) => {
    const file = changed(`${name}.ptyr`, change);
    const report = await validatePtyr(file);
    expect(report.problems.join('\n')).toMatch(says);
    expect(() => {
      requireValidPtyr(report, file);
    }).toThrow(says);
  });
});
