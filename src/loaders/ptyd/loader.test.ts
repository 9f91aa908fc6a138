/** Prepared files as a source of frames: complete, still growing, or to be prepared anew. */
import {
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ArrayScan,
  gridPositions,
  numberedFrames,
  packagesOf,
  requirePackage,
} from '../../../test/tools/array-scan.ts';
import { goldenPath, openGolden } from '../../../test/tools/golden.ts';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import { sliceFirst, toNumbers, type RealDType, type NdArray } from '../../array/ndarray.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { ConfigError } from '../../errors.ts';
import { EOS, WAIT } from '../../frames/package.ts';
import { createGeometry } from '../../geometry/propagation.ts';
import { silentLog } from '../../log.ts';
import type { Communicator } from '../../parallel/communicator.ts';
import type { Given } from '../../params/declare.ts';
import { Hdf5Loader } from '../hdf5/loader.ts';
import { MoonFlowerScan } from '../moonflower/loader.ts';
import { PtydScan } from './loader.ts';
import { WatchLoader } from '../watch/loader.ts';

const folder = temporaryFolder();

async function open(parameters: object): Promise<PtydScan> {
  const scan = new PtydScan(parameters, { log: silentLog });
  await scan.initialize();
  return scan;
}

/** Sums, corners and positions of every frame of a file, by h5py. */
function numpy(file: string): { sums: number[]; corners: number[]; positions: number[]; indices: number[] } {
  return h5py(
    `
f = h5py.File(argument, 'r')
chunks = [f['chunks'][k] for k in sorted(f['chunks'], key=int)]
data = np.concatenate([c['data'][...] for c in chunks])
result = dict(sums=data.sum((1, 2)).tolist(), corners=data[:, 31, 30].tolist(),
              positions=np.concatenate([c['positions'][...] for c in chunks]).ravel().tolist(),
              indices=np.concatenate([c['indices'][...] for c in chunks]).tolist())
`,
    file,
  ) as ReturnType<typeof numpy>;
}

describe('files of ptypy', () => {
  it.each(['moon_append.ptyd', 'moon_link.ptyd'])('%s is read whole, as h5py reads it', async (name) => {
    const file = goldenPath(`files/${name}`);
    const scan = await open({ dfile: file });
    expect(scan.numFrames).toBe(60);
    const packages = await packagesOf(scan, 13);
    expect(packages.map(({ chunk }) => chunk.indices.length)).toEqual([13, 13, 13, 13, 8]);
    const reference = numpy(file);
    const frames = packages.flatMap(({ iterable }) => iterable);
    expect(frames.map(({ index }) => index)).toEqual(reference.indices);
    expect(frames.map(({ data }) => (data as NdArray<'int32'>).data.reduce((sum, n) => sum + n, 0))).toEqual(
      reference.sums,
    );
    expect(frames.map(({ data }) => data?.data[31 * 64 + 30])).toEqual(reference.corners);
    expect(frames.flatMap(({ position }) => Array.from(position.data))).toEqual(reference.positions);
    expect(frames.every(({ mask }) => mask?.data.every((m) => m === 1))).toBe(true);
    expect(packages[0].chunk.data.dtype).toBe('int32');
    expect(packages[0].common).toEqual({
      version: 0.1,
      num_frames: 60,
      label: 'moon',
      experimentID: null,
      shape: [64, 64],
      center: [32, 32],
      psize: [5e-5, 5e-5],
      distance: 2,
      energy: 8,
      propagation: 'farfield',
      electron_data: false,
      weight2d: { dtype: 'bool', shape: [64, 64], data: new Uint8Array(4096).fill(1) },
    });
  });

  it('moon_unfinished.ptyd gives 20 frames, 15, and then WAIT', async () => {
    const scan = await open({ dfile: goldenPath('files/moon_unfinished.ptyd') });
    expect(requirePackage(await scan.auto(20)).chunk.indices).toHaveLength(20);
    expect(requirePackage(await scan.auto(20)).chunk.indices).toHaveLength(15);
    expect(await scan.auto(20)).toBe(WAIT);
    expect(await scan.auto(20)).toBe(WAIT);
  });

  it('moon_unfinished.ptyd, prepared anew, ends after as many frames as were asked for', async () => {
    const scan = await open({
      source: goldenPath('files/moon_unfinished.ptyd'),
      num_frames: 30,
      shape: null,
    });
    expect((await packagesOf(scan, 20)).map(({ chunk }) => chunk.indices.length)).toEqual([20, 10]);
  });
});

const frames = numberedFrames(9, 4, 6);
const positions = gridPositions(9);

function prepare(dfile: string, more: object = {}): ArrayScan {
  return new ArrayScan(
    { shape: null, energy: 5, psize: 1e-4, center: [2, 3], save: 'link', dfile, ...more },
    { frames, positions },
  );
}

async function prepared(name: string, more: object = {}): Promise<string> {
  const file = join(folder, name);
  const scan = prepare(file, more);
  await scan.initialize();
  await packagesOf(scan, 4);
  return file;
}

describe('source: file or none', () => {
  it.each(['file', null])(
    '(%s) reads dfile as it is and ignores parameters of preparation',
    async (source) => {
      const dfile = await prepared(`as-is-${source}.ptyd`);
      const before = readFileSync(dfile);
      const scan = await open({
        ...{
          source,
          dfile,
          save: 'append',
          shape: 2,
          rebin: 2,
          orientation: 3,
          center: [0, 1],
          auto_center: true,
        },
        ...{ energy: 99, psize: 9, distance: 9, force_square: true, hot_pixels: true, saturation: 10 },
      });
      const [{ chunk, common }] = await packagesOf(scan, 100);
      expect(chunk.data).toEqual(frames);
      expect(common).toMatchObject({
        energy: 5,
        psize: [1e-4, 1e-4],
        center: [2, 3],
        shape: [4, 6],
        distance: 7.19,
      });
      expect(readFileSync(dfile).equals(before)).toBe(true);
      expect(existsSync(`${dfile}.old`)).toBe(false);
    },
  );

  it('takes what the file does not say from the parameters', async () => {
    const dfile = join(folder, 'bare.ptyd');
    h5py(
      `
f = h5py.File(argument, 'w')
f['chunks/0/data'] = np.ones((1, 4, 6)); f['chunks/0/positions'] = np.zeros((1, 2)); f['meta/energy'] = 5.0`,
      dfile,
    );
    const [{ common }] = await packagesOf(await open({ dfile, energy: 1, distance: 3, label: 'L' }), 1);
    expect(common).toMatchObject({ energy: 5, distance: 3, label: 'L', center: [2, 3], shape: [4, 6] });
  });

  it('needs a file to read', () => {
    expect(() => new PtydScan({})).toThrow(ConfigError);
    expect(() => new PtydScan({})).toThrow(/give its path as dfile, or as source/);
  });
});

describe('source: PATH', () => {
  it('prepares that file anew and may save it', async () => {
    const source = await prepared('source.ptyd');
    const dfile = join(folder, 'again.ptyd');
    const scan = await open({
      source,
      dfile,
      save: 'append',
      shape: [2, 4],
      rebin: 2,
      orientation: 4,
      energy: 6,
    });
    await packagesOf(scan, 4);
    const [{ chunk, common }] = await packagesOf(await open({ dfile }), 100);
    expect(common).toMatchObject({ shape: [2, 1], energy: 6, psize: [2e-4, 2e-4], center: [1, 0.5] });
    const first = 1 + 100 + 1;
    expect(chunk.data.data[0]).toBe(4 * first + 0 + 1 + 100 + 101);
    expect(chunk.positions).toEqual(positions);
  });

  it('never saves onto itself, by whatever name', async () => {
    const source = await prepared('itself.ptyd');
    const same = new PtydScan({ source, dfile: join(folder, '.', 'itself.ptyd'), save: 'append' });
    await expect(same.initialize()).rejects.toThrow(/is read by this scan/);
    const link = join(folder, 'link.ptyd');
    symlinkSync(source, link);
    const scan = new PtydScan({ source: link, dfile: source, save: 'append' });
    await expect(scan.initialize()).rejects.toThrow(/is read by this scan/);
    expect(existsSync(`${source}.old`)).toBe(false);
    // Without saving, dfile means nothing.
    expect(await packagesOf(await open({ source, dfile: source }), 100)).toHaveLength(1);
  });

  it('takes positions_theory for the scan points that the frames are of', async () => {
    const source = join(folder, 'gaps.ptyd');
    h5py(
      `
f = h5py.File(argument, 'w')
f['chunks/0/data'] = np.ones((2, 4, 6)); f['chunks/0/positions'] = np.zeros((2, 2)); f['chunks/0/indices'] = [3, 1]`,
      source,
    );
    const theory = [0, 1, 2, 3].map((i) => [i, -i]);
    const [{ chunk }] = await packagesOf(await open({ source, positions_theory: theory }), 10);
    expect(Array.from(toNumbers(chunk.positions))).toEqual([1, -1, 3, -3]);
    const short = await open({ source, positions_theory: theory.slice(0, 2) });
    await expect(short.auto(10)).rejects.toThrow('scan point 3 has no position: there are 2 positions');
  });
});

describe('a file that is still growing', () => {
  it.each(['link', 'append'])(
    '(save: %s) appears with its first chunk and can be followed to its end',
    async (save) => {
      const dfile = join(folder, `live-${save}.ptyd`);
      const writer = prepare(dfile, { save });
      await writer.initialize();
      await expect(open({ dfile })).rejects.toThrow('does not exist');
      await writer.auto(4);
      const reader = await open({ dfile });
      const first = requirePackage(await reader.auto(3));
      expect(first.common).toMatchObject({ energy: 5, psize: [1e-4, 1e-4], center: [2, 3], num_frames: 9 });
      expect(first.chunk.data).toEqual(sliceFirst(frames, 0, 3));
      expect(requirePackage(await reader.auto(3)).chunk.indices).toEqual([3]);
      expect(await reader.auto(3)).toBe(WAIT);
      await packagesOf(writer, 3);
      const rest = await packagesOf(reader, 3);
      expect(rest.flatMap(({ chunk }) => chunk.indices)).toEqual([4, 5, 6, 7, 8]);
    },
  );

  it('ends when its writer found fewer frames than announced', async () => {
    const dfile = join(folder, 'fewer.ptyd');
    const writer = new ArrayScan(
      { shape: null, save: 'link', dfile },
      {
        frames,
        positions,
        check: (asked, start) => ({ accessible: Math.min(asked, 4 - start), endOfScan: start >= 4 }),
      },
    );
    await writer.initialize();
    await writer.auto(4);
    const reader = await open({ dfile });
    expect(requirePackage(await reader.auto(10)).chunk.indices).toHaveLength(4);
    expect(await reader.auto(10)).toBe(WAIT);
    expect(await writer.auto(4)).toBe(EOS);
    expect(await reader.auto(10)).toBe(EOS);
  });

  it('without a number of frames ends with those that are there', async () => {
    const dfile = join(folder, 'unknown.ptyd');
    h5py(
      `
f = h5py.File(argument, 'w')
f['chunks/0/data'] = np.ones((3, 4, 6)); f['chunks/0/positions'] = np.zeros((3, 2))`,
      dfile,
    );
    expect((await packagesOf(await open({ dfile }), 2)).map(({ chunk }) => chunk.indices.length)).toEqual([
      2, 1,
    ]);
  });

  it.each(['data', null] as const)(
    'gives every frame once on three ranks, in one order (load_parallel %s)',
    async (mode) => {
      const dfile = join(folder, `ranks-${mode}.ptyd`);
      // Frames of later chunks belong before those of earlier ones: the order depends on when one looks.
      const chunk = (k: number, indices: number[]): void => {
        h5py(
          `
file, k, indices = argument
with h5py.File('%s.part%d' % (file, k), 'w') as f:
    f['data'] = np.stack([np.full((2, 2), i) for i in indices]).astype('u2')
    f['positions'] = np.array([[i, -i] for i in indices], dtype=float); f['indices'] = indices
if k == 0:
    with h5py.File(file, 'w') as f:
        f['meta/num_frames'] = 12
        for n in range(3): f['chunks/%d' % n] = h5py.ExternalLink('%s.part%d' % (file, n), '/')
`,
          [dfile, k, indices],
        );
      };
      chunk(0, [8, 9, 10, 11]);
      const later: [number, number[]][] = [
        [1, [7, 6, 5, 4]],
        [2, [3, 1, 2, 0]],
      ];
      const found = await onRanks(3, async (communicator: Communicator) => {
        const scan = new PtydScan({ dfile, load_parallel: mode }, { communicator, log: silentLog });
        await scan.initialize();
        const packages = [requirePackage(await scan.auto(3))];
        if (communicator.rank === 0) for (const [k, indices] of later) chunk(k, indices);
        packages.push(...(await packagesOf(scan, 5)));
        return packages;
      });
      for (const packages of found) {
        expect(packages.flatMap((p) => p.chunk.indices)).toEqual([8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6, 7]);
        for (const { index, position } of packages.flatMap((p) => p.iterable)) {
          expect(Array.from(position.data)).toEqual([index, -index].map((x) => x + 0));
        }
      }
      const own = found.flatMap((packages) => packages.flatMap((p) => p.iterable)).filter(({ data }) => data);
      expect(
        own.map(({ index, data }) => [index, data?.data[0]]).sort((a, b) => Number(a[0]) - Number(b[0])),
      ).toEqual(Array.from({ length: 12 }, (_, i) => [i, i]));
    },
  );

  it('is read again when its writer replaces it and removes chunk files meanwhile', async () => {
    const linked = await prepared('swap.ptyd');
    const whole = await prepared('swap-whole.ptyd', { save: 'append' });
    const scan = await open({ dfile: linked });
    const held = readFileSync(linked);
    // The main file still has its links, the chunk file is gone: an error, once the file no longer changes.
    renameSync(`${linked}.chunk01`, `${linked}.gone`);
    await expect(scan.auto(9)).rejects.toThrow(/chunk01|chunks\/1/);
    unlinkSync(linked);
    writeFileSync(linked, held);
    copyFileSync(whole, linked);
    expect(requirePackage(await scan.auto(9)).chunk.data).toEqual(frames);
  });
});

describe('screening', () => {
  it('leaves frames of a prepared file alone that are valid', async () => {
    const golden = await openGolden('files/moon_append.ptyd');
    const raw = golden.read('chunks/1/data') as NdArray<RealDType>;
    golden.close();
    const scan = await open({ dfile: goldenPath('files/moon_append.ptyd') });
    await scan.auto(20);
    expect(requirePackage(await scan.auto(20)).chunk.data).toEqual(raw);
    expect(scan.screened).toEqual({ notFinite: 0, negative: 0, saturated: 0, hot: 0 });
  });
});

/** A file by h5py of nine 2x3 frames, with what `make` adds. */
function written(name: string, make: string): string {
  const file = join(folder, name);
  h5py(
    `
f = h5py.File(argument, 'w')
def chunk(k, a, b):
    f[f'chunks/{k}/data'] = np.arange(a, b)[:, None, None] + np.zeros((2, 3))
    f[f'chunks/{k}/positions'] = np.stack([np.arange(a, b), -np.arange(a, b)], 1) * 1e-6
def meta(**entries):
    for k, v in entries.items(): f['meta/' + k] = v
${make}
f.close()`,
    file,
  );
  return file;
}

const WHOLE = "chunk(0, 0, 9); meta(energy=8.0, distance=2.0, psize=1e-4, num_frames=9, label='of the file')";

describe('source: file of any class', () => {
  it('is read as it is; what the file overrules is named in one line', async () => {
    const dfile = written('any.ptyd', `${WHOLE}; meta(propagation='nearfield', version='2.5')`);
    const given: Given<typeof Hdf5Loader.parameters> = {
      ...{ source: 'file', dfile, intensities: { file: 'gone.h5', key: 'data' }, rebin: 2, shape: 64 },
      ...{ num_frames: 3, positions_theory: [[0, 0]], label: 'mine', propagation: 'farfield', energy: 9 },
      ...{ distance: 2, load_parallel: 'all' },
    };
    const { log, warnings } = hearing();
    const scan = new Hdf5Loader(given, { log });
    await scan.initialize();
    expect(warnings).toEqual([
      `${dfile} is used as it is; ignored: rebin, num_frames, positions_theory, shape, intensities, label, energy, propagation`,
    ]);
    expect(scan.origin.sources).toEqual([dfile]);
    const [{ chunk, common }] = await packagesOf(scan, 100);
    expect(chunk.indices).toHaveLength(9);
    expect(chunk.positions.data[2]).toBe(1e-6);
    expect(common).toMatchObject({
      ...{ energy: 8, distance: 2, psize: [1e-4, 1e-4], shape: [2, 3], num_frames: 9 },
      ...{ label: 'of the file', propagation: 'nearfield', version: '2.5' },
    });
  });

  it('needs no parameters of the class, and names the file that is missing', async () => {
    expect(() => new WatchLoader({ source: 'file', dfile: 'a.ptyd' })).not.toThrow();
    expect(() => new Hdf5Loader({ source: 'file' })).toThrow(ConfigError);
    await expect(new Hdf5Loader({ source: 'file', dfile: 'none.ptyd' }).initialize()).rejects.toThrow(
      'none.ptyd',
    );
  });

  it('takes from the parameters what the file does not say', async () => {
    const dfile = written('gaps-filled.ptyd', 'chunk(0, 0, 2); meta(distance=2.0)');
    const { log, warnings } = hearing();
    const scan = new PtydScan({ dfile, energy: 9, psize: 1e-4, label: 'mine' }, { log });
    await scan.initialize();
    expect(warnings).toEqual([]);
    const [{ common }] = await packagesOf(scan, 9);
    expect(common).toMatchObject({ energy: 9, distance: 2, psize: [1e-4, 1e-4], label: 'mine' });
  });
});

describe('what a file does not say', () => {
  it('stays unknown, and is named', async () => {
    const dfile = written('bare.ptyd', 'chunk(0, 0, 2); meta(energy=8.0)');
    const { log, warnings } = hearing();
    const scan = new PtydScan({ dfile }, { log });
    await scan.initialize();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('distance, psize are not known');
    const [{ common }] = await packagesOf(scan, 9);
    expect(common).toMatchObject({ energy: 8, distance: null, psize: null });
    expect(() => createGeometry(common)).toThrow('positions in metres cannot be placed');
  });

  it('is not what a simulation makes its frames for', async () => {
    const dfile = written('bare-moon.ptyd', 'chunk(0, 0, 2)');
    const scan = new MoonFlowerScan({ source: 'file', dfile }, { log: silentLog });
    await scan.initialize();
    expect(scan.info).toMatchObject({ energy: null, distance: null, psize: null });
  });

  it('is not invented when the file is prepared anew', async () => {
    const source = written('bare-again.ptyd', 'chunk(0, 0, 2); meta(positions_unit="pixel")');
    const dfile = join(folder, 'bare-anew.ptyd');
    await packagesOf(await open({ source, shape: null, save: 'append', dfile }), 9);
    const [{ common }] = await packagesOf(await open({ dfile }), 9);
    expect(common).toMatchObject({ energy: null, distance: null, psize: null, positions_unit: 'pixel' });
  });

  it('matters less where positions count pixels: lengths are pixels then', async () => {
    const attribute = "chunk(0, 0, 2); f['chunks/0/positions'].attrs['units'] = 'pixels'";
    const { log, warnings } = hearing();
    const scan = new PtydScan({ dfile: written('pixels.ptyd', attribute) }, { log });
    await scan.initialize();
    expect(warnings[0]).toContain('results are in pixels');
    const [{ common }] = await packagesOf(scan, 9);
    expect(createGeometry(common)).toMatchObject({ inPixels: true, resolutionM: [1, 1] });
    expect(() => createGeometry({ ...common, propagation: 'nearfield' })).toThrow('near field cannot');
  });

  it('pixels become metres where the geometry is known', async () => {
    const dfile = written('known.ptyd', `${WHOLE}; f['chunks/0/positions'].attrs['units'] = 'pixel'`);
    const [{ chunk, common }] = await packagesOf(await open({ dfile }), 9);
    const [height, width] = createGeometry(common).resolutionM;
    expect(common.positions_unit).toBe('m');
    expect(Array.from(chunk.positions.data.slice(2, 4))).toEqual([1e-6 * height, -1e-6 * width]);
  });
});

describe('meta and payload', () => {
  it('fewer frames announced than there are: all are taken, and a line says so', async () => {
    const dfile = written(
      'more.ptyd',
      'chunk(0, 0, 9); meta(energy=8.0, distance=2.0, psize=1e-4, num_frames=4)',
    );
    const { log, warnings } = hearing();
    const scan = new PtydScan({ dfile }, { log });
    await scan.initialize();
    expect(warnings).toEqual([`${dfile}: meta/num_frames is 4, but the file holds 9 frames: all are used`]);
    expect((await packagesOf(scan, 100))[0].chunk.indices).toHaveLength(9);
  });

  it('more announced: incomplete, until what is there is accepted', async () => {
    const dfile = written(
      'less.ptyd',
      'chunk(0, 0, 3); meta(energy=8.0, distance=2.0, psize=1e-4, num_frames=5)',
    );
    const scan = await open({ dfile });
    expect(scan.incomplete).toEqual({ file: dfile, frames: 3, announced: 5 });
    requirePackage(await scan.auto(9));
    expect(await scan.auto(9)).toBe(WAIT);
    const accepted = await open({ dfile, on_incomplete: 'accept' });
    expect(accepted.incomplete).toBeUndefined();
    expect((await packagesOf(accepted, 100))[0].chunk.indices).toHaveLength(3);
    const part = await open({ source: dfile, shape: null, num_frames: 2 });
    expect(part.incomplete).toBeUndefined();
  });

  it.each([
    ['energy=0.0', 'meta/energy is 0 keV'],
    ["energy='8 keV'", 'meta/energy is no number'],
    ['psize=np.array([1e-4, -1e-4])', 'meta/psize is 0.0001, -0.0001 m'],
    ["propagation='fresnel'", 'meta/propagation is "fresnel"'],
  ])('%s is an error that names file and entry', async (entry, message) => {
    const dfile = written('wrong.ptyd', `chunk(0, 0, 2); meta(${entry})`);
    await expect(open({ dfile })).rejects.toThrow(`${dfile}: ${message}`);
  });

  it('one weight for all frames may have an axis of one', async () => {
    const weights = "f['chunks/0/weights'] = np.array([[[1, 0, 1], [1, 1, 1]]])";
    const [{ chunk }] = await packagesOf(
      await open({ dfile: written('weights.ptyd', `${WHOLE}; ${weights}`) }),
      9,
    );
    const shape = chunk.weights.shape.slice(-2);
    expect(shape).toEqual([2, 3]);
    expect(Array.from(chunk.weights.data.slice(0, 6))).toEqual([1, 0, 1, 1, 1, 1]);
  });
});
