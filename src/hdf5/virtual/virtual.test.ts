/** Virtual datasets made by h5py: read as h5py reads them where all of them is there, errors where h5py gives zeros. */
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { once } from '../../../test/tools/once.ts';
import { python } from '../../../test/tools/python.ts';
import { toNumbers } from '../../array/ndarray.ts';
import { messageOf } from '../../errors.ts';
import { openFile, type H5File } from '../file.ts';

const folder = temporaryFolder();

/** Files of frames 2×3 and virtual datasets over them, all in \`argument\`; values are all different. */
const FILES = `
import os
from h5py import h5s, h5p, h5d, h5t
os.chdir(argument)
def source(name, first, n, dtype='u4', key='d', **more):
    with h5py.File(name, 'a') as f:
        f.create_dataset(key, data=np.arange(first, first + 6 * n).reshape(n, 2, 3).astype(dtype), **more)
source('a.h5', 0, 4); source('b.h5', 100, 4); source('short.h5', 200, 2); source('wrong.h5', 300, 4, key='other')
source('wide.h5', 70000, 4); source('swapped.h5', 400, 4, dtype='>f8'); source('gzip.h5', 500, 4, compression='gzip')
for i in (0, 1, 3): source(f'n{i}.h5', 1000 * i, 2)
with h5py.File('folded.h5', 'w') as f: f['d'] = np.arange(24).reshape(2, 2, 2, 3)
with h5py.File('flat.h5', 'w') as f: f['d'] = np.arange(24)
with h5py.File('scalar.h5', 'w') as f: f['d'] = np.uint32(7)
with h5py.File('links.h5', 'w') as f:
    f['soft'] = h5py.SoftLink('/ext'); f['ext'] = h5py.ExternalLink('b.h5', '/d'); f['nowhere'] = h5py.ExternalLink('c.h5', '/d')
V = h5py.VirtualSource
def virtual(name, shape, parts, dtype='u4', fill=0, **more):
    lay = h5py.VirtualLayout(shape, dtype, **more)
    for at, src in parts: lay[at] = src
    with h5py.File(name, 'w', libver=argument_libver) as f: f.create_virtual_dataset('data', lay, fillvalue=fill)
A, B = V('a.h5', 'd', (4, 2, 3)), V('b.h5', 'd', (4, 2, 3))
for argument_libver in ('earliest', 'latest'):
    t = '' if argument_libver == 'earliest' else 'new-'
    virtual(t + 'plain.h5', (8, 2, 3), [(slice(0, 4), A), (slice(4, 8), B)])
    virtual(t + 'interleaved.h5', (8, 2, 3), [(slice(0, 8, 2), A), (slice(1, 8, 2), B)])
    virtual(t + 'listed.h5', (8, 2, 3), [([0, 3, 4, 7], A), ([1, 2, 5, 6], B)])
virtual('part.h5', (4, 1, 2), [(slice(0, 4), A[::-1] if False else A[:, 1:, ::2])])
virtual('tiles.h5', (4, 5, 7), [(np.s_[:, 0:2, 0:3], A), (np.s_[:, 3:5, 0:3], B), (np.s_[:, 0:2, 4:7], B), (np.s_[:, 3:5, 4:7], A)], fill=9)
virtual('transposed.h5', (2, 2, 2, 3), [(np.s_[:, 0], A[0:2]), (np.s_[:, 1], A[2:4])])
virtual('folded-v.h5', (4, 2, 3), [(np.s_[:], V('folded.h5', 'd', (2, 2, 2, 3)))])
virtual('flat-v.h5', (4, 2, 3), [(np.s_[:], V('flat.h5', 'd', (24,)))])
virtual('scalars.h5', (2,), [(0, V('scalar.h5', 'd', ())), (1, V('scalar.h5', 'd', ()))])
virtual('narrow.h5', (4, 2, 3), [(np.s_[:], V('wide.h5', 'd', (4, 2, 3)))], dtype='u2')
virtual('big.h5', (4, 2, 3), [(np.s_[:], V('wide.h5', 'd', (4, 2, 3)))], dtype='>i8')
virtual('swapped-v.h5', (4, 2, 3), [(np.s_[:], V('swapped.h5', 'd', (4, 2, 3)))], dtype='f4')
virtual('linked.h5', (8, 2, 3), [(slice(0, 4), A), (slice(4, 8), V('links.h5', 'soft', (4, 2, 3)))])
virtual('gzipped.h5', (4, 2, 3), [(np.s_[:], V('gzip.h5', 'd', (4, 2, 3)))])
virtual('nested.h5', (8, 2, 3), [(slice(0, 8), V('plain.h5', 'data', (8, 2, 3)))])
with h5py.File('self.h5', 'w', libver='latest') as f:
    f['d'] = np.arange(12).reshape(2, 2, 3).astype('u4'); lay = h5py.VirtualLayout((2, 2, 3), 'u4'); lay[:] = V(f['d']); f.create_virtual_dataset('data', lay)
# With holes.
virtual('missing.h5', (8, 2, 3), [(slice(0, 4), A), (slice(4, 8), V('c.h5', 'd', (4, 2, 3)))])
virtual('misnamed.h5', (8, 2, 3), [(slice(0, 4), A), (slice(4, 8), V('wrong.h5', 'd', (4, 2, 3)))])
virtual('shorter.h5', (8, 2, 3), [(slice(0, 4), A), (slice(4, 8), V('short.h5', 'd', (4, 2, 3)))])
virtual('shorter-part.h5', (8, 2, 3), [(slice(0, 4), A), (slice(4, 8), V('short.h5', 'd', (4, 2, 3), maxshape=(None, 2, 3))[0:4])])
virtual('unmapped.h5', (8, 2, 3), [(slice(0, 4), A), (slice(5, 8), B[1:])])
virtual('dangling.h5', (8, 2, 3), [(slice(0, 4), A), (slice(4, 8), V('links.h5', 'nowhere', (4, 2, 3)))])
virtual('nested-missing.h5', (8, 2, 3), [(slice(0, 8), V('missing.h5', 'data', (8, 2, 3)))])
virtual('circle.h5', (2, 2, 3), [(np.s_[:], V('circle.h5', 'data', (2, 2, 3)))])
# Without an end.
def endless(name, file, dims, target, src):
    with h5py.File(name, 'w', libver='latest') as f:
        dc = h5p.create(h5p.DATASET_CREATE); dc.set_virtual(target, file, b'd', src)
        h5d.create(f.id, b'data', h5t.STD_U32LE, h5s.create_simple(dims, (h5s.UNLIMITED, 2, 3)), dcpl=dc)
def space(dims, **sel):
    s = h5s.create_simple(dims, (h5s.UNLIMITED,) + dims[1:])
    if sel: s.select_hyperslab(**sel)
    return s
U = h5s.UNLIMITED
whole = dict(start=(0, 0, 0), count=(1, 1, 1), block=(U, 2, 3))
endless('endless.h5', b'growing.h5', (4, 2, 3), space((4, 2, 3), **whole), space((4, 2, 3), **whole))
each = dict(start=(1, 0, 0), count=(U, 1, 1), stride=(2, 1, 1), block=(1, 2, 3))
endless('endless-each.h5', b'growing.h5', (4, 2, 3), space((4, 2, 3), **whole), space((4, 2, 3), **each))
blocks = dict(start=(0, 0, 0), count=(U, 1, 1), stride=(2, 1, 1), block=(2, 2, 3))
endless('numbered.h5', b'n%b.h5', (2, 2, 3), space((2, 2, 3), **blocks), space((2, 2, 3)))
source('growing.h5', 0, 5, maxshape=(None, 2, 3))
with h5py.File('half.h5', 'w') as f: f.create_dataset('d', (4, 2, 3), 'u4', chunks=(1, 2, 3))[0:2] = 1
virtual('half-v.h5', (8, 2, 3), [(slice(0, 4), A), (slice(4, 8), V('half.h5', 'd', (4, 2, 3)))])
def whole_of(name): return h5py.File(name, 'r')['data'][...].astype(float).ravel().tolist()
names = ['plain', 'interleaved', 'listed', 'new-plain', 'new-interleaved', 'new-listed', 'part', 'transposed', 'folded-v', 'flat-v', 'scalars',
    'narrow', 'big', 'swapped-v', 'linked', 'gzipped', 'nested', 'self', 'endless', 'endless-each']
result = {name: whole_of(name + '.h5') for name in names}
`;

let expected: Record<string, number[]>;
beforeEach(
  once(() => {
    expected = h5py(FILES, folder) as Record<string, number[]>;
  }),
);

async function use<T>(name: string, look: (h5: H5File) => T): Promise<T> {
  const h5 = await openFile(join(folder, name), 'r');
  try {
    return look(h5);
  } finally {
    h5.close();
  }
}

const numbers = (h5: H5File, ...ranges: Parameters<H5File['read']>[1] & object): number[] =>
  Array.from(toNumbers(h5.read('data', ranges)));

describe('a virtual dataset whose sources are all there', () => {
  it('is read as h5py reads it, whatever its parts are', async () => {
    for (const [name, values] of Object.entries(expected)) {
      expect(await use(`${name}.h5`, (h5) => Array.from(toNumbers(h5.read('data')))), name).toEqual(values);
    }
  });

  it('is read in parts as well', async () => {
    for (const name of ['plain', 'interleaved', 'listed', 'nested', 'folded-v']) {
      const parts = await use(`${name}.h5`, (h5) => {
        const [n, rows, cols] = h5.info('data').shape;
        const all = Array.from(toNumbers(h5.read('data')));
        for (const [start, stop, step] of [
          [1, 4, 1],
          [0, n, 3],
          [3, 4, 1],
        ]) {
          const wanted: number[] = [];
          for (let i = start; i < stop; i += step)
            for (let r = 0; r < rows; r++) wanted.push(all[(i * rows + r) * cols + 1]);
          const read = numbers(h5, { start, stop, step }, { start: 0, stop: rows }, { start: 1, stop: 2 });
          expect(read, name).toEqual(wanted);
        }
        return n;
      });
      expect(parts).toBeGreaterThan(3);
    }
  });

  it('has its own element type', async () => {
    expect(await use('big.h5', (h5) => h5.read('data').dtype)).toBe('int64');
    expect(await use('swapped-v.h5', (h5) => h5.read('data').dtype)).toBe('float32');
  });
});

describe('a virtual dataset with holes', () => {
  const read = (name: string, frame: number): Promise<string> =>
    use(name, (h5) => numbers(h5, { start: frame, stop: frame + 1 }).join(' ')).catch((error: unknown) =>
      messageOf(error),
    );

  it.each([
    ['missing.h5', /its source 'c.h5' does not exist/],
    ['misnamed.h5', /its source 'wrong.h5' has no dataset 'd'/],
    [
      'shorter.h5',
      /its source 'd' in 'short.h5' of shape \(2, 2, 3\) ends before what is mapped to it, \(4, 2, 3\)/,
    ],
    ['shorter-part.h5', /its source 'd' in 'short.h5' of shape \(2, 2, 3\) ends before/],
    ['dangling.h5', /its source 'nowhere' in 'links.h5' is a link to nothing/],
    ['nested-missing.h5', /missing.h5: .*its source 'c.h5' does not exist/],
  ])('%s: an error that names the source, and only where it is', async (name, message) => {
    expect(await read(name, 3)).toBe('18 19 20 21 22 23');
    expect(await read(name, 7)).toMatch(message);
    await expect(use(name, (h5) => h5.read('data'))).rejects.toThrow(message);
  });

  it('where nothing is mapped it says so', async () => {
    expect(await read('unmapped.h5', 4)).toMatch(/no source is mapped to the numbers at \[4\]/);
    expect(await read('unmapped.h5', 5)).toBe('106 107 108 109 110 111');
  });

  it('one that leads to itself is an error', async () => {
    expect(await read('circle.h5', 0)).toMatch(/leads to itself/);
  });

  it('gaps between the tiles of frames are marked on request, frames without any tile are not', async () => {
    const tile = await use('tiles.h5', (h5) =>
      Array.from(toNumbers(h5.read('data', [{ start: 1, stop: 2 }], { gaps: 'mark' }))),
    );
    const gap = 4294967295;
    expect(tile).toEqual([
      ...[6, 7, 8, gap, 106, 107, 108],
      ...[9, 10, 11, gap, 109, 110, 111],
      ...Array<number>(7).fill(gap),
      ...[106, 107, 108, gap, 6, 7, 8],
      ...[109, 110, 111, gap, 9, 10, 11],
    ]);
    await expect(use('tiles.h5', (h5) => h5.read('data'))).rejects.toThrow(
      /no source is mapped to 11 of the 35|no source is mapped to/,
    );
    await expect(use('unmapped.h5', (h5) => h5.read('data', [], { gaps: 'mark' }))).rejects.toThrow(
      /at \[4\]/,
    );
  });

  it('tells which items are there', async () => {
    const present = (name: string): Promise<string> => use(name, (h5) => h5.present('data', 1).join(''));
    expect(await present('plain.h5')).toBe('11111111');
    expect(await present('missing.h5')).toBe('11110000');
    expect(await present('misnamed.h5')).toBe('11110000');
    expect(await present('shorter.h5')).toBe('11111100');
    expect(await present('shorter-part.h5')).toBe('11111100');
    expect(await present('nested-missing.h5')).toBe('11110000');
    expect(await present('half-v.h5')).toBe('11111100');
    expect(await present('unmapped.h5')).toBe('11111111');
  });

  it('may be read up to them', async () => {
    const values = await use('shorter.h5', (h5) =>
      Array.from(toNumbers(h5.read('data', [], { absent: 'mark' }))),
    );
    expect(values.slice(24, 36)).toEqual([200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211]);
    expect(values.slice(36)).toEqual(Array<number>(12).fill(4294967295));
  });
});

describe('a virtual dataset without an end', () => {
  it('is as long as its source', async () => {
    expect(await use('endless.h5', (h5) => h5.info('data'))).toMatchObject({
      shape: [5, 2, 3],
      canGrow: [true, false, false],
    });
    expect(await use('endless-each.h5', (h5) => h5.info('data').shape)).toEqual([2, 2, 3]);
  });

  it('of numbered files goes up to the last, and one missing between them is noticed', async () => {
    expect(await use('numbered.h5', (h5) => h5.info('data').shape)).toEqual([8, 2, 3]);
    expect(await use('numbered.h5', (h5) => numbers(h5, { start: 6, stop: 7 })[0])).toBe(3000);
    expect(await use('numbered.h5', (h5) => h5.present('data', 1).join(''))).toBe('11110011');
    await expect(use('numbered.h5', (h5) => h5.read('data'))).rejects.toThrow(
      /its source 'n2.h5' does not exist/,
    );
  });
});

describe('a virtual dataset over files that grow', () => {
  it('is followed while they are written', async () => {
    const writer = await python(
      `
import os
os.chdir(argument)
lay = h5py.VirtualLayout((4, 2, 3), 'u2'); lay[0:2] = h5py.VirtualSource('live0.h5', 'd', (2, 2, 3)); lay[2:4] = h5py.VirtualSource('live1.h5', 'd', (2, 2, 3))
with h5py.File('live.h5', 'w', libver='latest') as f: f.create_virtual_dataset('data', lay)
step()
for i in range(2):
    f = h5py.File(f'live{i}.h5', 'w', libver='latest')
    d = f.create_dataset('d', (0, 2, 3), 'u2', maxshape=(None, 2, 3), chunks=(1, 2, 3))
    f.flush()
    step()
    f.swmr_mode = True
    for n in (1, 2):
        d.resize(n, 0); d[n - 1] = 10 * i + n; d.flush()
        step()
    f.close()
step()
`,
      folder,
    );
    const seen: string[] = [];
    const look = (): Promise<void> =>
      use('live.h5', (h5) => {
        const present = h5.present('data', 1);
        const values = Array.from(present, (there, n) =>
          there === 1 ? numbers(h5, { start: n, stop: n + 1 })[0] : '-',
        );
        seen.push(`${values.join(' ')}${h5.isGrowing ? ' growing' : ''}`);
      });
    await look();
    for (let i = 0; i < 7; i++) {
      await writer.tell('');
      await look();
    }
    await writer.end();
    expect(seen).toEqual([
      '- - - -',
      '- - - -',
      '1 - - - growing',
      '1 2 - - growing',
      '1 2 - -',
      '1 2 11 - growing',
      '1 2 11 12 growing',
      '1 2 11 12',
    ]);
  });
});
