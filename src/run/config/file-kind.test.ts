import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenPath } from '../../../test/tools/golden.ts';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { fileKind, requireConfigFile } from './file-kind.ts';

const folder = temporaryFolder();

describe('fileKind', () => {
  it('goes by what is in a file, not by its name', async () => {
    const at = (name: string): string => join(folder, name);
    copyFileSync(goldenPath('files/moon_DM.ptyr'), at('a.yaml'));
    copyFileSync(goldenPath('files/moon_append.ptyd'), at('b.h5'));
    writeFileSync(at('c.txt'), '#!/usr/bin/env python\nfrom ptypy import utils as u\np = u.Param()\n');
    writeFileSync(at('d.py'), 'p = 1\n');
    writeFileSync(at('e.ptyd'), 'scans:\n  S: { data: { name: QuickScan } }\n');
    writeFileSync(at('f.yaml'), Uint8Array.of(80, 75, 3, 4, 0, 0));
    writeFileSync(at('h.ptyd'), Buffer.from('\x89HDF\r\n\x1a\nbroken', 'latin1'));
    mkdirSync(at('i.yaml'));
    h5py(`h5py.File(argument, 'w')['entry/data'] = np.zeros((2, 4, 4))`, at('g.ptyr.h5'));
    // A signature behind a user block, as MATLAB writes it.
    h5py(
      `
with h5py.File(argument, 'w', userblock_size=512) as f: f['x'] = 1`,
      at('user.mat'),
    );
    const names = ['a.yaml', 'b.h5', 'c.txt', 'd.py', 'e.ptyd', 'f.yaml', 'g.ptyr.h5', 'h.ptyd', 'i.yaml'];
    const kinds = await Promise.all([...names, 'user.mat', 'none.yaml'].map((name) => fileKind(at(name))));
    expect(kinds).toEqual([
      ...['ptyr', 'ptyd', 'python', 'python', 'text', 'binary', 'hdf5', 'ptyd', 'folder'],
      ...['hdf5', 'missing'],
    ]);
  });

  it('tells which command is for a file that is no configuration', async () => {
    const ptyd = goldenPath('files/moon_append.ptyd');
    await expect(requireConfigFile(ptyd)).rejects.toThrow(
      `holds prepared frames: ptyflow reconstruct ${ptyd}`,
    );
    const ptyr = goldenPath('files/moon_DM.ptyr');
    await expect(requireConfigFile(ptyr)).rejects.toThrow(`ptyflow reconstruct --resume ${ptyr} resumes it`);
    await expect(requireConfigFile(join(folder, 'd.py'))).rejects.toThrow(/is a Python script/);
    await expect(requireConfigFile(join(folder, 'e.ptyd'))).resolves.toBeUndefined();
  });
});
