/** What `Hdf5Loader` says to bad input, and that it reads no more than it is asked for. */
import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { GEOMETRY } from '../../../test/tools/array-scan.ts';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { once } from '../../../test/tools/once.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { ConfigError, DataError, FileError, messageOf } from '../../errors.ts';
import { EOS, type DataPackage } from '../../frames/package.ts';
import type { LoadedFrames } from '../../frames/raw.ts';
import type { Region } from '../../frames/region.ts';
import { silentLog, type Log } from '../../log.ts';
import type { NdArray, RealDType } from '../../array/ndarray.ts';
import { cropPad } from '../../scan/prepare/crop.ts';
import { Hdf5Loader } from './loader.ts';

type Stack = NdArray<RealDType>;

const folder = temporaryFolder();
const file = join(folder, 'scan.h5');
const broken = join(folder, 'truncated.h5');
const damaged = join(folder, 'damaged.h5');
const filtered = join(folder, 'filtered.h5');
const holes = join(folder, 'holes.h5');

beforeEach(
  once(() => {
    h5py(
      `
folder, file = argument
rng = np.random.default_rng(1)
frames = rng.integers(0, 1000, (12, 8, 9)).astype('uint16')
with h5py.File(file, 'w') as f:
    e = f.create_group('entry')
    e['data'] = frames
    e['y'] = np.arange(12.) // 4
    e['x'] = np.arange(12.) % 4
    e['short'] = np.arange(10.)
    e['nan'] = np.where(np.arange(12) == 3, np.nan, 1.)
    e['name'] = 'no numbers'
    e['complex'] = np.zeros((12, 8, 9), complex)
    e['empty'] = np.zeros((0, 8, 9))
    e['flat'] = np.zeros((9, 8))
    e['five'] = np.zeros((2, 2, 3, 8, 9))
    e['energies'] = np.arange(12.)
    e['sizes'] = np.ones(3)
    e['link'] = h5py.SoftLink('/entry/gone')
    e['dark'] = frames // 2
    e['mask'] = (frames > 100)
    e['flatfield'] = np.where(np.arange(72).reshape(8, 9) == 40, 0, 2)
    extreme = np.full((12, 8, 9), 200, 'int32')
    extreme[:, 0, :3] = 2147483647, -1, 50
    f['extremes'] = extreme
    f['extreme_dark'] = np.full((8, 9), 100)
    f['extreme_flat'] = np.full((8, 9), 4.)
# contiguous, the frames last in the file
with h5py.File(folder + '/truncated.h5', 'w') as f:
    f['y'] = np.arange(12.)
    f['x'] = np.arange(12.)
    f.create_dataset('data', (12, 64, 64), 'uint16')[...] = np.arange(12)[:, None, None]
# one frame a chunk; the bytes of chunk 5 are overwritten
with h5py.File(folder + '/damaged.h5', 'w') as f:
    f['y'] = np.arange(12.)
    f['x'] = np.arange(12.)
    d = f.create_dataset('data', (12, 64, 64), 'uint16', chunks=(1, 64, 64), compression='gzip')
    d[...] = np.arange(12 * 64 * 64).reshape(12, 64, 64) % 1000
    at = [(d.id.get_chunk_info(i).byte_offset, d.id.get_chunk_info(i).size) for i in (5, 6)]
def damage(name, at):
    with open(folder + name, 'r+b') as f:
        for offset, size in at:
            f.seek(offset)
            f.write(b'\\xff' * size)
damage('/damaged.h5', at)
with h5py.File(folder + '/holes.h5', 'w') as f:
    f['y'] = np.arange(12.)
    f['x'] = np.arange(12.)
    d = f.create_dataset('data', (12, 64, 64), 'uint16', chunks=(1, 32, 32), compression='gzip')
    d[...] = np.arange(12 * 64 * 64).reshape(12, 64, 64) % 1000
    infos = [d.id.get_chunk_info(i) for i in range(d.id.get_num_chunks())]
    at = [(i.byte_offset, i.size) for i in infos if i.chunk_offset[1:] == (0, 0)]
    assert len(at) == 12
damage('/holes.h5', at)
# a filter number that nobody has: gzip's data under another name
with h5py.File(folder + '/filtered.h5', 'w') as f:
    f['y'] = np.arange(12.)
    f['x'] = np.arange(12.)
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((1, 8, 8))
    plist.set_filter(32768, h5py.h5z.FLAG_OPTIONAL, ())
    h5py.h5d.create(f.id, b'data', h5py.h5t.STD_U16LE, h5py.h5s.create_simple((12, 8, 8)), plist)
    f['data'][...] = 1
`,
      [folder, file],
    );
    truncateSync(broken, statSync(broken).size - 64 * 64 * 2 * 3);
  }),
);

/** Parameters with some entries of the groups replaced. */
function given(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const base: Record<string, unknown> = {
    ...GEOMETRY,
    intensities: { file, key: 'entry/data' },
    positions: { slow_key: 'entry/y', slow_multiplier: 1e-6, fast_key: 'entry/x', fast_multiplier: 1e-6 },
  };
  for (const [name, value] of Object.entries(changes)) {
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    base[name] = isGroup ? { ...(base[name] as object | undefined), ...value } : value;
  }
  return base;
}

async function initialized(changes: Record<string, unknown>, log: Log = silentLog): Promise<Hdf5Loader> {
  const scan = new Hdf5Loader(given(changes), { log });
  await scan.initialize();
  return scan;
}

async function all(scan: Hdf5Loader, frames = 5): Promise<DataPackage[]> {
  const found: DataPackage[] = [];
  for (let answer = await scan.auto(frames); answer !== EOS; answer = await scan.auto(frames)) {
    found.push(answer as DataPackage);
  }
  return found;
}

describe('wrong parameters', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ intensities: {} }, 'intensities.file: is needed: the HDF5 file of the frames'],
    [{ intensities: { file } }, 'intensities.key: is needed: the path of the frames in their file'],
    [
      { intensities: { file, key: 'd' }, positions: { slow_key: 'y' } },
      'positions.fast_key: is needed: the path of the fast (x) positions in their file',
    ],
    [
      { intensities: { file, key: 'd' }, positions_theory: [[0, 0]], mask: { file: 'm.h5' } },
      'mask.key: is needed: what to read from m.h5',
    ],
    [{ mask: { kye: 'm' } }, "mask.kye: unknown parameter 'kye'; did you mean 'key'?"],
    [
      { padding: [1, 2] },
      'padding: expected an integer of at least 0, or four of them [top, bottom, left, right] or none (unit: pixel), got [1, 2]',
    ],
  ])('%j', (parameters, message) => {
    expect(() => new Hdf5Loader(parameters)).toThrow(ConfigError);
    expect(() => new Hdf5Loader(parameters)).toThrow(message);
  });
});

describe('what is not there or does not fit', () => {
  const key = (name: string): string => `intensities.key "entry/${name}" in ${file}`;
  const other = join(folder, 'none.h5');
  it.each([
    [
      { intensities: { file: other } },
      FileError,
      `${other} does not exist (looking for intensities.key "entry/data")`,
    ],
    [
      { intensities: { key: 'entry/dta' } },
      FileError,
      `${file} has no "entry/dta" (intensities.key); nearest datasets: "entry/data", "entry/`,
    ],
    [
      { positions: { slow_key: 'other/place/x' } },
      FileError,
      `${file} has no "other/place/x" (positions.slow_key); nearest datasets: "entry/x"`,
    ],
    [
      { mask: { key: 'qqqqqqqqqqqqqqqqqqqqqqqqq' } },
      FileError,
      `${file} has no "qqqqqqqqqqqqqqqqqqqqqqqqq" (mask.key); datasets in the file: "extreme_dark", "extreme_flat", "extremes", "entry/complex", "entry/dark", "entry/data", "entry/empty", "entry/energies" and 10 more`,
    ],
    [
      { mask: { key: 'entry' } },
      FileError,
      `${file}: "entry" (mask.key) is a group, not a dataset; nearest datasets: "entry/complex"`,
    ],
    [
      { mask: { key: 'entry/link' } },
      FileError,
      `${file}: "entry/link" (mask.key) is a link to something that is not there`,
    ],
    [
      { intensities: { key: 'entry/name' } },
      FileError,
      `${file}: "entry/name" (intensities.key) holds text; expected real numbers`,
    ],
    [
      { intensities: { key: 'entry/complex' } },
      FileError,
      `${file}: "entry/complex" (intensities.key) holds complex128; expected real numbers`,
    ],
    [
      { intensities: { key: 'entry/y' } },
      DataError,
      `${key('y')} has the shape (12); expected (frames, rows, cols) or (slow, fast, rows, cols)`,
    ],
    [
      { intensities: { key: 'entry/five' } },
      DataError,
      `${key('five')} has the shape (2, 2, 3, 8, 9); expected (frames, rows, cols) or (slow, fast, rows, cols); outer_index picks one scan out of several`,
    ],
    [
      { intensities: { key: 'entry/empty' } },
      DataError,
      `${key('empty')} holds no frame: its shape is (0, 8, 9)`,
    ],
    [
      { outer_index: 1 },
      DataError,
      `${key('data')} has the shape (12, 8, 9); expected outer_index [1] and then (frames, rows, cols) or (slow, fast, rows, cols)`,
    ],
    [
      { intensities: { key: 'entry/five' }, outer_index: 2 },
      DataError,
      `outer_index 2 is outside axis 0 of ${key('five')} of shape (2, 2, 3, 8, 9)`,
    ],
    [
      { positions: { slow_key: 'entry/short', fast_key: 'entry/short' } },
      DataError,
      `frames and positions do not match: 12 frames in ${key('data')} of leading shape (12), ` +
        `slow positions: 10 in positions.slow_key "entry/short" in ${file} of shape (10), ` +
        `fast positions: 10 in positions.fast_key "entry/short" in ${file} of shape (10). Nothing was dropped, ` +
        'because it is unknown which belong together; expected a position for each frame, or slow × fast of them',
    ],
    [
      { positions: { fast_key: 'entry/nan' } },
      DataError,
      `positions.fast_key "entry/nan" in ${file}: 1 of 12 positions are not numbers, the first is that of frame 3`,
    ],
    [
      { positions: { fast_index: 1 } },
      DataError,
      `positions.fast_index 1 does not fit positions.fast_key "entry/x" in ${file} of shape (12): expected a column or row of a dataset with two axes or more`,
    ],
    [
      { darkfield: { key: 'entry/flat' } },
      DataError,
      `darkfield.key "entry/flat" in ${file} has the shape (9, 8); expected (8, 9) or (12, 8, 9) as in ${key('data')}`,
    ],
    [
      { normalisation: { key: 'entry/short' } },
      DataError,
      `normalisation.key "entry/short" in ${file} has the shape (10); expected a value for each of the 12 frames, (12)`,
    ],
    [
      { recorded_energy: { key: 'entry/energies' } },
      DataError,
      `recorded_energy.key "entry/energies" in ${file} holds 12 values of shape (12) that do not agree, among them 0 keV; expected one above 0`,
    ],
    [
      { recorded_psize: { key: 'entry/sizes' } },
      DataError,
      `recorded_psize.key "entry/sizes" in ${file} has the shape (3); expected one pixel size, or (row, col)`,
    ],
    [
      { positions_theory: Array.from({ length: 13 }, () => [0, 0]) },
      ConfigError,
      'positions_theory: 13 positions are given for 12 frames',
    ],
  ])('%j', async (changes, type, message) => {
    const failure: unknown = await initialized(changes).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(type);
    expect(messageOf(failure)).toContain(message);
  });
});

describe('frames that cannot be read', () => {
  const positions = { slow_key: 'y', fast_key: 'x' };

  it('stops at the first one and names frame, file and cause', async () => {
    const scan = await initialized({ intensities: { file: damaged, key: 'data' }, positions });
    await scan.auto(4);
    const failure: unknown = await scan.auto(4).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FileError);
    expect(messageOf(failure)).toBe(
      `frame 5 of intensities.key "data" in ${damaged} cannot be read: cannot read '/data': filter returned failure during read`,
    );
  });

  it('leaves them out and says so with on_bad_frame: skip', async () => {
    const changes = { intensities: { file: damaged, key: 'data' }, positions, on_bad_frame: 'skip' };
    const { log, warnings } = hearing();
    const found = await all(await initialized(changes, log), 4);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/^frame 5 of .*damaged\.h5 cannot be read: .*; left out$/);
    expect(warnings[1]).toMatch(/^frame 6 of .*damaged\.h5 cannot be read: .*; left out$/);
    expect(found.map(({ chunk }) => chunk.indices)).toEqual([
      [0, 1, 2, 3],
      [4, 7],
      [8, 9, 10, 11],
    ]);
    const { chunk } = found[1];
    expect(Array.from(chunk.positions.data)).toEqual([4, 4, 7, 7].map((x) => x * 1e-6));
    expect(chunk.data.shape).toEqual([2, 64, 64]);
    expect(chunk.data.data[64 * 64]).toBe((7 * 64 * 64) % 1000);
  });

  it('goes on when a whole chunk is left out', async () => {
    const scan = await initialized({
      intensities: { file: damaged, key: 'data' },
      positions,
      on_bad_frame: 'skip',
    });
    const found = await all(scan, 1);
    expect(found.flatMap(({ chunk }) => chunk.indices)).toEqual([0, 1, 2, 3, 4, 7, 8, 9, 10, 11]);
    expect(found.map(({ chunk }) => chunk.num)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('says of a truncated file that it is one', async () => {
    const failure: unknown = await initialized({
      intensities: { file: broken, key: 'data' },
      positions,
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FileError);
    expect(messageOf(failure)).toMatch(
      new RegExp(`^${broken}: cannot open: truncated file: .* \\(looking for intensities.key "data"\\)$`),
    );
  });

  it('names a filter that is not there', async () => {
    const failure: unknown = await initialized({ intensities: { file: filtered, key: 'data' }, positions })
      .then((scan) => scan.auto(5))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FileError);
    expect(messageOf(failure)).toMatch(/^frame 0 of .*filtered\.h5 cannot be read: .*32768.*not available/);
  });
});

describe('only what is asked for is read', () => {
  const positions = { slow_key: 'y', fast_key: 'x' };

  it('no other frames: damaged ones outside the bounds do not matter', async () => {
    const scan = await initialized({
      intensities: { file: damaged, key: 'data' },
      positions: { ...positions, bounding_box: { fast_axis_bounds: 7 } },
    });
    const found = await all(scan);
    expect(found.flatMap(({ chunk }) => chunk.indices)).toEqual([0, 1, 2, 3, 4]);
    expect(found[0].chunk.data.data[0]).toBe((7 * 64 * 64) % 1000);
  });

  it('no other pixels: damaged ones outside the region do not matter', async () => {
    // Chunks of 32×32 pixels; the top left one of every frame is damaged.
    const source = { intensities: { file: holes, key: 'data' }, positions };
    await expect((await initialized({ ...source, shape: 32, center: [16, 16] })).auto(12)).rejects.toThrow(
      'frame 0 of',
    );
    const scan = await initialized({
      ...source,
      shape: [64, 32],
      center: [32, 48],
      flatfield: { key: 'data' },
      mask: { key: 'data' },
    });
    const found = await all(scan);
    expect(found.map(({ chunk }) => chunk.data.shape)).toEqual([
      [5, 64, 32],
      [5, 64, 32],
      [2, 64, 32],
    ]);
    // Pixels without counts have no response either: they are masked.
    expect(new Set(found[2].chunk.data.data)).toEqual(new Set([0, 1]));
  });

  class Exposed extends Hdf5Loader {
    frames(indices: number[], region: Region | undefined): Promise<LoadedFrames> {
      return this.load(indices, region);
    }

    async corrected(indices: number[], region: Region | undefined): Promise<LoadedFrames> {
      const { frames, weights } = await this.load(indices, region);
      const raw = { data: frames, weights, indices, region } as Parameters<Hdf5Loader['correct']>[0];
      const { data } = await this.correct(raw, this.rawMeta);
      return { frames: data, weights };
    }
  }

  it('a region equals the same part of the whole frame', async () => {
    const regions = fc.record({
      row: fc.integer({ min: -5, max: 14 }),
      col: fc.integer({ min: -5, max: 14 }),
      rows: fc.integer({ min: 1, max: 16 }),
      cols: fc.integer({ min: 1, max: 16 }),
    });
    const frames = fc.shuffledSubarray([...Array(12).keys()], { minLength: 1 });
    const padding = fc.constantFrom(0, 1);
    const scans = [null, [1, 2, 3, 0]].map((padded) => {
      const source = { darkfield: 'entry/dark', flatfield: 'entry/flatfield', mask: 'entry/mask' };
      const keys = Object.entries(source).map(([name, key]) => [name, { key }]);
      const groups = Object.fromEntries(keys) as Record<string, object>;
      return new Exposed(given({ ...groups, padding: padded }));
    });
    for (const scan of scans) await scan.initialize();
    await fc.assert(
      fc.asyncProperty(regions, frames, padding, async (region, indices, padded) => {
        const scan = scans[padded];
        for (const load of ['frames', 'corrected'] as const) {
          const part = await scan[load](indices, region);
          const whole = await scan[load](indices, undefined);
          for (const name of ['frames', 'weights'] as const) {
            const expected = cropPad(whole[name] as Stack, region);
            const got = part[name] as Stack;
            expect(got.shape).toEqual(expected.shape);
            expect(got.dtype).toBe(expected.dtype);
            // A pixel without response is not a number, inside as in the whole frame; outside there is nothing at all.
            expect(got.data).toEqual(expected.data);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('corrections bring nothing bad to pass', () => {
  it('a pixel without response is masked in every frame, and counted', async () => {
    const { log, warnings } = hearing();
    const scan = await initialized({ flatfield: { key: 'entry/flatfield' } }, log);
    const found = await all(scan, 12);
    expect(scan.screened).toEqual({ notFinite: 12, negative: 0, saturated: 0, hot: 0 });
    expect(warnings).toEqual(['bad pixels were masked: 12 not finite']);
    const { data, weights } = found[0].chunk;
    expect([data.data[40], weights.data[40], weights.data[39]]).toEqual([0, 0, 1]);
  });

  it('saturation and negative counts are judged before the dark field is taken away', async () => {
    const scan = await initialized({
      intensities: { key: 'extremes' },
      darkfield: { key: 'extreme_dark' },
      flatfield: { key: 'extreme_flat' },
    });
    const found = await all(scan, 12);
    expect(scan.screened).toEqual({ notFinite: 0, negative: 12, saturated: 12, hot: 0 });
    const { data, weights } = found[0].chunk;
    expect(Array.from(data.data.subarray(0, 4))).toEqual([2147483547 / 4, 0, 0, 25]);
    expect(Array.from(weights.data.subarray(0, 4))).toEqual([0, 0, 1, 1]);
  });
});
