/** Files that another program writes in SWMR mode while we read, and the other way round. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { python } from '../../test/tools/python.ts';
import { fromNumbers, toNumbers } from '../array/ndarray.ts';
import { openFile } from './file.ts';

const folder = temporaryFolder();

/** A growing dataset; each line says how many items more. */
const WRITER = `
with h5py.File(argument, 'w', libver='latest') as f:
    d = f.create_dataset('entry/data', (0, 3, 4), 'uint16', maxshape=(None, 3, 4), chunks=(1, 3, 4), compression='gzip')
    f['entry/fixed'] = np.arange(5)
    f.swmr_mode = True
    line = step()
    while line:
        n = len(d)
        d.resize(n + int(line), 0)
        for i in range(n, len(d)):
            d[i] = i + 1
        d.flush()
        line = step(len(d))
`;

describe('a file that h5py writes in SWMR mode', () => {
  it('is read as far as it was flushed, and as any other once it is closed', async () => {
    const file = join(folder, 'h5py.h5');
    const writer = await python(WRITER, file);
    let items = 0;
    const look = async (): Promise<boolean> => {
      const h5 = await openFile(file, 'r');
      try {
        const { shape, canGrow } = h5.info('entry/data');
        expect(shape).toEqual([items, 3, 4]);
        expect(canGrow).toEqual([true, false, false]);
        expect(h5.info('entry/fixed').canGrow).toEqual([false]);
        expect(Array.from(toNumbers(h5.read('entry/data')))).toEqual(
          Array.from({ length: items * 12 }, (_, i) => Math.floor(i / 12) + 1),
        );
        return h5.isGrowing;
      } finally {
        h5.close();
      }
    };
    expect(await look()).toBe(true);
    for (const more of [1, 3, 40, 2]) {
      items = Number(await writer.tell(String(more)));
      expect(await look()).toBe(true);
    }
    await writer.end();
    expect(items).toBe(46);
    expect(await look()).toBe(false);
  });
});

describe('a file that is written here in SWMR mode', () => {
  it('is read by h5py meanwhile', async () => {
    const file = join(folder, 'ours.h5');
    const h5 = await openFile(file, 'w', { swmr: true });
    h5.createDataset('entry/data', 'int32', [0, 2], { maxShape: [null, 2], chunks: [1, 2] });
    h5.startSwmr();
    for (const items of [1, 2, 3]) {
      h5.resize('entry/data', [items, 2]);
      h5.write('entry/data', fromNumbers('int32', [items, -items], [1, 2]), [
        { start: items - 1, stop: items },
      ]);
      h5.flush();
      const read = h5py(
        `
with h5py.File(argument, 'r', libver='latest', swmr=True) as f:
    result = f['entry/data'][()].tolist()`,
        file,
      );
      expect(read).toEqual(
        [
          [1, -1],
          [2, -2],
          [3, -3],
        ].slice(0, items),
      );
    }
    h5.close();
    expect(h5py(`result = h5py.File(argument, 'r')['entry/data'].shape`, file)).toEqual([3, 2]);
  });
});
