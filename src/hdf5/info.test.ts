import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenPath } from '../../test/tools/golden.ts';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { h5info } from './info.ts';

const folder = temporaryFolder();

describe('h5info', () => {
  it('prints a file of ptypy, links with their targets', async () => {
    const lines = (await h5info(goldenPath('files/moon_link.ptyd'))).split('\n');
    expect(lines.slice(0, 8)).toEqual([
      'File created : Fri Nov 20 16:52:27 2026',
      ' * chunks [dict 3]:',
      '     * 0 -> moon_link.ptyd.part000:/ [group 4]:',
      '         * data [20x64x64 int32 array] gzip, chunks 5x16x32',
      '         * indices [list = [0, 1, 2, 3, ...]]',
      '         * positions [20x2 float64 array] gzip, chunks 20x2',
      '         * weights [20x64x64 float64 array] gzip, chunks 5x16x32',
      '     * 1 -> moon_link.ptyd.part001:/ [group 4]:',
    ]);
    for (const line of [
      '     * add_poisson_noise [scalar = True]',
      '     * auto_center [None]',
      '     * center [array = [32 32]]',
      '     * chunk_format [string = ".chunk%02d"]',
      '     * density [scalar = 0.2]',
    ]) {
      expect(lines).toContain(line);
    }
  });

  it('prints any file, whatever is in it', async () => {
    const path = join(folder, 'any.h5');
    h5py(
      `
f = h5py.File(argument, 'w')
f['a/empty'] = np.zeros((0, 3)); f['a/list'] = ['x', 'y']; f['a/complex'] = 1 - 2j; f['a/bool'] = np.array([True, False])
f['away'] = h5py.ExternalLink('not-there.h5', '/x'); f['broken'] = h5py.SoftLink('/none'); f['self'] = h5py.SoftLink('/')
f['hard/up'] = f['a']; f['long'] = 'word ' * 100; f['lines'] = 'one\\ntwo'
f['record'] = np.zeros(3, dtype=[('a', 'i4')]); f['pickle'] = np.bytes_(b'x'); f['pickle'].attrs['type'] = 'pickle'
f.create_dataset('huge', (10**6, 10**6), 'f8', chunks=(100, 100), compression='lzf')
f.create_group('nothing')
`,
      path,
    );
    expect((await h5info(path)).split('\n')).toEqual([
      ' * a [group 4]:',
      '     * bool [array = [True False]]',
      '     * complex [scalar = 1-2j]',
      '     * empty [array = []]',
      '     * list [2 string array]',
      ' * away -> not-there.h5:/x [not there]',
      ' * broken [not there]',
      ' * hard [group 1]:',
      '     * up [group 4]:',
      '         * bool [array = [True False]]',
      '         * complex [scalar = 1-2j]',
      '         * empty [array = []]',
      '         * list [2 string array]',
      ' * huge [1000000x1000000 float64 array] lzf, chunks 100x100',
      ' * lines [string = "one\\ntwo"]',
      ` * long [string = "${'word '.repeat(20)}…"]`,
      ' * nothing [group 0]',
      ' * pickle [pickle, not decoded]',
      ' * record [3 compound, not decoded]',
      ' * self [link to a group above]',
    ]);
  });

  it('ends on hard links in a circle', async () => {
    const path = join(folder, 'circle.h5');
    h5py('f = h5py.File(argument, "w"); g = f.create_group("g"); g["a"] = g; g["b/up"] = f["/"]', path);
    expect((await h5info(path)).split('\n')).toEqual([
      ' * g [group 2]:',
      '     * a [link to a group above]',
      '     * b [group 1]:',
      '         * up [link to a group above]',
    ]);
  });
});
