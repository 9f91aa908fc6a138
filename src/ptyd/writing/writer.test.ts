/** Files we write, as real h5py finds them, and as ptypy 0.9 would have written them. */
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArrayScan, gridPositions, numberedFrames, packagesOf } from '../../../test/tools/array-scan.ts';
import { goldenPath } from '../../../test/tools/golden.ts';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { fromNumbers } from '../../array/ndarray.ts';
import { MoonFlowerScan } from '../../loaders/moonflower/loader.ts';
import { PtydScan } from '../../loaders/ptyd/loader.ts';
import { silentLog } from '../../log.ts';

const folder = temporaryFolder();
const N = 7;
const frames = numberedFrames(N, 3, 4);
const weights = fromNumbers(
  'float64',
  Array.from({ length: N * 12 }, (_, i) => (i % 5) / 4),
  [N, 3, 4],
);
const positions = gridPositions(N);

async function save(file: string, mode: string, more: object = {}): Promise<void> {
  const scan = new ArrayScan(
    { shape: null, psize: 1e-4, label: 'own', save: mode, dfile: file, ...more },
    { frames, weights, positions },
  );
  await scan.initialize();
  await packagesOf(scan, 3);
}

interface Entry {
  type: string | null;
  dtype?: string;
  shape?: number[];
  value?: unknown;
}

/** Every entry that h5py reaches, links followed. */
function tree(file: string): Record<string, Entry> {
  return h5py(
    `
found = {}
def walk(path, o):
    entry = found[path] = dict(type=o.attrs.get('type'))
    if isinstance(o, h5py.Dataset):
        value = o[()]
        text = o.dtype.kind == 'O'
        entry.update(dtype='text' if text else str(o.dtype), shape=list(o.shape),
                     value=value.decode() if text else value.tolist())
    else:
        for k in o:
            walk((path + '/' + k).strip('/'), o[k])
walk('', h5py.File(argument, 'r'))
result = found
`,
    file,
  ) as Record<string, Entry>;
}

describe('a saved file', () => {
  const chunksOf = { append: [3, 3, 1], link: [3, 3, 1], merge: [7] };

  it.each(['append', 'link', 'merge'] as const)('(%s) holds every value in its type', async (mode) => {
    const file = join(folder, `${mode}.ptyd`);
    await save(file, mode);
    const found = tree(file);
    let start = 0;
    for (const [k, count] of chunksOf[mode].entries()) {
      const stop = start + count;
      const slice = (data: ArrayLike<number>, size: number): number[] =>
        Array.from(data).slice(start * size, stop * size);
      const flat = (name: string): unknown[] => (found[`chunks/${k}/${name}`].value as unknown[]).flat(2);
      expect(found[`chunks/${k}/data`]).toMatchObject({
        type: 'array',
        dtype: 'int32',
        shape: [count, 3, 4],
      });
      expect(flat('data')).toEqual(slice(frames.data, 12));
      expect(found[`chunks/${k}/weights`]).toMatchObject({ type: 'array', dtype: 'float64' });
      expect(flat('weights')).toEqual(slice(weights.data, 12));
      expect(found[`chunks/${k}/positions`]).toMatchObject({
        type: 'array',
        dtype: 'float64',
        shape: [count, 2],
      });
      expect(flat('positions')).toEqual(slice(positions.data, 2));
      expect(found[`chunks/${k}/indices`]).toMatchObject({
        type: 'arraylist',
        dtype: 'int64',
        shape: [count],
      });
      expect(flat('indices')).toEqual(Array.from({ length: count }, (_, i) => start + i));
      start = stop;
    }
    expect(Object.keys(found).filter((path) => /^chunks\/\d+$/.test(path))).toHaveLength(
      chunksOf[mode].length,
    );
    expect(found['meta/num_frames']).toEqual({ type: 'scalar', dtype: 'int64', shape: [], value: N });
    expect(found['meta/distance']).toEqual({ type: 'scalar', dtype: 'float64', shape: [], value: 7.19 });
    expect(found['meta/center']).toEqual({ type: 'array', dtype: 'float64', shape: [2], value: [1, 2] });
    expect(found['meta/propagation']).toEqual({
      type: 'string',
      dtype: 'text',
      shape: [],
      value: 'farfield',
    });
    expect(found['meta/experimentID']).toEqual({ type: 'None', dtype: 'float64', shape: [1], value: [0] });
    expect(found['info/positions_scan'].shape).toEqual([N, 2]);
  });

  it.each(['append', 'link', 'merge'])('(%s) is read back by us as it was', async (mode) => {
    const scan = new PtydScan({ dfile: join(folder, `${mode}.ptyd`) }, { log: silentLog });
    await scan.initialize();
    const [{ chunk, common }] = await packagesOf(scan, 100);
    expect(chunk.data).toEqual(frames);
    expect(chunk.weights).toEqual(weights);
    expect(chunk.positions).toEqual(positions);
    expect(common).toMatchObject({ label: 'own', psize: [1e-4, 1e-4], num_frames: N, experimentID: null });
  });

  it('leaves no chunk file and no temporary file behind with append and merge', () => {
    const names = readdirSync(folder).filter((name) => /^(append|merge)/.test(name));
    expect(names.sort()).toEqual(['append.ptyd', 'merge.ptyd']);
  });

  it('leaves weights out where all are 1, and stores masks as bytes', async () => {
    const file = join(folder, 'masks.ptyd');
    const mask = fromNumbers('float64', [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], [3, 4]);
    const scan = new ArrayScan(
      { shape: null, save: 'append', dfile: file },
      { frames, weight: mask, positions },
    );
    await scan.initialize();
    await scan.auto(N);
    expect(tree(file)['chunks/0/weights']).toMatchObject({ dtype: 'uint8', shape: [N, 3, 4] });
    const plain = new ArrayScan({ shape: null, save: 'append', dfile: `${file}2` }, { frames, positions });
    await plain.initialize();
    await plain.auto(N);
    expect(tree(`${file}2`)['chunks/0/weights']).toBeUndefined();
  });

  it('has everything that ptypy puts there, with the same types', async () => {
    const reference = tree(goldenPath('files/moon_append.ptyd'));
    const file = join(folder, 'moon.ptyd');
    class Weighted extends MoonFlowerScan {
      protected override loadWeight() {
        return fromNumbers(
          'float64',
          Array.from({ length: 64 * 64 }, (_, i) => (i % 3) / 2),
          [64, 64],
        );
      }
    }
    const scan = new Weighted({
      name: 'MoonFlowerScan',
      label: 'moon',
      shape: 64,
      num_frames: 60,
      center: [32, 32],
      distance: 2,
      energy: 8,
      psize: 5e-5,
      rebin: 1,
      photons: 1e6,
      save: 'append',
      dfile: file,
    });
    await scan.initialize();
    await packagesOf(scan, 20);
    const own = tree(file);
    // Not an input parameter of ours; and pairs where ptypy takes one number for both.
    const others = ['info/weight2d', 'info/psize'];
    for (const [path, entry] of Object.entries(reference).filter(([path]) => !others.includes(path))) {
      expect.soft(own, path).toHaveProperty([path]);
      expect.soft(own[path].type, path).toBe(entry.type);
      if (path.startsWith('info/')) continue;
      expect.soft(own[path].dtype, path).toBe(entry.dtype);
      expect.soft(own[path].shape, path).toEqual(entry.shape);
    }
    expect(
      Object.keys(own)
        .filter((path) => path.startsWith('chunks'))
        .sort(),
    ).toEqual(
      Object.keys(reference)
        .filter((path) => path.startsWith('chunks'))
        .sort(),
    );
    for (const name of ['center', 'distance', 'energy', 'label', 'num_frames', 'psize', 'shape', 'version']) {
      expect(own[`meta/${name}`].value, name).toEqual(reference[`meta/${name}`].value);
    }
    const attributes = h5py(`result = {k: str(v) for k, v in h5py.File(argument, 'r').attrs.items()}`, file);
    expect(attributes).toEqual({
      h5rw_version: '0.1',
      ctime: expect.stringMatching(/^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/) as unknown,
      mtime: expect.any(String) as unknown,
    });
  });

  it.each([
    ['gzip', 'gzip'],
    ['bslz4', '32008'],
  ])('compressed with %s says so, and is read back', async (compression, filter) => {
    const file = join(folder, `${compression}.ptyd`);
    await save(file, 'append', { compression });
    const stored = h5py(
      `
d = h5py.File(argument, 'r')['chunks/0/data']
plist = d.id.get_create_plist()
result = dict(filters=[plist.get_filter(i)[0] for i in range(plist.get_nfilters())], gzip=d.compression,
              values=d[...].ravel().tolist() if d.compression == 'gzip' else None)
`,
      file,
    ) as { filters: number[]; gzip: string | null; values: number[] | null };
    if (filter === 'gzip') expect(stored.values).toEqual(Array.from(frames.data).slice(0, 36));
    else expect(stored.filters.map(String)).toContain(filter);
    const scan = new PtydScan({ dfile: file }, { log: silentLog });
    await scan.initialize();
    const [{ chunk }] = await packagesOf(scan, 100);
    expect(chunk.data).toEqual(frames);
  });
});

describe('linked chunk files', () => {
  it('are named by chunk_format, linked relative, and move with their folder', async () => {
    const place = join(folder, 'here');
    mkdirSync(place);
    await save(join(place, 'scan.ptyd'), 'link', { chunk_format: '.part%03d' });
    expect(readdirSync(place).sort()).toEqual([
      'scan.ptyd',
      'scan.ptyd.part000',
      'scan.ptyd.part001',
      'scan.ptyd.part002',
    ]);
    const links = h5py(
      `c = h5py.File(argument, 'r')['chunks']; result = [[c.get(k, getlink=True).filename, c.get(k, getlink=True).path] for k in c]`,
      join(place, 'scan.ptyd'),
    );
    expect(links).toEqual([0, 1, 2].map((k) => [`scan.ptyd.part00${k}`, '/']));
    renameSync(place, join(folder, 'there'));
    expect(tree(join(folder, 'there', 'scan.ptyd'))['chunks/2/data'].shape).toEqual([1, 3, 4]);
  });

  it('are linked from the first chunk on when the number of frames is known', async () => {
    const file = join(folder, 'upfront.ptyd');
    const scan = new ArrayScan({ shape: null, save: 'link', dfile: file }, { frames, positions });
    await scan.initialize();
    await scan.auto(3);
    const state = (): unknown =>
      h5py(
        `c = h5py.File(argument, 'r')['chunks']; result = {k: c.get(k) is not None for k in c.keys()}`,
        file,
      );
    expect(state()).toEqual({ '0': true, '1': false, '2': false });
    await scan.auto(2);
    expect(state()).toEqual({ '0': true, '1': true, '2': false });
    await packagesOf(scan, 1);
    expect(state()).toEqual({ '0': true, '1': true, '2': true, '3': true });
  });

  it('that never came are not linked any more when the scan ended early, and the file says how many frames there are', async () => {
    for (const mode of ['link', 'append', 'merge']) {
      const file = join(folder, `early-${mode}.ptyd`);
      const scan = new ArrayScan(
        { shape: null, save: mode, dfile: file },
        {
          frames,
          positions,
          check: (asked, start) => ({
            accessible: Math.min(asked, 4 - start),
            endOfScan: start + asked >= 4,
          }),
        },
      );
      await scan.initialize();
      await packagesOf(scan, 2);
      const found = h5py(
        `f = h5py.File(argument, 'r'); result = [[f['chunks'].get(k) is not None for k in f['chunks'].keys()], int(f['meta/num_frames'][()])]`,
        file,
      );
      expect(found).toEqual([mode === 'merge' ? [true] : [true, true], 4]);
    }
  });
});
