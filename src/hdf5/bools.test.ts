import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { ndarray, type NdArray } from '../array/ndarray.ts';
import { readTree, writeTree } from './encoding.ts';
import { openFile } from './file.ts';

const folder = temporaryFolder();

function bools(...values: number[]): NdArray<'bool'> {
  return ndarray('bool', [values.length], Uint8Array.from(values));
}

/** Type, members and values of every dataset, by h5py. */
function seen(file: string): unknown {
  return h5py(
    `
f = h5py.File(argument, 'r')
result = {}
def look(name, o):
    if isinstance(o, h5py.Dataset):
        result[name] = [str(o.dtype), h5py.check_enum_dtype(o.id.get_type().dtype), np.asarray(o[()]).tolist()]
f.visititems(look)`,
    file,
  );
}

describe('bools', () => {
  it('are bools to h5py, whatever is written beside them', async () => {
    const file = join(folder, 'bools.h5');
    const h5 = await openFile(file, 'w');
    writeTree(h5, 'tree', { yes: true, no: false, some: bools(1, 0, 1), none: bools() });
    h5.createDataset('packed', 'bool', [3, 2], { compression: 'gzip', maxShape: [null, 2] });
    h5.write('packed', ndarray('bool', [3, 2], Uint8Array.of(1, 1, 0, 0, 0, 1)));
    // Attributes that do not fit into the header any more move its messages elsewhere.
    for (let i = 0; i < 20; i++) h5.setAttribute('tree/yes', `attribute ${i}`, 'x'.repeat(40 * i));
    h5.flush();
    expect(h5.info('tree/yes').dtype).toBe('bool');
    h5.setAttribute('tree/no', 'later', 1);
    h5.write('tree/no', ndarray('bool', [], Uint8Array.of(1)));
    h5.close();
    expect(seen(file)).toEqual({
      'tree/yes': ['bool', null, true],
      'tree/no': ['bool', null, true],
      'tree/some': ['bool', null, [true, false, true]],
      'tree/none': ['bool', null, []],
      packed: [
        'bool',
        null,
        [
          [true, true],
          [false, false],
          [false, true],
        ],
      ],
    });
    const again = await openFile(file, 'r+');
    expect(again.read('tree/some')).toEqual(bools(1, 0, 1));
    expect(again.read('tree/yes')).toEqual(ndarray('bool', [], Uint8Array.of(1)));
    again.setAttribute('tree/yes', 'more', 2);
    again.write('tree/more', bools(0, 1));
    again.close();
    expect(seen(file)).toMatchObject({
      'tree/yes': ['bool', null, true],
      'tree/more': ['bool', null, [false, true]],
    });
  });

  it('are bools in what was flushed, while the file is still open', async () => {
    const file = join(folder, 'open.h5');
    const h5 = await openFile(file, 'w');
    h5.write('some', bools(1, 0));
    h5.flush();
    const copy = join(folder, 'killed.h5');
    copyFileSync(file, copy);
    h5.write('more', bools(0, 1));
    h5.setAttribute('some', 'late', 'x'.repeat(500));
    h5.close();
    expect(seen(copy)).toEqual({ some: ['bool', null, [true, false]] });
    expect(seen(file)).toEqual({
      some: ['bool', null, [true, false]],
      more: ['bool', null, [false, true]],
    });
  });

  it('have the bytes of h5py', async () => {
    const file = join(folder, 'own.h5');
    const h5 = await openFile(file, 'w');
    h5.write('b', bools(1, 0));
    h5.close();
    const same = h5py(
      `
theirs = argument + '.py'
with h5py.File(theirs, 'w') as f: f['b'] = np.array([True, False])
a, b = h5py.File(argument, 'r')['b'].id.get_type(), h5py.File(theirs, 'r')['b'].id.get_type()
result = [a == b, a.get_member_name(0).decode(), a.get_member_value(1), a.get_super().get_size(), int(a.get_super().get_sign())]`,
      file,
    );
    expect(same).toEqual([true, 'FALSE', 1, 1, 1]);
  });

  it('of earlier versions, bytes that say so, are read as bools', async () => {
    const file = join(folder, 'earlier.h5');
    const h5 = await openFile(file, 'w');
    h5.write('yes', ndarray('uint8', [], Uint8Array.of(1)));
    h5.setAttribute('yes', 'dtype', 'bool');
    expect(readTree(h5)).toEqual({ yes: true });
    h5.close();
  });

  it('are bools in files that are written in SWMR mode as well', async () => {
    const file = join(folder, 'swmr.h5');
    const h5 = await openFile(file, 'w', { swmr: true });
    h5.write('b', bools(1, 0));
    h5.flush();
    h5.startSwmr();
    h5.close();
    expect(seen(file)).toEqual({ b: ['bool', null, [true, false]] });
  });
});
