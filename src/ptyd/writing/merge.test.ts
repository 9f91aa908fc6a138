/** Many chunks become one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { silentLog } from '../../log.ts';
import { mergeChunks } from './merge.ts';
import { PtydReader } from '../reading/reader.ts';
import { validatePtyd } from '../reading/validate.ts';

const folder = temporaryFolder();

/** A file of chunks that differ in everything in which chunks may differ. */
const MAKE = `
with h5py.File(argument, 'w') as f:
    f['meta/num_frames'] = np.int64(7)
    f['meta/num_frames'].attrs['type'] = 'scalar'
    f['info/note'] = 'as it was'
    def chunk(k, frames, dtype, indices, **weights):
        n = len(frames)
        f['chunks/%d/data' % k] = np.stack([np.full((2, 3), v, dtype=dtype) for v in frames])
        f['chunks/%d/positions' % k] = np.array([[i * 1e-6, -i * 1e-6] for i in indices])
        f['chunks/%d/indices' % k] = np.array(indices)
        for name, value in weights.items():
            f['chunks/%d/%s' % (k, name)] = value
    chunk(0, [10, 30, 20], 'u2', [1, 3, 2], weights=np.full((3, 2, 3), 0.5, dtype='f4'))
    chunk(3, [70.25], 'f4', [7])
    chunk(4, [40, 60, 50], 'i4', [4, 6, 5], weights=np.array([[1, 1, 0], [1, 1, 1]], dtype='u1'))
`;

function look(file: string): unknown {
  return h5py(
    `
f = h5py.File(argument, 'r')
c = f['chunks/0']
result = dict(chunks=list(f['chunks']), data=[str(c['data'].dtype), c['data'][:, 0, 0].tolist(), c['data'].compression],
              weights=[str(c['weights'].dtype), c['weights'][:, 0, 2].tolist()], indices=c['indices'][:].tolist(),
              positions=c['positions'][:, 0].tolist(), note=f['info/note'][()].decode(), num=int(f['meta/num_frames'][()]),
              types=[c.attrs['type']] + [c[k].attrs['type'] for k in ('data', 'weights', 'indices', 'positions')])
`,
    file,
  );
}

describe('mergeChunks', () => {
  it('puts frames in the order of their indices, and keeps every value whatever the types of the chunks', async () => {
    const file = join(folder, 'mixed.ptyd');
    h5py(MAKE, file);
    await mergeChunks({ file, compression: 'none', log: silentLog });
    expect(look(file)).toEqual({
      chunks: ['0'],
      data: ['float64', [10, 20, 30, 40, 50, 60, 70.25], null],
      weights: ['float64', [0.5, 0.5, 0.5, 0, 0, 0, 1]],
      indices: [1, 2, 3, 4, 5, 6, 7],
      positions: [1, 2, 3, 4, 5, 6, 7].map((i) => i * 1e-6),
      note: 'as it was',
      num: 7,
      types: ['dict', 'array', 'array', 'arraylist', 'array'],
    });
    const report = await validatePtyd(file);
    expect(report).toMatchObject({ frames: 7, chunks: 1, verified: 4, unverified: 0, problems: [] });
  });

  it('keeps the type that all chunks share, writes no weights where there are none, and compresses', async () => {
    const file = join(folder, 'same.ptyd');
    h5py(
      `
with h5py.File(argument, 'w') as f:
    for k in range(3):
        f['chunks/%d/data' % k] = np.full((2, 2, 2), k, dtype='u2')
        f['chunks/%d/positions' % k] = np.zeros((2, 2))
`,
      file,
    );
    await mergeChunks({ file, compression: 'gzip', log: silentLog });
    const found = h5py(
      `c = h5py.File(argument, 'r')['chunks/0']; result = [sorted(c), str(c['data'].dtype), c['data'].compression, c['indices'][:].tolist()]`,
      file,
    );
    expect(found).toEqual([['data', 'indices', 'positions'], 'uint16', 'gzip', [0, 1, 2, 3, 4, 5]]);
  });

  it('leaves a file of one chunk as it is', async () => {
    const file = join(folder, 'one.ptyd');
    h5py(
      `
with h5py.File(argument, 'w') as f:
    f['chunks/0/data'] = np.zeros((2, 2, 2))
    f['chunks/0/positions'] = np.zeros((2, 2))
`,
      file,
    );
    const before = readFileSync(file);
    await mergeChunks({ file, compression: 'none', log: silentLog });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('leaves the file as it was when a chunk cannot be read', async () => {
    const file = join(folder, 'broken.ptyd');
    h5py(
      `${MAKE}\nwith h5py.File(argument, 'a') as f: f['chunks/9/data'] = np.zeros((1, 2, 3), dtype='c8'); f['chunks/9/positions'] = np.zeros((1, 2))`,
      file,
    );
    const before = readFileSync(file);
    await expect(mergeChunks({ file, compression: 'none', log: silentLog })).rejects.toThrow(
      /chunk 9 has data of type complex64/,
    );
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}.${process.pid}.tmp`)).toBe(false);
  });

  it('holds a bounded part of the frames at once', async () => {
    const file = join(folder, 'large.ptyd');
    h5py(
      `
with h5py.File(argument, 'w') as f:
    for k in range(2):
        f.create_dataset('chunks/%d/data' % k, (40, 512, 512), 'u2')[:, 0, 0] = np.arange(40) + 100 * k
        f['chunks/%d/positions' % k] = np.zeros((40, 2))
`,
      file,
    );
    const readFrames = vi.spyOn(PtydReader.prototype, 'readFrames');
    await mergeChunks({ file, compression: 'none', log: silentLog });
    const sizes = readFrames.mock.calls.map(([ordinals]) => ordinals.length);
    readFrames.mockRestore();
    expect(Math.max(...sizes) * 512 * 512 * 8).toBeLessThanOrEqual(1 << 26);
    expect(sizes.length).toBeGreaterThan(1);
    const found = h5py(`result = h5py.File(argument, 'r')['chunks/0/data'][:, 0, 0].tolist()`, file);
    expect(found).toEqual(Array.from({ length: 80 }, (_, i) => (i < 40 ? i : i + 60)));
  });
});
