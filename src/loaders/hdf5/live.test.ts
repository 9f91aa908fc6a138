/** Scans that real h5py writes, in SWMR mode, in another process while they are loaded. */
import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONTRACT_FRAMES, loaderContract } from '../../../test/contracts/loader.ts';
import { GEOMETRY, requirePackage } from '../../../test/tools/array-scan.ts';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { python } from '../../../test/tools/python.ts';
import { ConfigError, DataError } from '../../errors.ts';
import { EOS, WAIT, type AutoAnswer, type DataPackage } from '../../frames/package.ts';
import { silentLog } from '../../log.ts';
import type { PtyScan, ScanOptions } from '../../scan/pty-scan.ts';
import { Hdf5Loader } from './loader.ts';
import { areQuiet } from './quiet-files.ts';
import { ScanRegistry } from '../registry.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

/**
 * Frames and, in another file, positions. \`argument\`: files, frames allocated at first, positions allocated at first.
 * A line is \`data N\` or \`positions N\` (as many by now), \`key I\` (that one is complete) or \`count N\`.
 */
const WRITER = `
file, motors, frames, points = argument
f = h5py.File(file, 'w', libver='latest')
m = h5py.File(motors, 'w', libver='latest')
d = f.create_dataset('entry/data', (frames, 4, 6), 'uint16', maxshape=(frames or None, 4, 6), chunks=(1, 4, 6))
k = f.create_dataset('entry/key', (frames,), 'i8', maxshape=(frames or None,), chunks=(4,))
c = f.create_dataset('entry/count', data=0)
f['entry/mask'] = np.arange(24).reshape(4, 6) > 0
f['entry/masks'] = np.ones((12, 4, 6), bool)
p = m.create_dataset('xy', (points, 2), maxshape=(points or None, 2), chunks=(4, 2), dtype='f8')
for i in range(points):
    p[i] = i, -i
f.swmr_mode = True
m.swmr_mode = True
line = step()
while line:
    what, n = line.split()
    n = int(n)
    if what == 'data':
        if not frames: d.resize(n, 0)
        for i in range(n): d[i] = i + 1
    if what == 'positions':
        p.resize(n, 0)
        for i in range(n): p[i] = i, -i
    if what == 'key':
        if len(k) <= n: k.resize(n + 1, 0)
        k[n] = 7
    if what == 'count': c[()] = n
    for x in (d, k, c, p): x.flush()
    line = step()
m.close()
f.close()
`;

function parameters(file: string, motors: string, more: object = {}): Record<string, unknown> {
  return {
    intensities: { file, key: 'entry/data', ...(more as { intensities?: object }).intensities },
    positions: {
      file: motors,
      slow_key: 'xy',
      slow_index: 0,
      slow_multiplier: 2,
      fast_key: 'xy',
      fast_index: 1,
      ...(more as { positions?: object }).positions,
    },
    ...GEOMETRY,
    ...Object.fromEntries(
      Object.entries(more).filter(([name]) => name !== 'intensities' && name !== 'positions'),
    ),
  };
}

async function follow(given: object, options: ScanOptions = {}): Promise<Hdf5Loader> {
  const scan = new Hdf5Loader(given, { follow: true, log: silentLog, ...options });
  await scan.initialize();
  return scan;
}

/** Indices of a package; each frame must have its own pixels and position. */
function indicesOf(answer: AutoAnswer): number[] {
  const { iterable } = requirePackage(answer);
  for (const { index, data, position } of iterable) {
    expect(data?.data[23]).toBe(index + 1);
    expect(Array.from(position.data).map((x) => x + 0)).toEqual([2 * index, 0 - index].map((x) => x + 0));
  }
  return iterable.map(({ index }) => index);
}

async function writing(name: string, frames: number, points: number) {
  const [file, motors] = [at(`${name}.h5`), at(`${name}-motors.h5`)];
  return { file, motors, writer: await python(WRITER, [file, motors, frames, points]) };
}

describe('a growing dataset without a live key', () => {
  it('gives frames that have positions, as they come, until its writer closes it', async () => {
    const { file, motors, writer } = await writing('growing', 0, 0);
    const scan = await follow(parameters(file, motors, { min_frames: 2, mask: { file, key: 'entry/mask' } }));
    expect(scan.numFrames).toBeNull();
    expect(await scan.auto(10)).toBe(WAIT);
    await writer.tell('data 3');
    expect(await scan.auto(10)).toBe(WAIT);
    await writer.tell('positions 1');
    expect(await scan.auto(10)).toBe(WAIT);
    await writer.tell('positions 5');
    const first = requirePackage(await scan.auto(10));
    expect(indicesOf(first)).toEqual([0, 1, 2]);
    expect(Array.from(first.chunk.weights.data.slice(0, 3))).toEqual([0, 1, 1]);
    expect(await scan.auto(10)).toBe(WAIT);
    await writer.tell('data 8');
    expect(indicesOf(await scan.auto(1))).toEqual([3, 4]);
    await writer.tell('positions 8');
    expect(indicesOf(await scan.auto(2))).toEqual([5, 6]);
    expect(await scan.auto(2)).toBe(WAIT);
    await writer.end();
    expect(indicesOf(await scan.auto(2))).toEqual([7]);
    expect(await scan.auto(2)).toBe(EOS);
  });

  it('ends with the positions, where they are all there from the start, or with num_frames', async () => {
    const { file, motors, writer } = await writing('known', 0, 6);
    const scan = await follow(parameters(file, motors));
    const few = await follow(parameters(file, motors, { num_frames: 2 }));
    expect([scan.numFrames, few.numFrames]).toEqual([6, 2]);
    await writer.tell('data 4');
    expect(indicesOf(await scan.auto(10))).toEqual([0, 1, 2, 3]);
    expect(indicesOf(await few.auto(10))).toEqual([0, 1]);
    expect(await few.auto(10)).toBe(EOS);
    expect(await scan.auto(10)).toBe(WAIT);
    await writer.tell('data 6');
    expect(indicesOf(await scan.auto(10))).toEqual([4, 5]);
    expect(await scan.auto(10)).toBe(EOS);
    await writer.end();
  });

  it('keeps bounds and skip', async () => {
    const { file, motors, writer } = await writing('bounds', 0, 0);
    const positions = { skip: 3, bounding_box: { slow_axis_bounds: [2, 9] } };
    const scan = await follow(parameters(file, motors, { positions }));
    await writer.tell('positions 12');
    await writer.tell('data 2');
    expect(await scan.auto(10)).toBe(WAIT);
    await writer.tell('data 6');
    const storage = (answer: AutoAnswer): number[] =>
      requirePackage(answer).iterable.map(({ data }) => (data?.data[0] ?? 0) - 1);
    expect(storage(await scan.auto(10))).toEqual([2, 5]);
    await writer.tell('data 12');
    expect(storage(await scan.auto(10))).toEqual([8]);
    await writer.end();
    expect(await scan.auto(10)).toBe(EOS);
  });
});

/** As if nobody had touched the files for an hour. */
function age(...files: readonly string[]): void {
  const then = Date.now() / 1000 - 3600;
  for (const file of files) utimesSync(file, then, then);
}

describe('a scan that was over before it is followed', () => {
  it('ends with the frames that there are, where its writer has closed the files', async () => {
    const { file, motors, writer } = await writing('closed', 0, 0);
    await writer.tell('data 5');
    await writer.tell('positions 4');
    await writer.end();
    age(file, motors);
    const { log, warnings } = hearing();
    const scan = await follow(parameters(file, motors), { log });
    expect(indicesOf(await scan.auto(10))).toEqual([0, 1, 2, 3]);
    expect(await scan.auto(10)).toBe(EOS);
    expect(warnings.join()).toContain('closed by its writer with 4 of 5 frames complete');
  });

  it('waits for files that were closed just now, and for a writer that never closed them', async () => {
    const { file, motors, writer } = await writing('crashed', 0, 0);
    await writer.tell('data 5');
    await writer.tell('positions 5');
    age(file, motors);
    const scan = await follow(parameters(file, motors));
    expect(indicesOf(await scan.auto(10))).toEqual([0, 1, 2, 3, 4]);
    expect(await scan.auto(10)).toBe(WAIT);
    expect(scan.awaits()).toBe(`the program that has ${file} open, or crashed and left it open`);
    await writer.end();
    const fresh = await follow(parameters(file, motors));
    expect(indicesOf(await fresh.auto(10))).toEqual([0, 1, 2, 3, 4]);
    expect(await fresh.auto(10)).toBe(WAIT);
    expect(fresh.awaits()).toBe(`more frames in ${file}, which does not state how many there will be`);
  });

  it.each([
    ['all frames complete', 3, EOS],
    ['one frame missing', 2, WAIT],
  ])('in a file that does not say whether it is written, %s', async (_, keys, end) => {
    const file = at(`plain-${keys}.h5`);
    h5py(
      `
file, keys = argument
with h5py.File(file, 'w') as f:
    d = f.create_dataset('entry/data', (3, 4, 6), 'uint16', maxshape=(None, 4, 6), chunks=(1, 4, 6))
    d[:] = np.arange(1, 4)[:, None, None]
    f.create_dataset('entry/key', data=(np.arange(3) < keys).astype('i4'), maxshape=(None,), chunks=(4,))
    f.create_dataset('xy', data=np.stack([np.arange(3.), -np.arange(3.)], 1), maxshape=(None, 2), chunks=(4, 2))`,
      [file, keys],
    );
    age(file);
    const scan = await follow(parameters(file, file, { intensities: { live_key: 'entry/key' } }));
    expect(indicesOf(await scan.auto(10))).toEqual([0, 1, 2].slice(0, keys));
    expect(await scan.auto(10)).toBe(end);
  });

  it('leaves slow scans more time', () => {
    const file = at('slow.h5');
    writeFileSync(file, '');
    const { mtimeMs, birthtimeMs } = statSync(file);
    expect(areQuiet([file], 3, mtimeMs + 4999)).toBe(false);
    expect(areQuiet([file], 3, mtimeMs + 5000)).toBe(true);
    const later = birthtimeMs + 300_000;
    utimesSync(file, later / 1000, later / 1000);
    expect(areQuiet([file], 3, later + 900_000)).toBe(false);
    expect(areQuiet([file], 3, later + 1_001_000)).toBe(true);
  });
});

describe('a live key', () => {
  it('tells which frames are complete, in whatever order', async () => {
    const { file, motors, writer } = await writing('keys', 7, 7);
    const scan = await follow(parameters(file, motors, { intensities: { live_key: 'entry/key' } }));
    expect(scan.numFrames).toBe(7);
    await writer.tell('data 7');
    expect(await scan.auto(10)).toBe(WAIT);
    await writer.tell('key 3');
    expect(indicesOf(await scan.auto(10))).toEqual([3]);
    for (const i of [6, 0, 1]) await writer.tell(`key ${i}`);
    expect(indicesOf(await scan.auto(2))).toEqual([0, 1]);
    expect(indicesOf(await scan.auto(2))).toEqual([6]);
    for (const i of [2, 4, 5]) await writer.tell(`key ${i}`);
    expect(indicesOf(await scan.auto(10))).toEqual([2, 4, 5]);
    expect(await scan.auto(2)).toBe(EOS);
    await writer.end();
  });

  it('may be a count, and of the positions', async () => {
    const { file, motors, writer } = await writing('count', 7, 7);
    const live = { intensities: { live_key: 'entry/count' }, positions: { file: null } };
    h5py(
      `f = h5py.File(argument, 'w'); f['xy'] = np.stack([np.arange(7.), -np.arange(7.)], 1); f['n'] = [5]`,
      at('static.h5'),
    );
    const positions = { ...live.positions, file: at('static.h5'), live_slow_key: 'n', live_fast_key: 'n' };
    const scan = await follow(parameters(file, motors, { ...live, positions }));
    await writer.tell('data 7');
    await writer.tell('count 4');
    expect(indicesOf(await scan.auto(10))).toEqual([0, 1, 2, 3]);
    await writer.tell('count 7');
    expect(indicesOf(await scan.auto(10))).toEqual([4]);
    await writer.end();
    expect(await scan.auto(10)).toBe(EOS);
  });

  it('gives all ranks the same frames', async () => {
    const { file, motors, writer } = await writing('ranks', 9, 9);
    await writer.tell('data 9');
    const found = await onRanks(3, async (communicator) => {
      const given = parameters(file, motors, {
        intensities: { live_key: 'entry/key' },
        load_parallel: 'all',
      });
      const scan = await follow(given, { communicator });
      const packages: DataPackage[] = [];
      for (let i = 0; ;) {
        if (communicator.rank === 0 && i < 9) await writer.tell(`key ${(4 * i++) % 9}`);
        const answer = await scan.auto(4);
        if (answer === EOS) return packages;
        if (answer !== WAIT) packages.push(answer);
      }
    });
    await writer.end();
    const indices = found.map((packages) => packages.flatMap(({ chunk }) => chunk.indices));
    expect(indices[1]).toEqual(indices[0]);
    expect(indices[2]).toEqual(indices[0]);
    expect([...indices[0]].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const own = found.flatMap((packages) => packages.flatMap(({ chunk }) => chunk.indicesNode));
    expect(own.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('before the first frame', () => {
  it('says what is not there yet', async () => {
    const given = parameters(at('later.h5'), at('motors-later.h5'));
    const scan = new Hdf5Loader(given, { follow: true });
    expect(scan.sources).toEqual([at('later.h5'), at('motors-later.h5')]);
    expect(await scan.missing()).toContain('intensities.key "entry/data" in');
    h5py(`h5py.File(argument, 'w')['entry/data'] = np.zeros((2, 3, 4))`, at('later.h5'));
    h5py(`h5py.File(argument, 'w')['x'] = np.zeros(2)`, at('motors-later.h5'));
    expect(await scan.missing()).toContain('positions.slow_key "xy" in');
    h5py(`h5py.File(argument, 'a')['xy'] = np.zeros((2, 2))`, at('motors-later.h5'));
    expect(await scan.missing()).toBeUndefined();
  });
});

describe('what is not defined while a scan is measured', () => {
  it.each([
    ['normalisation.key', { normalisation: { key: 'i0' } }],
    ['framefilter.key', { framefilter: { key: 'good' } }],
    ['frameorder.indices', { frameorder: { indices: [1, 0] } }],
  ])('%s is refused', (path, more) => {
    const given = parameters('a.h5', 'b.h5', more);
    expect(() => new Hdf5Loader(given, { follow: true })).toThrow(ConfigError);
    expect(() => new Hdf5Loader(given, { follow: true })).toThrow(`${path}: needs all frames`);
    expect(() => new Hdf5Loader(given)).not.toThrow();
  });

  it('a mask of each frame is refused, positions of which one axis grows too', async () => {
    const { file, motors, writer } = await writing('refused', 12, 12);
    await expect(follow(parameters(file, motors, { mask: { file, key: 'entry/masks' } }))).rejects.toThrow(
      'mask.key: is laid out like the frames',
    );
    await writer.end();
    h5py(
      `
f = h5py.File(argument, 'w')
f['a'] = np.zeros(12); f.create_dataset('b', (3,), maxshape=(None,))`,
      at('half.h5'),
    );
    const positions = {
      file: at('half.h5'),
      slow_key: 'a',
      slow_index: null,
      fast_key: 'b',
      fast_index: null,
    };
    const scan = follow(parameters(file, motors, { positions }));
    await expect(scan).rejects.toThrow(DataError);
    await expect(scan).rejects.toThrow(/fast_key "b".* grows, .*slow_key "a".* does not/);
  });
});

describe('SwmrLoader', () => {
  it('is the same loader and needs a live key', () => {
    const given = parameters('a.h5', 'b.h5');
    expect(() => new ScanRegistry().create('SwmrLoader', given)).toThrow(/intensities\.live_key: is needed/);
    expect(new ScanRegistry().create('Hdf5Loader', given)).toBeInstanceOf(Hdf5Loader);
  });
});

loaderContract('SwmrLoader of a finished scan', () => {
  const file = at('contract.h5');
  h5py(
    `
with h5py.File(argument, 'w') as f:
    f['data'] = np.arange(50)[:, None, None] * 100 + np.arange(80).reshape(8, 10)
    f['y'] = np.arange(10.); f['x'] = np.arange(5.) * 3
    f['key'] = np.arange(1, 51).reshape(50, 1, 1)`,
    file,
  );
  const create = (more: object = {}, options?: ScanOptions, name = file): PtyScan =>
    new ScanRegistry().create(
      'SwmrLoader',
      {
        ...GEOMETRY,
        intensities: { file: name, key: 'data', live_key: 'key' },
        positions: { slow_key: 'y', fast_key: 'x' },
        ...more,
      },
      options,
    );
  return {
    create,
    missing: { create: () => create({}, undefined, 'none.h5'), name: 'none.h5' },
    positions: Array.from({ length: CONTRACT_FRAMES }, (_, i) => [Math.floor(i / 5), (i % 5) * 3] as const),
    frame: (index) => Array.from({ length: 80 }, (_, p) => index * 100 + p),
  };
});
