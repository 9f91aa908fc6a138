/** Files of any origin that must load, each made by plain h5py. */
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { packagesOf } from '../../../test/tools/array-scan.ts';
import { makeFiles } from '../../../test/tools/h5-files.ts';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { once } from '../../../test/tools/once.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { toNumbers } from '../../array/ndarray.ts';
import type { Meta } from '../../frames/chunk.ts';
import { PtydScan } from '../../loaders/ptyd/loader.ts';
import { silentLog } from '../../log.ts';
import { PtydReader } from './reader.ts';

const folder = temporaryFolder();

/** Python: \`chunk(f, k, frames, **entries)\` makes frames of 2×3 pixels, each of one value, at positions (value, −value). */
const CHUNK = `
def chunk(f, k, frames, **entries):
    entries.setdefault('data', np.stack([np.full((2, 3), v, dtype='u2') for v in frames]))
    entries.setdefault('positions', np.array([[v, -v] for v in frames], dtype=float))
    for name, value in entries.items():
        f['chunks/%s/%s' % (k, name)] = value
`;

const CASES: Record<
  string,
  { make: string; values?: number[]; indices?: number[]; meta?: Partial<Meta>; warns?: RegExp }
> = {
  'no meta, no info, no indices, no weights': {
    make: 'chunk(f, 0, [1, 2])',
    values: [1, 2],
    indices: [0, 1],
  },
  'the text None in meta, in indices and in weights': {
    make: `
chunk(f, 0, [1, 2], weights='None', indices='None')
for k in ('num_frames', 'energy', 'label', 'center', 'psize', 'shape'): f['meta/' + k] = 'None'`,
    values: [1, 2],
    meta: { num_frames: 2, label: null, energy: null },
  },
  'typed None': {
    make: `
chunk(f, 0, [1, 2], weights=np.zeros(1), indices=np.zeros(1))
f['meta/num_frames'] = np.zeros(1)
for k in ('chunks/0/weights', 'chunks/0/indices', 'meta/num_frames'): f[k].attrs['type'] = 'None'`,
    values: [1, 2],
    indices: [0, 1],
    meta: { num_frames: 2 },
  },
  'empty weights and indices': {
    make: 'chunk(f, 0, [1, 2], weights=np.zeros((0,)), indices=np.zeros((0,)))',
    values: [1, 2],
    indices: [0, 1],
  },
  'null datasets for weights and indices': {
    make: "chunk(f, 0, [1], weights=h5py.Empty('f4'), indices=h5py.Empty('i8'))",
    values: [1],
  },
  'chunks of different length, their numbers with gaps, 10 after 2': {
    make: 'chunk(f, 10, [4, 5, 6]); chunk(f, 2, [2, 3]); chunk(f, 0, [1])',
    values: [1, 2, 3, 4, 5, 6],
    warns: /chunks 1, 3, 4, 5, 6, 7, 8, 9 are not there/,
  },
  'frames out of order': {
    make: 'chunk(f, 0, [5, 1, 4], indices=[5, 1, 4]); chunk(f, 1, [3, 2], indices=[3, 2])',
    values: [1, 2, 3, 4, 5],
    indices: [1, 2, 3, 4, 5],
  },
  'indices that repeat': {
    make: 'chunk(f, 0, [5, 1], indices=[5, 1]); chunk(f, 1, [3, 2], indices=[1, 0])',
    values: [5, 1, 3, 2],
    indices: [0, 1, 2, 3],
    warns: /indices are incomplete or repeat; frames are taken in file order/,
  },
  'indices of some chunks only': {
    make: 'chunk(f, 0, [5, 1], indices=[5, 1]); chunk(f, 1, [3])',
    values: [5, 1, 3],
    indices: [0, 1, 2],
    warns: /incomplete/,
  },
  'negative indices': {
    make: 'chunk(f, 0, [5, 1], indices=[-1, 0])',
    values: [5, 1],
    indices: [0, 1],
    warns: /repeat/,
  },
  'something in chunks that is no number': {
    make: "chunk(f, 0, [1]); f['chunks/notes'] = 'x'",
    values: [1],
    warns: /notes is not a chunk number; left out/,
  },
  'links whose file is not there': {
    make: "chunk(f, 0, [1]); f['chunks/1'] = h5py.ExternalLink('later.h5', '/'); f['chunks/2'] = h5py.SoftLink('/nowhere')",
    values: [1],
    meta: { num_frames: 1 },
  },
  'links into other places of the same and of other files': {
    make: `
chunk(f, 0, [1])
f['elsewhere/data'] = np.full((1, 2, 3), 2, dtype='u2'); f['elsewhere/positions'] = np.array([[2., -2.]])
f['chunks/1'] = h5py.SoftLink('/elsewhere')
with h5py.File(file + '.part', 'w') as g:
    g['entry/3/data'] = np.full((1, 2, 3), 3, dtype='u2'); g['entry/3/positions'] = np.array([[3., -3.]])
f['chunks/2'] = h5py.ExternalLink(file + '.part', '/entry/3')`,
    values: [1, 2, 3],
  },
  'scalars of meta as arrays of one, pairs as one number, fixed-length text, float32': {
    make: `
chunk(f, 0, [1])
f['meta/energy'] = np.array([8.5], dtype='f4'); f['meta/distance'] = np.array([[2]])
f['meta/psize'] = 5e-5; f['meta/shape'] = 3; f['meta/center'] = np.array([1])
f['meta/num_frames'] = np.array([1], dtype='u1'); f['meta/label'] = np.bytes_('L')
f['meta/propagation'] = np.array([b'nearfield']); f['meta/electron_data'] = np.uint8(1)`,
    values: [1],
    meta: {
      energy: 8.5,
      distance: 2,
      psize: [5e-5, 5e-5],
      shape: [2, 3],
      center: [1, 1],
      num_frames: 1,
      label: 'L',
      propagation: 'nearfield',
      electron_data: true,
    },
    warns: /meta\/shape is 3x3 pixels, but the frames have 2x3, which is used/,
  },
  'the centre by name': {
    make: "chunk(f, 0, [1]); f['meta/center'] = 'fftshift'; f['meta/psize'] = np.array([1e-5, 2e-5])",
    meta: { center: [1, 1], psize: [1e-5, 2e-5] },
  },
  'a pickle in meta': {
    make: "chunk(f, 0, [1]); f['meta/odd'] = np.void(b'x'); f['meta/odd'].attrs['type'] = 'pickle'; f['meta/energy'] = 5.0",
    meta: { energy: 5 },
  },
};

const TYPES = ['u1', 'i1', 'u2', 'i2', 'i4', 'u4', 'f4', 'f8', '>u2', '>f4', 'i8'];

function fileOf(name: string): string {
  return join(folder, `${name.replace(/\W+/g, '-')}.ptyd`);
}

beforeEach(
  once(() => {
    makeFiles(
      [
        ...Object.entries(CASES).map(([name, { make }]) => ({ file: fileOf(name), make })),
        ...TYPES.map((type) => ({
          file: fileOf(`type ${type.replace('>', 'big')}`),
          make: `chunk(f, 0, [7, 9], data=np.arange(12).reshape(2, 2, 3).astype('${type}'), weights=np.ones((2, 3), dtype='?'))`,
        })),
      ],
      CHUNK,
    );
  }),
);

describe('PtydScan reads', () => {
  it.each(Object.entries(CASES))('%s', async (name, { values, indices, meta, warns }) => {
    const file = fileOf(name);
    const { log, warnings } = hearing();
    const scan = new PtydScan({ dfile: file }, { log });
    await scan.initialize();
    const [{ chunk, common }] = await packagesOf(scan, 100);
    const pixels = Array.from({ length: chunk.data.shape[0] }, (_, n) => chunk.data.data[6 * n]);
    if (values !== undefined) {
      expect(pixels).toEqual(values);
      expect(Array.from(toNumbers(chunk.positions))).toEqual(values.flatMap((v) => [v, -v]));
    }
    if (indices !== undefined) expect(chunk.indices).toEqual(indices);
    if (meta !== undefined) expect(common).toMatchObject(meta);
    // These files have no geometry, and positions of metres.
    const others = warnings.filter((text) => !/not known|positions span/.test(text));
    if (warns === undefined) expect(others).toEqual([]);
    else expect(warnings.join('\n')).toMatch(warns);
  });

  it('weight2d of meta, where the chunks have no weights of their own', async () => {
    const file = join(folder, 'weight2d.ptyd');
    h5py(
      `${CHUNK}
f = h5py.File(argument, 'w')
chunk(f, 0, [1, 2])
chunk(f, 1, [3], weights=np.full((1, 2, 3), 0.25, dtype='f4'))
f['meta/weight2d'] = np.array([[True, False, True], [True, True, True]])
f.close()`,
      file,
    );
    const scan = new PtydScan({ dfile: file }, { log: silentLog });
    await scan.initialize();
    const packages = await packagesOf(scan, 2);
    expect(Array.from(packages[0].chunk.weights.data)).toEqual([1, 0, 1, 1, 1, 1]);
    expect(Array.from(packages[1].chunk.weights.data)).toEqual([0.25, 0.25, 0.25, 0.25, 0.25, 0.25]);
    const all = new PtydScan({ dfile: file }, { log: silentLog });
    await all.initialize();
    const [{ iterable }] = await packagesOf(all, 100);
    expect(iterable.map(({ mask }) => Array.from(mask?.data ?? []).join(''))).toEqual([
      '101111',
      '101111',
      '111111',
    ]);
  });

  it.each(TYPES)('frames of type %s', async (type) => {
    const file = fileOf(`type ${type.replace('>', 'big')}`);
    const scan = new PtydScan({ dfile: file }, { log: silentLog });
    await scan.initialize();
    const [{ chunk }] = await packagesOf(scan, 100);
    expect(Array.from(chunk.data.data)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const names: Record<string, string> = { u: 'uint', i: 'int', f: 'float' };
    const [, kind, bytes] = /(\w)(\d)$/.exec(type) ?? [];
    expect(chunk.data.dtype).toBe(type === 'i8' ? 'float64' : `${names[kind]}${8 * Number(bytes)}`);
  });
});

describe('PtydReader', () => {
  it('takes only the frames asked for, in the order asked for, across chunks of different types', async () => {
    const file = join(folder, 'picks.ptyd');
    h5py(
      `${CHUNK}
f = h5py.File(argument, 'w')
chunk(f, 0, [0, 1, 2, 3])
chunk(f, 1, [4, 5], data=np.stack([np.full((2, 3), v + 0.5) for v in (4, 5)]), weights=np.full((2, 3), 2.0))
f.close()`,
      file,
    );
    const reader = new PtydReader(file);
    await reader.refresh();
    const { data, weights, positions, indices } = await reader.readFrames([5, 1, 2, 0]);
    expect(data).toMatchObject({ dtype: 'float64', shape: [4, 2, 3] });
    expect([0, 1, 2, 3].map((n) => data.data[6 * n])).toEqual([5.5, 1, 2, 0]);
    expect([0, 1, 2, 3].map((n) => weights?.data[6 * n])).toEqual([2, 1, 1, 1]);
    expect(Array.from(positions.data)).toEqual([5, -5, 1, -1, 2, -2, 0, 0]);
    expect(indices).toEqual([5, 1, 2, 0]);
    await expect(reader.readFrames([6])).rejects.toThrow('holds 6 frames, there is no frame 6');
  });

  it('says what it found once: readers that take it over are silent', async () => {
    const { log, warnings } = hearing();
    const reader = new PtydReader(fileOf('indices that repeat'), log);
    const other = new PtydReader(reader.file, log);
    await reader.refresh();
    expect(warnings).toHaveLength(1);
    other.adopt(reader.found());
    expect(warnings).toHaveLength(1);
    expect(other.frames).toBe(4);
  });
});
