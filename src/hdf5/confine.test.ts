/** Files made by h5py that lead out of the folder they are in: each does without confinement, none with it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { once } from '../../test/tools/once.ts';
import { toNumbers } from '../array/ndarray.ts';
import { messageOf } from '../errors.ts';
import { readArrayFile } from './array-file.ts';
import { confineTo } from './confine.ts';
import { openFile } from './file.ts';
import { hdf5Library } from './module.ts';

const folder = temporaryFolder();
const inside = join(folder, 'served');
const SECRET = [4711, 4712, 4713, 4714];

const FILES = `
import os
inside, outside, secret = argument
S = np.array(secret, 'i8')
os.chdir(inside)
os.makedirs('deep')
with h5py.File(outside + '/secret.h5', 'w') as f:
    f['d'] = S
    f.create_dataset('grows', data=S, maxshape=(None,))
    f.create_dataset('packed', data=S, chunks=(4,), compression='gzip')
S.tofile(outside + '/secret.raw')
np.save(outside + '/secret.npy', S)
with h5py.File('good.h5', 'w') as f: f['d'] = np.arange(4)
with h5py.File('attacks.h5', 'w') as f:
    f['absolute'] = h5py.ExternalLink(outside + '/secret.h5', '/d')
    f['relative'] = h5py.ExternalLink('../outside/secret.h5', '/d')
    f['round'] = h5py.ExternalLink('deep/../../outside/secret.h5', '/packed')
    f['through-soft'] = h5py.SoftLink('/absolute')
    f['through-group'] = h5py.ExternalLink(outside + '/secret.h5', '/')
    f['over-symlink'] = h5py.ExternalLink('symlink.h5', '/d')
    f['over-folder'] = h5py.ExternalLink('away/secret.h5', '/d')
    f['good'] = h5py.ExternalLink('good.h5', '/d')
    for name, source in (('absolute', outside + '/secret.h5'), ('relative', '../outside/secret.h5'), ('symlink', 'symlink.h5'), ('good', 'good.h5')):
        layout = h5py.VirtualLayout((4,), 'i8')
        layout[:] = h5py.VirtualSource(source, 'd', (4,))
        f.create_virtual_dataset('virtual-' + name, layout)
    layout = h5py.VirtualLayout((4,), 'i8', maxshape=(None,))
    ALL = slice(0, h5py.h5s.UNLIMITED)
    layout[ALL] = h5py.VirtualSource(outside + '/secret.h5', 'grows', (4,), maxshape=(None,))[ALL]
    f.create_virtual_dataset('virtual-growing', layout)
    f.create_dataset('raw-absolute', (4,), 'i8', external=[(outside + '/secret.raw', 0, h5py.h5f.UNLIMITED)])
`;

beforeEach(
  once(() => {
    for (const place of [inside, join(folder, 'outside')]) mkdirSync(place, { recursive: true });
    h5py(FILES, [inside, join(folder, 'outside'), SECRET]);
    symlinkSync(join(folder, 'outside', 'secret.h5'), join(inside, 'symlink.h5'));
    symlinkSync(join(folder, 'outside', 'secret.npy'), join(inside, 'symlink.npy'));
    symlinkSync(join(folder, 'outside'), join(inside, 'away'));
    symlinkSync(join(inside, 'good.h5'), join(inside, 'deep', 'good.h5'));
  }),
);

/** Numbers at a path of a file in the folder, or what is said instead. */
async function numbersAt(name: string, path: string): Promise<number[] | string> {
  try {
    const file = await openFile(join(inside, name), 'r');
    try {
      return Array.from(toNumbers(file.read(path)), Number);
    } finally {
      file.close();
    }
  } catch (error) {
    return messageOf(error);
  }
}

/** Numbers as the library itself gives them, which no check of ours has seen before. */
async function fromLibrary(path: string): Promise<number[]> {
  const library = await hdf5Library();
  const where = { file: 'attacks.h5' };
  const name = join(inside, 'attacks.h5');
  const id = library.call(where, 'cannot open', (m) => m.open(name, 0, false, -1, -1));
  try {
    return library.withMemory(
      where,
      32,
      (address) => {
        library.attempt(where, (m) => m.get_dataset_data(id, path, null, null, null, BigInt(address)));
        return Array.from(new BigInt64Array(library.heap.slice(address, address + 32).buffer), Number);
      },
      true,
    );
  } finally {
    library.call(where, 'cannot close', (m) => m.close_file(id));
  }
}

const ATTACKS: readonly (readonly [file: string, path: string])[] = [
  ['attacks.h5', 'absolute'],
  ['attacks.h5', 'relative'],
  ['attacks.h5', 'round'],
  ['attacks.h5', 'through-soft'],
  ['attacks.h5', 'through-group/d'],
  ['attacks.h5', 'over-symlink'],
  ['attacks.h5', 'over-folder'],
  ['attacks.h5', 'virtual-absolute'],
  ['attacks.h5', 'virtual-relative'],
  ['attacks.h5', 'virtual-symlink'],
  ['attacks.h5', 'virtual-growing'],
  ['attacks.h5', 'raw-absolute'],
  ['symlink.h5', 'd'],
  ['away/secret.h5', 'd'],
  ['../outside/secret.h5', 'd'],
];

describe('a crafted file', () => {
  it('leads anywhere, then, once the thread is confined, nowhere outside', async () => {
    for (const [file, path] of ATTACKS) {
      expect([file, path, await numbersAt(file, path)]).toEqual([file, path, SECRET]);
    }
    const inLibrary = ATTACKS.filter(([file]) => file === 'attacks.h5').map(([, path]) => path);
    for (const path of inLibrary) expect([path, await fromLibrary(path)]).toEqual([path, SECRET]);
    const array = (): Promise<unknown> => readArrayFile(join(inside, 'symlink.npy'), 'mask');
    expect(await array()).toMatchObject({ shape: [4] });
    execFileSync('mkfifo', [join(inside, 'pipe.h5')]);

    confineTo(inside);

    for (const [file, path] of ATTACKS) {
      const found = await numbersAt(file, path);
      // A dataset that is as long as its source has no length without it.
      const nothing: unknown =
        path === 'virtual-growing' ? [] : expect.stringMatching(/does not exist|not there/);
      expect([file, path, found]).toEqual([file, path, nothing]);
    }
    for (const path of inLibrary) expect([path, await fromLibrary(path)]).toEqual([path, [0, 0, 0, 0]]);
    await expect(array()).rejects.toThrow('there is no such file');
    expect(await numbersAt('pipe.h5', 'd')).toMatch('does not exist');

    for (const path of ['good', 'virtual-good']) {
      expect(await numbersAt('attacks.h5', path)).toEqual([0, 1, 2, 3]);
      expect(await fromLibrary(path)).toEqual([0, 1, 2, 3]);
    }
    expect(await numbersAt('deep/good.h5', 'd')).toEqual([0, 1, 2, 3]);
  });

  it('finds a thread that is confined for good', () => {
    expect(() => {
      confineTo('/');
    }).toThrow('confined already');
  });
});
