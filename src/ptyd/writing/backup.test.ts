/** What is under the name of a new scan: one that is complete moves aside, and what was not written here stays. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { sampled } from '../../../test/tools/sampled.ts';
import { ArrayScan, gridPositions, numberedFrames, packagesOf } from '../../../test/tools/array-scan.ts';
import { momentsOf } from '../../../test/tools/file-moments.ts';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { once } from '../../../test/tools/once.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { silentLog, type Log } from '../../log.ts';
import type { ScanOptions } from '../../scan/pty-scan.ts';

const folder = temporaryFolder();

/** Six frames, whose pixels all differ between scans. */
function scanOf(dfile: string, mode: string, add: number, options: ScanOptions = {}): ArrayScan {
  const frames = numberedFrames(6, 3, 3);
  const data = Int32Array.from(frames.data, (value) => value + add);
  return new ArrayScan(
    { shape: null, save: mode, dfile },
    { frames: { dtype: 'int32', shape: frames.shape, data }, positions: gridPositions(6) },
    options,
  );
}

async function save(dfile: string, mode: string, add = 0, log: Log = silentLog): Promise<void> {
  const scan = scanOf(dfile, mode, add, { log });
  await scan.initialize();
  await packagesOf(scan, 2);
}

/** First pixel of every frame as h5py finds them, the targets of the links, and all types stored. */
interface Look {
  readonly pixels: number[];
  readonly targets: string[];
  readonly types: Record<string, string>;
}

function look(file: string): Look {
  return h5py(
    `
types = {}
with h5py.File(argument, 'r') as f:
    c = f['chunks']
    links = [c.get(k, getlink=True) for k in c.keys()]
    f['meta'].visititems(lambda n, o: types.update({n: '%s %s %s' % (o.attrs['type'], o.dtype.kind, list(o.shape))}))
    f['info'].visititems(lambda n, o: types.update({n: '%s %s' % (o.attrs['type'], getattr(o, 'dtype', 'group'))}))
    result = dict(pixels=[int(d[0, 0]) for k in sorted(c, key=int) for d in c[k]['data'][:]],
                  targets=[getattr(link, 'filename', '') for link in links], types=types)
`,
    file,
  ) as Look;
}

const PIXELS = [0, 1, 2, 3, 4, 5].map((n) => 1 + 10000 * n);

describe('a new scan under the name of one that is complete', () => {
  it('moves it aside with its chunk files, in place of what was moved there before', async () => {
    const file = join(folder, 'linked.ptyd');
    await save(file, 'link');
    const before = look(file);
    const { log, warnings } = hearing();
    await save(file, 'link', 1, log);
    await save(file, 'link', 2, log);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('3 chunk files');
    for (const [k, name] of [
      [1, 'linked.ptyd.old'],
      [2, 'linked.ptyd'],
    ] as const) {
      const { pixels, targets, types } = look(join(folder, name));
      expect(pixels).toEqual(PIXELS.map((pixel) => pixel + k));
      expect(targets).toEqual(['00', '01', '02'].map((n) => `${name}.chunk${n}`));
      expect(types).toEqual(before.types);
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('linked'))).toHaveLength(8);
  });

  it('keeps one old scan, whatever the ways they were saved', async () => {
    const file = join(folder, 'ways.ptyd');
    const ways = ['link', 'append', 'link', 'merge', 'append'];
    for (const [k, way] of ways.entries()) await save(file, way, k);
    expect(look(`${file}.old`).pixels).toEqual(PIXELS.map((pixel) => pixel + 3));
    expect(look(file).pixels).toEqual(PIXELS.map((pixel) => pixel + 4));
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith('ways'))
        .sort(),
    ).toEqual(['ways.ptyd', 'ways.ptyd.old']);
  });

  it.each(sampled(1, ['link', 'append', 'merge']))(
    'is there before its first chunk, and the old one stays until then (%s)',
    async (mode) => {
      const file = join(folder, `until-${mode}.ptyd`);
      await save(file, 'link');
      const scan = scanOf(file, mode, 1);
      await scan.initialize();
      expect(look(file).pixels).toEqual(PIXELS);
      expect(existsSync(`${file}.old`)).toBe(false);
      await scan.auto(2);
      expect(look(`${file}.old`).pixels).toEqual(PIXELS);
      const found = h5py(
        `with h5py.File(argument, 'r') as f: c = f['chunks']; result = [int(d[0, 0]) for k in c.keys() if c.get(k) is not None for d in c[k]['data'][:]]`,
        file,
      );
      expect(found).toEqual(PIXELS.slice(0, 2).map((pixel) => pixel + 1));
    },
  );

  it.each(
    sampled<[string, string]>(1, [
      ['link', 'append'],
      ['append', 'link'],
      ['link', 'link'],
    ]),
  )('loses at no moment what was there (%s by %s)', async (old, mode) => {
    const [place, moments] = [join(folder, `${old}-by-${mode}`), join(folder, `${old}-by-${mode}-moments`)];
    mkdirSync(place);
    const file = join(place, 'S.ptyd');
    await save(file, old);
    const labels = await momentsOf(
      place,
      moments,
      () => 0,
      () => save(file, mode, 1),
    );
    const lost = h5py(
      `
import os
def pixels(file):
    try:
        with h5py.File(file, 'r') as f:
            c = f['chunks']
            return [int(d[0, 0]) for k in sorted((k for k in c.keys() if c.get(k) is not None), key=int) for d in c[k]['data'][:]]
    except OSError:
        return []
result = []
for i in range(argument['count']):
    names = ['%s/%d/S.ptyd%s' % (argument['moments'], i, end) for end in ('', '.old')]
    if argument['pixels'] not in [pixels(name) for name in names]:
        result.append(i)
`,
      { moments, count: labels.length, pixels: PIXELS },
    );
    expect(labels.length).toBeGreaterThan(3);
    expect(lost).toEqual([]);
  });

  it('touches no file named .old, or like its chunks, that is not of a scan moved aside', async () => {
    const file = join(folder, 'taken.ptyd');
    await save(file, 'link');
    writeFileSync(`${file}.old`, 'of somebody else');
    writeFileSync(`${file}.old.1.chunk01`, 'of somebody else');
    await save(file, 'append', 1);
    expect(readFileSync(`${file}.old`, 'utf8')).toBe('of somebody else');
    expect(readFileSync(`${file}.old.1.chunk01`, 'utf8')).toBe('of somebody else');
    expect(look(`${file}.old.2`).pixels).toEqual(PIXELS);
  });

  it('leaves files alone that it links to but that are not its chunk files', async () => {
    const [file, raw] = [join(folder, 'mixed.ptyd'), join(folder, 'mixed.ptyd.raw.h5')];
    h5py(
      `
file, raw = argument
with h5py.File(raw, 'w') as f:
    f['entry/0/data'] = np.full((2, 3, 3), 7)
    f['entry/0/positions'] = np.zeros((2, 2))
with h5py.File(file, 'w') as f:
    f['meta/energy'] = np.float32(7)
    f['chunks/0/data'] = np.full((1, 3, 3), 5, dtype='u2')
    f['chunks/0/positions'] = np.zeros((1, 2))
    f['chunks/1'] = h5py.ExternalLink('mixed.ptyd.raw.h5', '/entry/0')
    f['chunks/2'] = h5py.ExternalLink('mixed.ptyd.chunk02', '/')
    f['notes'] = 'kept'
with h5py.File(file + '.chunk02', 'w') as f:
    f['data'] = np.full((1, 3, 3), 9)
    f['positions'] = np.zeros((1, 2))
    for name in f: f[name].attrs['type'] = 'array'
`,
      [file, raw],
    );
    await save(file, 'append');
    expect(existsSync(raw)).toBe(true);
    const found = h5py(
      `
with h5py.File(argument, 'r') as f:
    c = f['chunks']
    result = [[int(v[0, 0]) for k in '012' for v in c[k]['data'][:]], f['notes'][()].decode(), str(f['meta/energy'].dtype),
              str(c['0/data'].dtype), c.get('2', getlink=True).filename]
`,
      `${file}.old`,
    );
    expect(found).toEqual([[5, 7, 7, 9], 'kept', 'float32', 'uint16', 'mixed.ptyd.old.chunk02']);
  });
});

describe('a new scan under the name of one that is not complete', () => {
  it('takes its place and leaves a complete .old alone', async () => {
    const file = join(folder, 'unfinished.ptyd');
    await save(file, 'append');
    const stopped = scanOf(file, 'link', 1);
    await stopped.initialize();
    await stopped.auto(2);
    const { log, warnings } = hearing();
    await save(file, 'append', 2, log);
    expect(warnings).toEqual([`${file} was not finished; its 2 frames are replaced`]);
    expect(look(`${file}.old`).pixels).toEqual(PIXELS);
    expect(look(file).pixels).toEqual(PIXELS.map((pixel) => pixel + 2));
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith('unfinished'))
        .sort(),
    ).toEqual(['unfinished.ptyd', 'unfinished.ptyd.old']);
  });

  it('takes the place of one without any frames', async () => {
    const file = join(folder, 'husk.ptyd');
    h5py(
      `
with h5py.File(argument, 'w') as f:
    for name in ('chunks', 'meta', 'info'): f.create_group(name)
    f['meta/num_frames'] = 6
`,
      file,
    );
    await save(file, 'append');
    expect(look(file).pixels).toEqual(PIXELS);
    expect(existsSync(`${file}.old`)).toBe(false);
  });
});

const raw = join(folder, 'measured-raw.h5');
beforeEach(
  once(() =>
    h5py(
      `
with h5py.File(argument, 'w') as f:
    f['data'] = np.ones((6, 3, 3))
    f['positions'] = np.zeros((6, 2))
`,
      raw,
    ),
  ),
);

describe('names that hold something else', () => {
  const makers: Record<string, (file: string) => void> = {
    'a folder': (file) => {
      mkdirSync(file);
    },
    text: (file) => {
      writeFileSync(file, 'not HDF5');
    },
    'an empty file': (file) => {
      writeFileSync(file, '');
    },
    'an HDF5 file': (file) => {
      copyFileSync(raw, file);
    },
    'a dangling link': (file) => {
      symlinkSync(join(folder, 'nowhere'), file);
    },
  };
  const cases = Object.keys(makers).flatMap((what) =>
    ['', '.chunk01', '.frames'].flatMap((suffix) =>
      (suffix === '' ? ['append', 'link'] : ['link']).map((mode) => [what, suffix, mode] as const),
    ),
  );
  it.each(cases)('%s at S.ptyd%s stays, with save: %s', async (what, suffix, mode) => {
    const place = join(folder, `${what}${suffix}${mode}`.replaceAll(' ', '-'));
    mkdirSync(place);
    const file = join(place, 'S.ptyd');
    makers[what](file + suffix);
    const bytes = what === 'text' || what === 'an HDF5 file' ? readFileSync(file + suffix) : undefined;
    for (const resume of [false, true]) {
      const scan = scanOf(file, mode, 1, { resume });
      await expect(scan.initialize()).rejects.toThrow(`S.ptyd${suffix} is `);
    }
    expect(readdirSync(place)).toEqual([`S.ptyd${suffix}`]);
    if (bytes !== undefined) expect(readFileSync(file + suffix).equals(bytes)).toBe(true);
  });

  it('a chunk whose main file was renamed stays: that leads to it', async () => {
    const file = join(folder, 'stale.ptyd');
    await save(file, 'link');
    renameSync(file, join(folder, 'elsewhere.ptyd'));
    await expect(save(file, 'link', 1)).rejects.toThrow(
      'stale.ptyd.chunk00 is a chunk, without its main file',
    );
    expect(look(join(folder, 'elsewhere.ptyd')).pixels).toEqual(PIXELS);
  });

  it('what turns up while frames come stays, and is an error', async () => {
    const file = join(folder, 'later.ptyd');
    const scan = scanOf(file, 'link', 0);
    await scan.initialize();
    await scan.auto(2);
    writeFileSync(`${file}.chunk01`, 'of somebody else');
    await expect(scan.auto(2)).rejects.toThrow('later.ptyd.chunk01 is not a .ptyd that can be read');
    expect(readFileSync(`${file}.chunk01`, 'utf8')).toBe('of somebody else');
  });

  it('files that an unfinished scan leads to and that were not written here stay when it is resumed', async () => {
    const [file, other] = [join(folder, 'led.ptyd'), join(folder, 'measured.h5')];
    h5py(
      `
file, raw = argument
with h5py.File(raw, 'w') as f:
    f['0/data'] = np.ones((2, 3, 3), 'i4')
    f['0/positions'] = np.zeros((2, 2))
    f['0/indices'] = [0, 1]
with h5py.File(file, 'w') as f:
    f['meta/num_frames'] = 6
    f['chunks/0'] = h5py.ExternalLink('measured.h5', '/0')
`,
      [file, other],
    );
    const scan = scanOf(file, 'append', 0, { resume: true });
    await scan.initialize();
    await packagesOf(scan, 2);
    expect(existsSync(other)).toBe(true);
    const found = h5py(
      `with h5py.File(argument, 'r') as f: c = f['chunks']; result = [int(d[0, 0]) for k in sorted(c, key=int) for d in c[k]['data'][:]]`,
      file,
    );
    expect(found).toEqual([1, 1, ...PIXELS.slice(2)]);
  });
});
