/** What a command would write is looked at before anything starts, and nothing is touched. */
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { once } from '../../test/tools/once.ts';
import { ConfigError } from '../errors.ts';
import { ScanRegistry } from '../loaders/registry.ts';
import { ENGINE_GROUPS } from '../params/engines.ts';
import { checkFiles } from './check-files.ts';
import { configFromTree } from './config/config.ts';

const registry = new ScanRegistry();
const [folder, outputs] = [temporaryFolder(), temporaryFolder()];
const at = (name: string): string => join(folder, name);
writeFileSync(at('c.yaml'), '');
writeFileSync(at('positions.txt'), '0 0\n');

/** Measured data: raw.h5 itself, mask.h5, a file that links to raw.h5, and one with a virtual dataset of it. */
function measure(): void {
  h5py(
    `
import os
os.chdir(argument)
with h5py.File('raw.h5', 'w') as f:
    f['data'] = np.ones((4, 8, 8), 'u2'); f['y'] = np.arange(4.); f['x'] = np.arange(4.); f['m'] = np.ones((8, 8), 'u1')
with h5py.File('mask.h5', 'w') as f: f['m'] = np.ones((8, 8), 'u1')
with h5py.File('start.ptyr', 'w') as f:
    f.create_group('content/probe'); f.create_group('content/obj')
with h5py.File('linked.nxs', 'w') as f:
    f['data'] = h5py.ExternalLink('raw.h5', '/data'); f['y'] = np.arange(4.); f['x'] = np.arange(4.)
layout = h5py.VirtualLayout((4, 8, 8), 'u2'); layout[:] = h5py.VirtualSource('raw.h5', 'data', (4, 8, 8))
with h5py.File('virtual.nxs', 'w') as f:
    f.create_virtual_dataset('data', layout); f['y'] = np.arange(4.); f['x'] = np.arange(4.)
`,
    folder,
  );
}

beforeEach(once(measure));

function data(more: object = {}): object {
  return {
    name: 'Hdf5Loader',
    intensities: { file: at('raw.h5'), key: 'data' },
    positions: { slow_key: 'y', fast_key: 'x' },
    mask: { file: at('mask.h5'), key: 'm' },
    save: 'append',
    ...more,
  };
}

async function issuesOf(
  scans: Readonly<Record<string, object>>,
  more: object = {},
  output?: string,
): Promise<string[]> {
  const tree = { scans, engines: { e: { name: 'DM', numiter: 20 } }, ...more };
  const { config } = configFromTree(tree, {
    scanGroups: registry,
    engineGroups: ENGINE_GROUPS,
    workingDirectory: folder,
  });
  const before = readdirSync(folder, { recursive: true });
  try {
    await checkFiles(config, {
      registry,
      read: [at('c.yaml')],
      overrides: () => ({}),
      results: { run: config.run ?? 'r', output: output ?? join(folder, 'out') },
    });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(({ path, message }) => `${path}: ${message.replaceAll(dirname(folder), '')}`);
  } finally {
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  }
}

describe('a scan is never saved', () => {
  symlinkSync('raw.h5', at('soft.ptyd'));
  beforeEach(
    once(() => {
      linkSync(at('raw.h5'), at('hard.ptyd'));
    }),
  );
  symlinkSync('.', at('same'));
  it.each([
    ['the raw file', 'raw.h5', {}],
    ['a symbolic link to it', 'soft.ptyd', {}],
    ['a hard link to it', 'hard.ptyd', {}],
    ['it through a folder that is a link', 'same/raw.h5', {}],
    ['the file of the mask', 'mask.h5', {}],
    ['the configuration', 'c.yaml', {}],
    ['what a link leads to', 'raw.h5', { intensities: { file: at('linked.nxs'), key: 'data' } }],
    ['the source of a virtual dataset', 'raw.h5', { intensities: { file: at('virtual.nxs'), key: 'data' } }],
    [
      'a file of which nothing is there yet',
      'later.h5',
      { intensities: { file: at('later.h5'), key: 'data' } },
    ],
  ])('to %s', async (_, dfile, more) => {
    const issues = await issuesOf({ S: { data: data({ dfile: at(dfile), ...more }) } });
    expect(issues).toEqual([expect.stringMatching(/^scans\.S\.data\.dfile: \S+ is read by this command/)]);
  });

  it.each([
    [
      'the positions of a folder of frames',
      'positions.txt',
      { name: 'WatchLoader', base_path: '.', positions_file: at('positions.txt'), save: 'link' },
    ],
  ])('to %s', async (_, dfile, more) => {
    const issues = await issuesOf({ S: { data: { ...more, dfile: at(dfile) } } });
    expect(issues).toEqual([expect.stringContaining('is read by this command')]);
  });

  it('to the files that another scan or a start is read from', async () => {
    const issues = await issuesOf({
      A: { data: data({ save: null }) },
      B: { data: { name: 'MoonFlowerScan', save: 'link', dfile: at('mask.h5') } },
      C: {
        data: { name: 'MoonFlowerScan', save: 'link', dfile: at('start.ptyr') },
        illumination: { model: 'recon', recon: { rfile: at('start.ptyr') } },
      },
    });
    expect(issues).toHaveLength(2);
    expect(issues.join()).toMatch(
      /B\.data\.dfile: \S+mask\.h5 is read.*C\.data\.dfile: \S+start\.ptyr is read/,
    );
  });

  it('under names of chunk files that belong to a source', async () => {
    const intensities = { file: at('raw.h5'), key: 'data' };
    const issues = await issuesOf({
      S: { data: data({ dfile: at('raw'), chunk_format: '.h%d', intensities }) },
    });
    expect(issues).toEqual([expect.stringContaining('raw.h5 is read by this command')]);
  });

  it.each([
    ['a folder', 'folder'],
    ['an HDF5 file that was not prepared', 'other.h5'],
    ['text', 'notes.txt'],
    ['a dangling link', 'dangling.ptyd'],
  ])('in place of %s', async (_, dfile) => {
    const issues = await issuesOf({
      S: { data: { name: 'MoonFlowerScan', save: 'append', dfile: at(dfile) } },
    });
    expect(issues).toEqual([
      expect.stringMatching(/is (a folder|an HDF5 file, but|not a \.ptyd|a link).*not overwritten/),
    ]);
  });
  mkdirSync(at('folder'));
  writeFileSync(at('notes.txt'), 'x');
  symlinkSync('nowhere', at('dangling.ptyd'));
  beforeEach(once(() => h5py(`h5py.File(argument, 'w')['chunks/first'] = 1`, at('other.h5'))));

  it('with source: file, so that may be what is there', async () => {
    expect(await issuesOf({ S: { data: data({ source: 'file', dfile: at('p.ptyd') }) } })).toEqual([]);
  });
});

describe('two scans', () => {
  const moon = (dfile: string, more: object = {}): object => ({
    data: { name: 'MoonFlowerScan', save: 'link', dfile: at(dfile), ...more },
  });
  it.each([
    ['one name', moon('x.ptyd'), moon('x.ptyd')],
    ['one file by two names', moon('x.ptyd'), moon('same/x.ptyd')],
    ['the name of a chunk of the other', moon('x.ptyd'), moon('x.ptyd.chunk07')],
    ['the name of its room for frames', moon('x.ptyd', { save: 'append' }), moon('x.ptyd.frames')],
    ['the same names of chunks', moon('x', { chunk_format: '.p%d' }), moon('x.p', { chunk_format: '%d' })],
  ])('cannot have %s', async (_, A, B) => {
    expect(await issuesOf({ A, B })).toEqual([
      expect.stringMatching(/^scans\.B\.data\.dfile: .* is where scan A is saved as well/),
    ]);
  });

  it('may read one prepared file, and may not read and save one', async () => {
    const reads = { data: { name: 'PtydScan', dfile: at('x.ptyd') } };
    expect(await issuesOf({ A: reads, B: reads })).toEqual([]);
    expect(await issuesOf({ A: moon('x.ptyd'), B: reads })).toEqual([
      expect.stringContaining('A.data.dfile: '),
    ]);
  });
});

describe('results', () => {
  const moon = { S: { data: { name: 'MoonFlowerScan' } } };
  it('go to a folder', async () => {
    expect(await issuesOf(moon, {}, at('raw.h5'))).toEqual([expect.stringMatching(/^--output: .*is a file/)]);
  });

  it.each([
    ['r_DM_0020.ptyr', 'io.rfile', 'not a reconstruction'],
    ['r_DM_0010.ptyr', 'io.rfile', 'not a reconstruction'],
    ['phase.png', 'io.pictures', 'not a PNG picture'],
  ])('take the place of their own kind only: %s', async (name, path, what) => {
    const output = join(outputs, `of-${name}`, 'results');
    mkdirSync(output, { recursive: true });
    writeFileSync(join(output, name), 'notes');
    const issues = await issuesOf(moon, {}, output);
    expect(issues).toEqual([expect.stringContaining(what)]);
    expect(issues[0].startsWith(path)).toBe(true);
    expect(readFileSync(join(output, name), 'utf8')).toBe('notes');
    expect(await issuesOf(moon, { run: 'other', io: { pictures: false } }, output)).toEqual([]);
  });

  it('never take the place of what the run starts from', async () => {
    const io = { home: folder, rfile: 'start.ptyr', autosave: { active: false } };
    const S = {
      data: { name: 'MoonFlowerScan' },
      illumination: { model: 'recon', recon: { rfile: at('start.ptyr') } },
    };
    expect(await issuesOf({ S }, { io }, folder)).toEqual([
      expect.stringMatching(/^io\.rfile: .*is read by/),
    ]);
  });
});
