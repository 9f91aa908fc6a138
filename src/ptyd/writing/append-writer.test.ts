/** Chunks that do and do not fit into the room reserved for them, as h5py finds them in the end and on the way. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { fromNumbers, type NdArray, type RealDType } from '../../array/ndarray.ts';
import type { Meta } from '../../frames/chunk.ts';
import type { StoredChunk } from '../../frames/stored.ts';
import { silentLog } from '../../log.ts';
import { whole } from './chunk-content.ts';
import type { Compression } from '../format.ts';
import { validatePtyd } from '../reading/validate.ts';
import { createPtydWriter } from './writer.ts';
import type { PtydWriter } from './contract.ts';

const folder = temporaryFolder();

function writer(
  file: string,
  save: 'append' | 'merge' = 'append',
  compression: Compression = 'none',
): PtydWriter {
  return createPtydWriter({
    file,
    save,
    chunkFormat: '.chunk%02d',
    compression,
    info: { note: 'kept' },
    log: silentLog,
  });
}

function meta(num_frames: number | null): Meta {
  return {
    version: 0.1,
    num_frames,
    label: null,
    experimentID: null,
    shape: [2, 3],
    center: [1, 1],
    psize: [1e-4, 1e-4],
    distance: 1,
    energy: 7,
    propagation: 'farfield',
    electron_data: false,
  };
}

/** Frame `i` is full of i. */
function chunk(
  num: number,
  indices: number[],
  more: { dtype?: 'uint16' | 'float32'; weights?: number } = {},
): StoredChunk {
  const full = (dtype: RealDType, values: number[]): NdArray<RealDType> =>
    fromNumbers(
      dtype,
      values.flatMap((value) => new Array<number>(6).fill(value)),
      [values.length, 2, 3],
    );
  const { dtype = 'uint16', weights } = more;
  return {
    num,
    indices,
    positions: fromNumbers(
      'float64',
      indices.flatMap((i) => [i * 1e-6, 0]),
      [indices.length, 2],
    ),
    data: whole(full(dtype, indices)),
    weights:
      weights === undefined
        ? undefined
        : whole(
            full(
              'float32',
              indices.map(() => weights),
            ),
          ),
  };
}

/** What h5py finds: per chunk the type and first pixels of the frames, and the weight of the first. */
function look(file: string): unknown {
  return h5py(
    `
f = h5py.File(argument, 'r')
c = f['chunks']
result = dict(
    frames=[[str(c[k]['data'].dtype), c[k]['data'][:, 0, 0].tolist(), c[k]['indices'][:].tolist()] for k in sorted(c, key=int)],
    weights=[float(c[k]['weights'][0, 0, 0]) if 'weights' in c[k] else None for k in sorted(c, key=int)],
    linked=any(c.get(k, getlink=True).__class__ == h5py.ExternalLink for k in c),
    num=int(f['meta/num_frames'][()]), note=f['info/note'][()].decode())
`,
    file,
  );
}

function beside(file: string): string[] {
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(basename(file)))
    .sort();
}

async function requireSound(file: string): Promise<void> {
  expect(beside(file)).toEqual([basename(file)]);
  expect(await validatePtyd(file)).toMatchObject({ unverified: 0, problems: [] });
}

describe('appended chunks', () => {
  it('are all in one file that no other program saw change', async () => {
    const file = join(folder, 'fits.ptyd');
    const w = writer(file);
    await w.open();
    await w.writeChunk(chunk(0, [0, 1]), meta(5));
    expect(beside(file)).toEqual(['fits.ptyd', 'fits.ptyd.frames']);
    await w.writeChunk(chunk(1, [2, 3]), meta(5));
    expect(look(file)).toMatchObject({
      frames: [
        ['uint16', [0, 1], [0, 1]],
        ['uint16', [2, 3], [2, 3]],
      ],
      linked: true,
      num: 5,
      note: 'kept',
    });
    await w.writeChunk(chunk(2, [4]), meta(5));
    await w.finish();
    expect(look(file)).toMatchObject({ frames: [{}, {}, ['uint16', [4], [4]]], linked: false, num: 5 });
    await requireSound(file);
  });

  it('of other sizes, types or entries than the first are gathered, nothing is lost', async () => {
    const file = join(folder, 'misfits.ptyd');
    const w = writer(file);
    await w.open();
    await w.writeChunk(chunk(0, [0, 1]), meta(8));
    await w.writeChunk(chunk(1, [2]), meta(8));
    await w.writeChunk(chunk(2, [4, 5], { weights: 0.5 }), meta(8));
    await w.writeChunk(chunk(3, [6, 7], { dtype: 'float32' }), meta(8));
    expect(beside(file)).toContain('misfits.ptyd.chunk02');
    await w.finish();
    expect(look(file)).toEqual({
      frames: [
        ['uint16', [0, 1], [0, 1]],
        ['uint16', [2], [2]],
        ['uint16', [4, 5], [4, 5]],
        ['float32', [6, 7], [6, 7]],
      ],
      weights: [null, null, 0.5, null],
      linked: false,
      num: 7,
      note: 'kept',
    });
    await requireSound(file);
  });

  it('more than were announced are gathered too', async () => {
    const file = join(folder, 'more.ptyd');
    const w = writer(file);
    await w.open();
    for (const num of [0, 1, 2]) await w.writeChunk(chunk(num, [num]), meta(2));
    await w.finish();
    expect(look(file)).toMatchObject({ frames: [{}, {}, ['uint16', [2], [2]]], linked: false });
    await requireSound(file);
  });

  it.each([
    ['append', 'gzip', 4],
    ['append', 'none', null],
    ['merge', 'gzip', null],
  ] as const)(
    '(%s, %s, %s announced) are gathered from their files',
    async (save, compression, announced) => {
      const file = join(folder, `${save}-${compression}-${announced ?? 'unknown'}.ptyd`);
      const w = writer(file, save, compression);
      await w.open();
      await w.writeChunk(chunk(0, [0, 1]), meta(announced));
      await w.writeChunk(chunk(1, [2, 3]), meta(announced));
      await w.finish();
      const filters = h5py(
        `c = h5py.File(argument, 'r')['chunks']; result = [[c[k]['data'].compression, c[k]['data'][:, 0, 0].tolist()] for k in c]`,
        file,
      );
      const filter = compression === 'none' ? null : compression;
      expect(filters).toEqual(
        save === 'merge'
          ? [[filter, [0, 1, 2, 3]]]
          : [
              [filter, [0, 1]],
              [filter, [2, 3]],
            ],
      );
      await requireSound(file);
    },
  );

  it('of a scan of one chunk go straight to their place when merged', async () => {
    const file = join(folder, 'single.ptyd');
    const w = writer(file, 'merge');
    await w.open();
    await w.writeChunk(chunk(0, [0, 1]), meta(2));
    expect(beside(file)).toEqual(['single.ptyd', 'single.ptyd.frames']);
    await w.finish();
    expect(look(file)).toMatchObject({ frames: [['uint16', [0, 1], [0, 1]]], linked: false });
    await requireSound(file);
  });

  it('leave no file behind when none came', async () => {
    const file = join(folder, 'none.ptyd');
    const w = writer(file);
    await w.open();
    await w.finish();
    expect(beside(file)).toEqual([]);
  });
});
