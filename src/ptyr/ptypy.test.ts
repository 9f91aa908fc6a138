/** What ptypy's reader asks of a `.ptyr`, point by point, and what of it comes back. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenPath } from '../../test/tools/golden.ts';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { ndarray } from '../array/ndarray.ts';
import { ScanRegistry } from '../loaders/registry.ts';
import { ENGINE_GROUPS } from '../params/engines.ts';
import { configFromTree } from '../run/config/config.ts';
import { splitParameters } from './parameters.ts';
import { readPtyr } from './reader.ts';
import type { IterationRecord, Result } from './result.ts';
import { writePtyr } from './writer.ts';

const folder = temporaryFolder();

const { config } = configFromTree(
  {
    run: 'r',
    scans: {
      S: {
        name: 'BlockFull',
        data: {
          name: 'Hdf5Loader',
          intensities: { file: 'a.h5', key: 'x' },
          rebin_mode: 'mean',
          saturation: 9,
        },
        sample: { file: 'object.h5', key: 'o', fill: [0.5, 0.25] },
      },
      W: { data: { name: 'WatchLoader', base_path: 'frames', energy: 8 } },
      V: {
        name: 'Vanilla',
        data: { name: 'MoonFlowerScan', num_frames: 4 },
        coherence: { num_probe_modes: 2 },
      },
    },
    engines: {
      d: { name: 'DM', numiter: 2, log_likelihood_interval: 5, position_refinement: { seed: 3 } },
      l: { name: 'LSQML', numiter: 1 },
      m: { name: 'ML', numiter: 1 },
    },
  },
  { scanGroups: new ScanRegistry(), engineGroups: ENGINE_GROUPS },
);

function iteration(i: number, errors: Record<string, number>): IterationRecord {
  return { engine: 'DM', iteration: i, iterations: i, numiter: 3, seconds: 0.5, errors };
}

const HISTORY = [
  iteration(1, { magnitude: 3, exit: 4, rfactor: 0.5 }),
  iteration(2, { magnitude: 2, photon: 7, exit: 5 }),
  iteration(3, { magnitude: 1, exit: 6 }),
];

const FIELD = {
  data: ndarray('complex64', [1, 2, 2], Float32Array.of(1, 0, 0, 1, -1, 0, 0, -1)),
  psizeM: [2e-8, 2e-8],
  originM: [-2e-8, -2e-8],
  energyKeV: 8,
} as const;

const RESULT: Result = {
  probes: { SSG00: FIELD },
  objects: { SSG00: FIELD },
  positions: {},
  config: config.tree,
  history: HISTORY,
  started: new Date(0),
  software: 'test',
};

/** Members of a group by h5py: its type and names, or the value with its kind. */
const LOOK = `
def look(o):
    if isinstance(o, h5py.Group): return {'': o.attrs['type'], **{k: look(o[k]) for k in o}}
    if o.attrs['type'] == 'None': return None
    v = o[()]
    if isinstance(v, bytes): return v.decode()
    v = np.asarray(v)
    return [str(v.dtype), str(v.tolist()) if v.dtype.kind == 'c' else v.tolist()]
result = look(h5py.File(argument[0], 'r')[argument[1]])`;

describe('what ptypy asks of a .ptyr', () => {
  const file = join(folder, 'own.ptyr');
  const written = writePtyr(file, RESULT, {
    point: {
      run: 'r',
      output: null,
      scans: ['S'],
      engines: [{ key: 'd', name: 'DM' }],
      engine: 'd',
      iteration: 3,
    },
  });
  const look = async (path: string): Promise<unknown> => {
    await written;
    return h5py(LOOK, [file, path]);
  };

  it('groups that were Param objects are of the type param', async () => {
    await written;
    const types = h5py(
      `
f = h5py.File(argument, 'r')
pars = []
f['content/pars'].visititems(lambda name, o: pars.append(o.attrs['type']) if isinstance(o, h5py.Group) else None)
result = [f[n].attrs['type'] for n in ('content', 'content/pars', 'content/runtime', 'content/runtime/iter_info', 'content/probe')]
result.append(sorted(set(pars)))`,
      file,
    );
    expect(types).toEqual(['param', 'param', 'param', 'list', 'dict', ['param']]);
  });

  it('parameters are names that it knows, bools are bools', async () => {
    expect(await look('content/pars')).toMatchObject({
      io: { autosave: { '': 'param', active: ['bool', true] }, autoplot: { dump: ['bool', false] } },
      scans: {
        S: {
          name: 'BlockFull',
          data: { name: 'Hdf5Loader', intensities: { key: 'x' } },
          sample: { fill: ['complex128', '(0.5+0.25j)'] },
        },
        W: { data: { name: 'PtyScan', energy: ['int64', 8] } },
      },
      engines: {
        d: { name: 'DM', numiter: ['int64', 2], update_object_first: ['bool', true] },
        m: { name: 'ML', reg_del2: ['bool', false] },
      },
    });
    const names = h5py(
      `
result = []
h5py.File(argument, 'r')['content/pars'].visit(result.append)`,
      file,
    ) as string[];
    const last = names.map((name) => name.split('/').at(-1));
    const own = [
      'file',
      'key',
      'log_likelihood_interval',
      'rebin_mode',
      'saturation',
      'state',
      'share',
      'pictures',
    ];
    expect(names.filter((name) => name.startsWith('scans/S/sample/')).sort()).toEqual(
      expect.not.arrayContaining(['scans/S/sample/file', 'scans/S/sample/key']),
    );
    expect(last.filter((name) => own.slice(2).includes(name ?? ''))).toEqual([]);
    // Known for DM, not for ML.
    expect(names).toContain('engines/d/compute_log_likelihood');
    expect(names).not.toContain('engines/m/compute_log_likelihood');
    expect(names).not.toContain('engines/l');
    expect(names).not.toContain('engines/d/position_refinement/seed');
    expect(names).not.toContain('scans/V/coherence');
    expect(names).not.toContain('compute');
  });

  it('what is ours alone comes back with the rest', async () => {
    await written;
    expect((await readPtyr(file)).config).toEqual(config.tree);
  });

  it('the history has three numbers in every iteration, and no NaN', async () => {
    expect(await look('content/runtime')).toMatchObject({
      '': 'param',
      run: 'r',
      allstart: expect.any(String) as string,
      allstop: expect.any(String) as string,
      start: expect.any(String) as string,
      stop: expect.any(String) as string,
      last_save: ['int64', 3],
      last_plot: ['int64', 0],
      iter_info: {
        '00000': {
          '': 'dict',
          engine: 'DM',
          iteration: ['int64', 1],
          iterations: ['int64', 1],
          numiter: ['int64', 3],
          duration: ['float64', 0.5],
          error: ['float64', [3, 7, 4]],
        },
        '00001': { error: ['float64', [2, 7, 5]] },
        '00002': { error: ['float64', [1, 7, 6]] },
      },
    });
  });

  it('what was measured comes back as it was', async () => {
    await written;
    expect((await readPtyr(file)).history).toEqual(HISTORY);
  });
});

describe('parameters', () => {
  it('of another type than ptypy accepts are apart', () => {
    const { known, own } = splitParameters({
      run: 3,
      verbose_level: 'warn',
      data_type: null,
      scans: { S: { name: 'Full', data: { name: 'QuickScan', rebin: 2.5 }, resample: 2 } },
      engines: { a: { name: 'DM', numiter: 2, probe_support: 1, clip_object: [0, 1] } },
    });
    expect(known).toEqual({
      verbose_level: 'warn',
      data_type: null,
      scans: { S: { name: 'Full', data: { name: 'QuickScan' }, resample: 2 } },
      engines: { a: { name: 'DM', numiter: 2, probe_support: 1, clip_object: [0, 1] } },
    });
    expect(own).toEqual({ run: 3, scans: { S: { data: { rebin: 2.5 } } }, engines: { a: {} } });
  });
});

describe('files of other times and programs', () => {
  it('has the errors by name of earlier versions, and the three of ptypy', async () => {
    const file = join(folder, 'earlier.ptyr');
    copyFileSync(goldenPath('files/moon_DM.ptyr'), file);
    expect((await readPtyr(file)).history[9].errors.magnitude).toBeCloseTo(59.86869399, 7);
    h5py(
      `
with h5py.File(argument, 'a') as f:
    g = f.create_group('content/runtime/iter_info/00009/errors')
    g.attrs['type'] = 'dict'
    g['rfactor'] = 0.25; g['rfactor'].attrs['type'] = 'scalar'`,
      file,
    );
    expect((await readPtyr(file)).history[9].errors).toEqual({ rfactor: 0.25 });
  });
});
