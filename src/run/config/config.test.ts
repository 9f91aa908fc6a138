import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, FileError } from '../../errors.ts';
import { defaults, extend, param, withDefaults, type ParamGroup } from '../../params/declare.ts';
import { DM, ENGINE_GROUPS } from '../../params/engines.ts';
import { SCAN_DATA } from '../../params/scan-data.ts';
import { float, nullable, path } from '../../params/types.ts';
import { validate } from '../../params/validate.ts';
import { configFromTree, loadConfig, type LoadedConfig } from './config.ts';

const LOADER = extend(withDefaults(SCAN_DATA, { shape: null }), {
  intensities: {
    file: param(nullable(path()), { default: null, help: 'File.' }),
    scale: param(float(), { default: 1, help: 'Factor.' }),
  },
});

const GROUPS = {
  scanGroups: new Map<string, ParamGroup>([
    ['PtydScan', SCAN_DATA],
    ['SampleLoader', LOADER],
  ]),
  engineGroups: ENGINE_GROUPS,
};

/** As ptypy users write it, with everything that may stand in it. */
const PTYPY = `
verbose_level: info
frames_per_block: 200
run: None
dry_run: False
ipython_kernel: false
io:
  home: out/
  rfile: "%(run)s_%(engine)s.ptyr"
  rformat: minimal
  autosave: {active: False}
  autoplot: {active: false, layout: weak}
  interaction: {active: false}
scans:
  S:
    name: BlockFull
    data:
      name: SampleLoader
      intensities: {file: raw/scan.h5}
      shape: (PLACE)
      auto_center: None
      psize: 5.5e-5
      save:
    illumination:
      model:
      aperture: {form: circ, size: 6e-6}
      propagation: {focussed: 0.05, parallel: 1e-4}
      diversity: {noise: [0.5, 1.0], power: 0.1, shift: None}
    sample: {model: None, fill: 1+0j, process: None}
    coherence: {num_probe_modes: 2, energies: [1.0]}
    propagation: farfield
    resample: 1
engines:
  engine00: {name: DM_pycuda, numiter: 50, position_refinement: False}
  engine01: {name: ML, ML_type: Gaussian, numiter: 30}
`;
const GOOD = PTYPY.replace('(PLACE)', '[128, 64]');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ptyflow-config-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function load(text: string, set: readonly string[] = [], name = 'run.yaml'): Promise<LoadedConfig> {
  const file = join(folder, name);
  await writeFile(file, text);
  return loadConfig(file, { ...GROUPS, set, workingDirectory: '/somewhere' });
}

async function failure(text: string, set: readonly string[] = []): Promise<ConfigError> {
  const error: unknown = await load(text, set).catch((reason: unknown) => reason);
  if (error instanceof ConfigError) return error;
  throw new Error('a ConfigError was expected');
}

const firstLine = (text: string, part: string): number =>
  text.split('\n').findIndex((line) => line.includes(part)) + 1;

describe('loadConfig', () => {
  it('understands the configuration tree of ptypy', async () => {
    const { config } = await load(GOOD);
    expect(config).toMatchObject({
      verbose_level: 'info',
      frames_per_block: 200,
      run: null,
      data_type: 'single',
      io: { rfile: '%(run)s_%(engine)s.ptyr', autosave: { active: false }, autoplot: { active: false } },
    });
    expect(config.scans).toHaveLength(1);
    const [{ label, model, data }] = config.scans;
    expect(label).toBe('S');
    expect(model).toMatchObject({
      name: 'BlockFull',
      illumination: { aperture: { size: [6e-6, 6e-6] }, propagation: { focussed: 0.05, parallel: 1e-4 } },
      sample: { fill: [1, 0] },
      coherence: { num_probe_modes: 2 },
      propagation: 'farfield',
    });
    expect(data.name).toBe('SampleLoader');
    expect(data.values).toMatchObject({
      shape: [128, 64],
      psize: [5.5e-5, 5.5e-5],
      energy: null,
      save: null,
    });
    expect(config.engines.map(({ key, name }) => [key, name])).toEqual([
      ['engine00', 'DM'],
      ['engine01', 'ML'],
    ]);
    expect(validate(DM, config.engines[0].values)).toEqual({ ...defaults(DM), numiter: 50 });
    expect(config.engines[1].values).toMatchObject({ ML_type: 'gaussian', numiter: 30 });
  });

  it('names what has no meaning here in one warning', async () => {
    const { warnings } = await load(GOOD);
    expect(warnings).toEqual([
      'no meaning here, ignored: io.rformat, io.autoplot.layout, io.interaction, dry_run, ipython_kernel, ' +
        'scans.S.illumination.diversity.shift, scans.S.sample.process, scans.S.coherence.energies',
      "engines.engine00: engine 'DM_pycuda' runs as 'DM'",
    ]);
  });

  it('says which parameters of the data were given', async () => {
    const [{ data }] = (await load(GOOD)).config.scans;
    expect([...data.given].sort()).toEqual(
      ['auto_center', 'intensities.file', 'name', 'psize', 'save', 'shape'].sort(),
    );
    expect(data.parameters).toEqual({
      name: 'SampleLoader',
      intensities: { file: join(folder, 'raw/scan.h5') },
      shape: [128, 64],
      auto_center: null,
      psize: [5.5e-5, 5.5e-5],
      save: null,
    });
  });

  it('takes the same tree as JSON', async () => {
    const yaml = await load(GOOD);
    const json = JSON.stringify({ scans: { S: { data: yaml.config.scans[0].data.parameters } } }, null, '\t');
    const { config } = await load(json, [], 'run.json');
    expect(config.scans[0].data).toEqual(yaml.config.scans[0].data);
  });

  it('lists every mistake with its line', async () => {
    const text = GOOD.replace('numiter: 50', 'numitr: 50')
      .replace('psize: 5.5e-5', 'psize: small')
      .replace('name: ML,', 'name: MLE,');
    const { issues, message } = await failure(text);
    expect(issues).toEqual([
      {
        path: 'scans.S.data.psize',
        message: 'expected a number above 0, or a pair [row, col] of such or none (unit: m), got "small"',
        line: firstLine(text, 'psize: small'),
      },
      {
        path: 'engines.engine00.numitr',
        message: "unknown parameter 'numitr'; did you mean 'numiter'?",
        line: firstLine(text, 'engine00'),
      },
      {
        path: 'engines.engine01.name',
        message: "unknown engine 'MLE'; did you mean 'ML'?",
        line: firstLine(text, 'engine01'),
      },
    ]);
    expect(message.split('\n')[0]).toContain(
      `run.yaml:${firstLine(text, 'psize: small')}: scans.S.data.psize: expected`,
    );
    const tuple = await failure(PTYPY.replace('(PLACE)', '(128, 64)'));
    expect(tuple.message).toMatch(/scans\.S\.data\.shape: .* got "\(128, 64\)"; lists are written \[a, b\]/);
  });

  it('suggests the nearest scan class and asks for one where there is none', async () => {
    expect((await failure('scans: {S: {data: {name: SampelLoader}}}')).message).toMatch(
      /:1: scans\.S\.data\.name: unknown scan class 'SampelLoader'; did you mean 'SampleLoader'/,
    );
    expect((await failure('scans: {S: {}}')).message).toMatch(
      /scans\.S\.data: 'name' is needed, the scan class that loads the data; one of PtydScan, SampleLoader/,
    );
    expect((await failure('scans: {S: {data: {name: 3}}}')).message).toMatch(/unknown scan class '3'/);
    expect((await failure('engines: {e: {numiter: 3}}')).message).toMatch(/engines\.e: 'name' is needed/);
    expect((await failure('')).message).toMatch(/scans: at least one scan is needed/);
    expect((await failure('[1]')).message).toMatch(/expected a group of parameters, got \[1\]/);
    expect((await failure('scans: [1]')).message).toMatch(
      /scans: expected a group of scans by name, got \[1\]/,
    );
    expect((await failure('scans: {S: {data: 4}}')).message).toMatch(
      /scans\.S\.data: expected a group.* got 4/,
    );
  });

  it('reads prepared data where the source says so', async () => {
    const { config } = await load('scans: {S: {data: {source: file, dfile: a.ptyd, recipe: {p: 1}}}}');
    expect(config.scans[0].data).toMatchObject({
      name: 'PtydScan',
      values: { source: 'file', dfile: join(folder, 'a.ptyd'), recipe: { p: 1 } },
    });
    expect(config.engines).toEqual([]);
  });

  it('takes from a recipe what the scan class declares, where it is not given beside it', async () => {
    const recipe = '{energy: 9, distance: 2, intensities: {file: r.h5}, own: 1}';
    const { config } = await load(`scans: {S: {data: {name: SampleLoader, energy: 8, recipe: ${recipe}}}}`);
    const { values, given } = config.scans[0].data;
    expect(values).toMatchObject({ energy: 8, distance: 2, intensities: { file: join(folder, 'r.h5') } });
    expect(values.recipe).toMatchObject({ own: 1 });
    expect([...given]).toContain('intensities.file');
  });

  it('resolves paths relative to the file, those of --set relative to the working directory', async () => {
    const { config } = await load(GOOD, [
      'scans.S.data.dfile=d.ptyd',
      'scans.S.illumination.recon.rfile=/abs/r.ptyr',
    ]);
    expect(config.io.home).toBe(join(folder, 'out'));
    expect(config.scans[0].data.values).toMatchObject({
      dfile: '/somewhere/d.ptyd',
      intensities: { file: join(folder, 'raw/scan.h5') },
    });
    expect(config.scans[0].model.illumination.recon.rfile).toBe('/abs/r.ptyr');
    const group = await load(GOOD, ['scans.S.data.intensities={file: x.h5, scale: 2}']);
    expect(group.config.scans[0].data.values).toMatchObject({
      intensities: { file: '/somewhere/x.h5', scale: 2 },
    });
  });

  it('lets --set replace and add entries; the last one wins', async () => {
    const set = [
      'scans.S.data.shape=32',
      'scans.S.data.shape=[16, 8]',
      'engines.engine02.name=EPIE',
      'io.rfile=',
    ];
    const { config } = await load(GOOD, set);
    expect(config.scans[0].data.values.shape).toEqual([16, 8]);
    expect(config.scans[0].data.given.has('shape')).toBe(true);
    expect(config.engines.map(({ name }) => name)).toEqual(['DM', 'ML', 'EPIE']);
    expect(config.io.rfile).toBeNull();
  });

  it('takes the pattern of a file name in --set as it is', async () => {
    const { config } = await load(GOOD, ['io.rfile=%(run)s.ptyr']);
    expect(config.io.rfile).toBe('%(run)s.ptyr');
  });

  it.each([
    ['scans.S.data.shap=1', "unknown parameter 'shap'; did you mean 'shape'?"],
    ['scans.S.data.rebin=two', 'expected an integer from 1 to 32 or none (unit: pixel), got "two"'],
  ])('names the option --set %s in the error', async (set, message) => {
    const { issues, message: whole } = await failure(GOOD, [set]);
    expect(issues[0]).toEqual({
      path: set.split('=')[0],
      message: expect.stringContaining(message) as string,
    });
    expect(whole).toContain(`(given by --set ${set})`);
    expect(whole).not.toContain('run.yaml');
  });

  it.each([
    ['shape', '--set shape: expected a dotted name, =, and a value, such as scans.S.data.shape=128'],
    ['scans..data=1', '--set scans..data=1: expected a dotted name, =, and a value'],
    ['=1', '--set =1: expected a dotted name'],
    ['run=[1', '--set run=[1: the value cannot be read: '],
    ['run=!!js/function x', '--set run=!!js/function x: the value cannot be read: '],
    ['scans.T.data.shape=64', "--set scans.T.data.shape=64: unknown scan 'T'; did you mean 'S'?"],
    ['engines.engine3.numiter=2', "--set engines.engine3.numiter=2: unknown engine 'engine3'; did you mean"],
    ['scans.S.data.psize.x=1', "--set scans.S.data.psize.x=1: 'scans.S.data.psize' is 0.000055, not a group"],
  ])('refuses --set %s', async (set, message) => {
    expect((await failure(GOOD, [set])).message).toContain(message);
  });

  it('takes a whole scan or engine from --set, and what is set in it', async () => {
    const set = [
      'scans.T={data: {name: SampleLoader}}',
      'scans.T.data.shape=8',
      'engines.c.numiter=2',
      'engines.c.name=ML',
    ];
    const { config } = await load(GOOD, set);
    expect(config.scans.map(({ label, data }) => [label, data.values.shape])).toContainEqual(['T', [8, 8]]);
    expect(config.engines.at(-1)).toMatchObject({ key: 'c', name: 'ML', values: { numiter: 2 } });
  });

  it('finds a binning factor that does not divide the region', async () => {
    const set = ['scans.S.data.shape=[64, 96]', 'scans.S.data.rebin=5'];
    expect((await failure(GOOD, set)).message).toContain(
      'scans.S.data.rebin: 5 does not divide the region of 64x96 pixels (shape)',
    );
    await load(GOOD, [...set, 'scans.S.data.rebin=32']);
  });

  it('resolves a path that --set puts into recipe as any other of --set', async () => {
    const text = 'scans: {S: {data: {name: SampleLoader, recipe: {dfile: m.ptyd}}}}';
    const { config } = await load(text, ['scans.S.data.recipe.intensities={file: d.h5}']);
    expect(config.scans[0].data.values).toMatchObject({
      dfile: join(folder, 'm.ptyd'),
      intensities: { file: '/somewhere/d.h5' },
    });
  });

  it('treats a value of --set as text, never as code', async () => {
    const { config } = await load(GOOD, ['run=process.exit(1)', 'scans.S.data.label=$(id)']);
    expect(config.run).toBe('process.exit(1)');
    expect(config.scans[0].data.values.label).toBe('$(id)');
  });

  it('checks what scans share', async () => {
    const scan = 'data: {name: PtydScan}';
    const two = `scans: {A: {${scan}}, B: {${scan}, sharing: {probe_share_with: A, object_share_with: C}}}`;
    expect((await failure(two)).issues.map(({ path: at }) => at)).toEqual([
      'scans.B.sharing.object_share_with',
    ]);
    expect((await load(two.replace('C}', 'A}'))).config.scans[1].model.sharing).toEqual({
      probe_share_with: 'A',
      object_share_with: 'A',
    });
  });

  it('warns where ptypy would run the engines in another order', async () => {
    const { config, warnings } = await load(
      'scans: {S: {data: {name: PtydScan}}}\nengines: {warm: {name: DM}, polish: {name: ML}}',
    );
    expect(config.engines.map(({ key }) => key)).toEqual(['warm', 'polish']);
    expect(warnings).toEqual([
      'engines run in the order they are written, warm, polish; ptypy sorts them by name',
    ]);
  });

  it('warns where no iteration would refine positions', async () => {
    const engine = (refinement: string): string =>
      `scans: {S: {data: {name: PtydScan}}}\nengines: {e: {name: DM, numiter: 20, position_refinement: ${refinement}}}`;
    const { config, warnings } = await load(engine('{start: 50, stop: 1000, record: true}'));
    expect(config.engines[0].values.position_refinement).toMatchObject({ start: 50, stop: 1000, nshifts: 4 });
    expect(warnings).toEqual([
      'no meaning here, ignored: engines.e.position_refinement.record',
      'engines.e.position_refinement: no iteration is due with start 50, stop 1000, interval 1 and numiter 20, ' +
        'positions stay as measured',
    ]);
    expect((await load(engine('{start: 5}'))).warnings).toEqual([]);
    expect((await load(engine('true'))).warnings).toEqual([]);
    expect((await load(engine('false'))).config.engines[0].values.position_refinement).toBeNull();
  });

  it('names a file that cannot be read', async () => {
    const file = join(folder, 'missing.yaml');
    await expect(loadConfig(file, GROUPS)).rejects.toThrow(FileError);
    await expect(loadConfig(file, GROUPS)).rejects.toThrow(`configuration ${file}: there is no such file`);
    await expect(loadConfig(folder, GROUPS)).rejects.toThrow(FileError);
  });
});

describe('configFromTree', () => {
  it('gives the same configuration again from its own tree', async () => {
    const { config } = await load(GOOD);
    const again = configFromTree(structuredClone(config.tree), GROUPS);
    expect(again).toEqual({ config, warnings: [] });
  });
});
