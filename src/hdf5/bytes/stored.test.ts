/** Datasets of h5py that were written in part: what was not is told from what holds zeros. */
import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { once } from '../../../test/tools/once.ts';
import { openFile, type H5File } from '../file.ts';

const folder = temporaryFolder();
const file = (name: string): string => join(folder, name);

const KINDS = {
  chunks: "(6, 4, 4), 'u2', chunks=(1, 4, 4)",
  gzip: "(6, 4, 4), 'u2', chunks=(1, 4, 4), compression='gzip'",
  tiles: "(6, 4, 4), 'u2', chunks=(1, 2, 4)",
  pairs: "(6, 4, 4), 'u2', chunks=(2, 4, 4)",
};

beforeEach(
  once(() => {
    h5py(
      `
folder, kinds = argument
for libver in ('earliest', 'latest'):
    with h5py.File(f'{folder}/{libver}.h5', 'w', libver=libver) as f:
        for name, kind in kinds.items():
            d = eval('f.create_dataset(name, ' + kind + ')')
            d[0] = 1; d[1] = 0; d[4] = 5
        f.create_dataset('never', (6, 4, 4), 'u2')
        f.create_dataset('neverChunked', (6, 4, 4), 'u2', chunks=(1, 4, 4))
        f.create_dataset('many', (5000,), 'u1', chunks=(1,))[4998:] = 1
        f.create_dataset('zeros', data=np.zeros((6, 4, 4)))
        f.create_dataset('one', (6, 4, 4), 'u2', chunks=(6, 4, 4))[0] = 1
        f.create_dataset('external', (6, 4, 4), 'u2', external=[(f'{folder}/{libver}.raw', 16, 192)])[...] = 7
`,
      [folder, KINDS],
    );
    truncateSync(file('earliest.raw'), 16 + 100);
    rmSync(file('latest.raw'));
  }),
);

async function use<T>(name: string, look: (h5: H5File) => T): Promise<T> {
  const h5 = await openFile(file(`${name}.h5`), 'r');
  try {
    return look(h5);
  } finally {
    h5.close();
  }
}

/** Items that can be read, and those that are said to be there. */
function items(h5: H5File, path: string): string[] {
  const [length] = h5.info(path).shape;
  const read = Array.from({ length }, (_, n) => {
    try {
      h5.read(path, [{ start: n, stop: n + 1 }], { unwritten: 'error' });
      return 1;
    } catch {
      return 0;
    }
  });
  return [read.join(''), h5.present(path, 1).join('')];
}

describe.each(['earliest', 'latest'])('a dataset of a file of the %s format', (name) => {
  it('tells what was written', async () => {
    for (const kind of ['chunks', 'gzip', 'tiles']) {
      expect(await use(name, (h5) => items(h5, kind)), kind).toEqual(['110010', '110010']);
    }
    expect(await use(name, (h5) => items(h5, 'pairs'))).toEqual(['110011', '110011']);
    for (const kind of ['never', 'neverChunked'])
      expect(await use(name, (h5) => items(h5, kind)), kind).toEqual(['000000', '000000']);
    for (const kind of ['zeros', 'one'])
      expect(await use(name, (h5) => items(h5, kind)), kind).toEqual(['111111', '111111']);
    const many = await use(name, (h5) => h5.present('many', 1));
    expect([many.length, many.indexOf(1), many[4999]]).toEqual([5000, 4998, 1]);
  });

  it('gives the fill value where nobody minds', async () => {
    expect(await use(name, (h5) => h5.read('chunks').data.length)).toBe(96);
    await expect(use(name, (h5) => h5.read('chunks', [], { unwritten: 'error' }))).rejects.toThrow(
      `${name}.h5: '/chunks' was never written at [2, 0, 0]`,
    );
  });
});

describe('a dataset in an external file', () => {
  it('ends where that file ends', async () => {
    expect(await use('earliest', (h5) => items(h5, 'external'))).toEqual(['111000', '111000']);
    await expect(use('earliest', (h5) => h5.read('external'))).rejects.toThrow(
      /earliest.raw', which is too short/,
    );
    await expect(use('latest', (h5) => h5.read('external'))).rejects.toThrow(
      /latest.raw', which is not there/,
    );
  });
});
