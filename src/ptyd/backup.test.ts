/** Files that stand in the way move aside, complete and readable. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArrayScan, gridPositions, numberedFrames, packagesOf } from '../../test/tools/array-scan.ts';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { warningsOf } from '../../test/tools/warnings.ts';
import { movePtydAside } from './backup.ts';

const folder = temporaryFolder();

/** Six frames, whose pixels all differ between scans. */
async function save(dfile: string, mode: string, add = 0): Promise<void> {
  const frames = numberedFrames(6, 3, 3);
  const data = Int32Array.from(frames.data, (value) => value + add);
  const scan = new ArrayScan(
    { shape: null, save: mode, dfile },
    { frames: { dtype: 'int32', shape: frames.shape, data }, positions: gridPositions(6) },
  );
  await scan.initialize();
  await packagesOf(scan, 2);
}

/** First pixel of every frame as h5py finds them, the targets of the links, and all types stored. */
function look(file: string): { pixels: number[]; targets: string[]; types: Record<string, string> } {
  return h5py(
    `
f = h5py.File(argument, 'r')
c = f['chunks']
links = [c.get(k, getlink=True) for k in c.keys()]
types = {}
f['meta'].visititems(lambda n, o: types.update({n: '%s %s %s' % (o.attrs['type'], o.dtype.kind, list(o.shape))}))
f['info'].visititems(lambda n, o: types.update({n: '%s %s' % (o.attrs['type'], getattr(o, 'dtype', 'group'))}))
result = dict(pixels=[int(d[0, 0]) for k in sorted(c, key=int) for d in c[k]['data'][:]],
              targets=[getattr(link, 'filename', '') for link in links], types=types)
`,
    file,
  ) as ReturnType<typeof look>;
}

const PIXELS = [0, 1, 2, 3, 4, 5].map((n) => 1 + 10000 * n);

describe('moving aside', () => {
  it('takes the chunk files along, so that old and new are both complete', async () => {
    const file = join(folder, 'linked.ptyd');
    await save(file, 'link');
    const before = look(file);
    const warnings = await warningsOf(async () => {
      await save(file, 'link', 1);
      await save(file, 'link', 2);
    });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('3 chunk files');
    const names = [`${file}.old`, `${file}.old.1`, file].map((name) => name.slice(folder.length + 1));
    for (const [k, name] of names.entries()) {
      const { pixels, targets, types } = look(join(folder, name));
      expect(pixels).toEqual(PIXELS.map((pixel) => pixel + k));
      expect(targets).toEqual(['00', '01', '02'].map((n) => `${name}.chunk${n}`));
      expect(types).toEqual(before.types);
    }
  });

  it('takes a file without links as it is', async () => {
    const file = join(folder, 'whole.ptyd');
    await save(file, 'append');
    const bytes = readFileSync(file);
    await warningsOf(() => save(file, 'append', 1));
    expect(readFileSync(`${file}.old`).equals(bytes)).toBe(true);
    expect(look(file).pixels).toEqual(PIXELS.map((pixel) => pixel + 1));
  });

  it('finds a name that neither the file nor its chunk files take from others', async () => {
    const file = join(folder, 'taken.ptyd');
    await save(file, 'link');
    writeFileSync(`${file}.old.chunk01`, 'of somebody else');
    await warningsOf(async () => {
      expect(await movePtydAside(file)).toBe(`${file}.old.1`);
    });
    expect(readFileSync(`${file}.old.chunk01`, 'utf8')).toBe('of somebody else');
    expect(look(`${file}.old.1`).pixels).toEqual(PIXELS);
  });

  it('leaves files alone that it links to but that are not its chunk files', async () => {
    const [file, raw] = [join(folder, 'mixed.ptyd'), join(folder, 'raw.h5')];
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
    f['chunks/1'] = h5py.ExternalLink('raw.h5', '/entry/0')
    f['chunks/2'] = h5py.ExternalLink('mixed.ptyd.chunk02', '/')
    f['chunks/3'] = h5py.ExternalLink('mixed.ptyd.chunk03', '/')
    f['notes'] = 'kept'
with h5py.File(file + '.chunk02', 'w') as f:
    f['data'] = np.full((1, 3, 3), 9)
    f['positions'] = np.zeros((1, 2))
`,
      [file, raw],
    );
    await warningsOf(() => movePtydAside(file));
    expect(existsSync(raw)).toBe(true);
    const found = h5py(
      `
f = h5py.File(argument, 'r')
c = f['chunks']
result = [[int(v[0, 0]) for k in '012' for v in c[k]['data'][:]], f['notes'][()].decode(), str(f['meta/energy'].dtype),
          str(c['0/data'].dtype), c.get('3', getlink=True).filename, c.get('3') is None]
`,
      `${file}.old`,
    );
    expect(found).toEqual([[5, 7, 7, 9], 'kept', 'float32', 'uint16', 'mixed.ptyd.old.chunk03', true]);
  });

  it('moves what is not HDF5 as it is, and nothing where there is nothing', async () => {
    const file = join(folder, 'text.ptyd');
    writeFileSync(file, 'not HDF5');
    await warningsOf(async () => {
      expect(await movePtydAside(file)).toBe(`${file}.old`);
    });
    expect(readFileSync(`${file}.old`, 'utf8')).toBe('not HDF5');
    expect(await movePtydAside(file)).toBeUndefined();
  });
});
