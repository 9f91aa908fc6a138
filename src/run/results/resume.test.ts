/** Runs that stop and go on, with files between them. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import { goldenPath } from '../../../test/tools/golden.ts';
import { longTest, sampled } from '../../../test/tools/sampled.ts';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { toNumbers } from '../../array/ndarray.ts';
import { AbortedError } from '../../errors.ts';
import { ScanRegistry } from '../../loaders/registry.ts';
import { silentLog } from '../../log.ts';
import { searchProbe } from '../../model/probe-search.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { readPtyr } from '../../ptyr/reader.ts';
import type { IterationRecord, StoredField } from '../../ptyr/result.ts';
import { readResumeHead } from '../../ptyr/resume.ts';
import { configFromTree } from '../config/config.ts';
import type { RunConfig } from '../config/config-check.ts';
import type { RunEvent } from '../events.ts';
import { runReconstruction } from '../reconstruct.ts';
import { readStoredRun } from '../config/stored-run.ts';

vi.mock(import('../../model/probe-search.ts'), { spy: true });
// Pictures take most of the time of such small runs and have tests of their own: these are empty.
vi.mock(import('../../pictures/panels/render.ts'), async () => {
  const { encodePng } = await import('../../pictures/panels/png.ts');
  return { renderSvg: () => Promise.resolve(encodePng({ rows: 0, cols: 0, data: new Uint8Array() })) };
});

const folder = temporaryFolder();
const LOOKUP = { scanGroups: new ScanRegistry(), engineGroups: ENGINE_GROUPS };

const SCAN = {
  data: { name: 'MoonFlowerScan', shape: 32, num_frames: 20 },
  illumination: { aperture: { form: 'circ', size: 3.6e-6 } },
};

/** Values differ from the defaults where that makes an engine keep more. */
const ENGINES = {
  DM: { name: 'DM', numiter: 6, probe_center_tol: 0.5, overlap_converge_factor: 0.2 },
  RAAR: { name: 'RAAR', numiter: 6 },
  EPIE: { name: 'EPIE', numiter: 6 },
  RPIE: { name: 'RPIE', numiter: 6 },
  LSQML: { name: 'LSQML', numiter: 6, batches: 3 },
  ML: {
    name: 'ML',
    numiter: 6,
    probe_update_start: 0,
    scale_precond: true,
    smooth_gradient: 1,
    smooth_gradient_decay: 0.2,
    reg_del2: true,
  },
};

/** Where other sums of the ranks change the last digits only. */
const DOUBLE = { compute: { backend: 'reference' } };

/** Saves on the way, after three iterations. */
const AUTOSAVED = {
  io: { autosave: { interval: 3, share: 1, rfile: 'auto_%(engine)s_%(iterations)d.ptyr' } },
};

interface Given {
  readonly engines?: Readonly<Record<string, object>>;
  readonly scans?: Readonly<Record<string, object>>;
  readonly top?: Readonly<Record<string, unknown>>;
  readonly set?: readonly string[];
}

function configure({
  engines = { e: ENGINES.DM },
  scans = { S: SCAN },
  top = {},
  set = [],
}: Given): RunConfig {
  const tree = {
    run: 'r',
    data_type: 'double',
    compute: { backend: 'wasm' },
    io: { autosave: false },
    scans,
    engines,
    ...top,
  };
  return configFromTree(tree, { ...LOOKUP, set }).config;
}

interface Outcome {
  readonly fields: Readonly<Record<string, readonly number[]>>;
  /** By scan, m. */
  readonly positions: Readonly<Record<string, readonly number[]>>;
  /** Without times. */
  readonly history: readonly Omit<IterationRecord, 'seconds'>[];
}

interface Ran {
  /** What the last file holds. */
  readonly outcome: Outcome;
  readonly events: readonly RunEvent[];
  readonly file: (name: string) => string;
  /** Why it ended, if it was stopped. */
  readonly stopped: string | undefined;
}

/** Runs in a folder of its own; `stopAfter` iterations it is stopped. */
async function run(
  name: string,
  config: RunConfig,
  given: { resume?: string; halfSets?: boolean; ranks?: number; stopAfter?: number } = {},
): Promise<Ran> {
  const { resume, halfSets = false, ranks = 1, stopAfter = Infinity } = given;
  const output = join(folder, name);
  const stop = new AbortController();
  const events: RunEvent[] = [];
  let iterations = 0;
  const work = async (communicator = singleCommunicator()): Promise<void> => {
    await runReconstruction(config, {
      registry: new ScanRegistry(),
      communicator,
      log: silentLog,
      signal: stop.signal,
      run: 'r',
      output,
      overrides: () => ({}),
      resume,
      halfSets,
      onEvent: (event) => {
        if (communicator.rank > 0) return;
        events.push(event);
        if (event.event !== 'iteration') return;
        iterations++;
        if (iterations === stopAfter) stop.abort();
      },
    });
  };
  const done = ranks === 1 ? work() : onRanks(ranks, work);
  let stopped: string | undefined;
  try {
    await done;
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    stopped = error.message;
  }
  expect(stopped !== undefined, name).toBe(stopAfter < Infinity);
  const last = events.findLast((event) => event.event === 'saved' && event.what === 'ptyr');
  if (last?.event !== 'saved') throw new Error(`${name} saved nothing`);
  return { outcome: await outcomeOf(last.file), events, stopped, file: (found) => join(output, found) };
}

async function outcomeOf(file: string): Promise<Outcome> {
  const { probes, objects, positions, history } = await readPtyr(file);
  const numbers = (what: string, fields: Readonly<Record<string, StoredField>>): [string, number[]][] =>
    Object.entries(fields).map(([id, { data }]) => [`${what} ${id}`, Array.from(toNumbers(data))]);
  return {
    fields: Object.fromEntries([...numbers('probe', probes), ...numbers('object', objects)]),
    positions: Object.fromEntries(
      Object.entries(positions).map(([label, { positions: found }]) => [label, Array.from(found.data)]),
    ),
    history: history.map(({ engine, iteration, iterations, numiter, errors }) => ({
      ...{ engine, iteration, iterations, numiter, errors },
    })),
  };
}

function warnings({ events }: Ran): string[] {
  return events.flatMap((event) => (event.event === 'warning' ? [event.message] : []));
}

/** ‖a − b‖/‖b‖ of everything that two outcomes hold. */
function difference(a: Ran, b: Ran): number {
  const numbers = ({ outcome }: Ran): number[] => Object.values(outcome.fields).flat();
  const [x, y] = [numbers(a), numbers(b)];
  expect(x.length).toBe(y.length);
  const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  return norm(x.map((value, i) => value - y[i])) / norm(y);
}

type EngineName = keyof typeof ENGINES;
type BackendName = 'reference' | 'wasm';

/** Six iterations in one go, and the same stopped after three. */
interface Halfway {
  readonly config: RunConfig;
  readonly whole: Ran;
  readonly stopped: Ran;
}

const halfways = new Map<string, Promise<Halfway>>();

/** Made once for all tests that resume from it. */
function halfway(name: EngineName, backend: BackendName): Promise<Halfway> {
  const at = `${name}-${backend}`;
  const make = async (): Promise<Halfway> => {
    const config = configure({ engines: { e: ENGINES[name] }, top: { compute: { backend } } });
    const whole = await run(`${at}-whole`, config);
    return { config, whole, stopped: await run(`${at}-stopped`, config, { stopAfter: 3 }) };
  };
  const made = halfways.get(at) ?? make();
  halfways.set(at, made);
  return made;
}

// What engines keep is tested on both backends with each of them; here it is the way through the file, of each kind of what is kept.
it.each(
  sampled<[EngineName, BackendName]>(3, [
    ['EPIE', 'wasm'],
    ['LSQML', 'wasm'],
    ['ML', 'wasm'],
    ['DM', 'wasm'],
    ['DM', 'reference'],
    ['RAAR', 'wasm'],
    ['RPIE', 'wasm'],
  ]),
)(
  '%s, stopped after 3 of 6 iterations and resumed, gives the bits of 6 in one go on %s',
  async (name, backend) => {
    const { config, whole, stopped } = await halfway(name, backend);
    const resume = stopped.file(`r_${name}_0003.ptyr`);
    const resumed = await run(`${name}-${backend}-resumed`, config, { resume });
    expect(resumed.outcome).toEqual(whole.outcome);
    expect(warnings(resumed)).toEqual([]);
    expect(resumed.events).toContainEqual({
      event: 'resume',
      file: resume,
      engine: name,
      iteration: 3,
      iterations: 6,
    });
  },
);

describe('position refinement', () => {
  const shaky = { ...SCAN, data: { ...SCAN.data, position_error: 2 } };
  const refined = (engine: object): object => ({ ...engine, position_refinement: { start: 1 } });

  it.each(sampled(1, [['LSQML', ENGINES.LSQML] as const, ['DM', ENGINES.DM] as const]))(
    'stopped and resumed gives the bits and positions of one go: %s',
    async (name, engine) => {
      const engines = { e: refined(engine) };
      const config = configure({ engines, scans: { S: shaky } });
      const at = `${name}-refined`;
      const whole = await run(`${at}-whole`, config);
      const stopped = await run(`${at}-stopped`, config, { stopAfter: 4 });
      const resumed = await run(`${at}-resumed`, config, { resume: stopped.file(`r_${name}_0004.ptyr`) });
      expect(resumed.outcome).toEqual(whole.outcome);
      expect(warnings(resumed)).toEqual([]);
      const told = (ran: Ran): RunEvent[] => ran.events.filter(({ event }) => event === 'positions');
      expect(told(resumed)).toEqual(told(whole));
      expect(told(whole)).toMatchObject([{ event: 'positions', engine: name, scan: 'S' }]);
      expect(told(whole)).not.toMatchObject([{ rmsM: 0 }]);
    },
  );

  longTest(
    'resumes from refined positions in an engine that does not refine them, on other ranks',
    async () => {
      const engines = { d: refined({ ...ENGINES.DM, numiter: 4 }), m: { ...ENGINES.ML, numiter: 4 } };
      const config = configure({ engines, scans: { S: shaky } });
      const whole = await run('refined-before', config);
      const stopped = await run('refined-before-stopped', config, { stopAfter: 6 });
      const resumed = await run('refined-before-resumed', config, {
        resume: stopped.file('r_ML_0006.ptyr'),
        ranks: 2,
      });
      expect(resumed.outcome.positions).toEqual(whole.outcome.positions);
      expect(difference(resumed, whole)).toBeLessThan(1e-4);
      const { positions } = await readPtyr(resumed.file('r_ML_0008.ptyr'));
      expect(positions.S.measured).not.toEqual(positions.S.positions);
    },
  );
});

it('waves finer than the frames are resumed as they were', async () => {
  const scan = { ...SCAN, illumination: { aperture: { size: 3e-6 } } };
  const config = configure({ scans: { S: { ...scan, resample: 2 } } });
  const whole = await run('fine-whole', config);
  const stopped = await run('fine-stopped', config, { stopAfter: 3 });
  const resume = stopped.file('r_DM_0003.ptyr');
  const resumed = await run('fine-resumed', config, { resume });
  expect(resumed.outcome).toEqual(whole.outcome);
  expect(warnings(resumed)).toEqual([]);
  const { probes, objects } = await readPtyr(resume);
  expect(probes.SSG00.data.shape).toEqual([1, 64, 64]);
  expect(probes.SSG00.psizeM).toEqual(objects.SSG00.psizeM);
  await expect(run('fine-refused', configure({ scans: { S: scan } }), { resume })).rejects.toThrow(
    /probe 'SSG00'.*64x64.*waves are now 32x32.*resample/,
  );
});

it.each(
  sampled<[BackendName, BackendName]>(0, [
    ['reference', 'wasm'],
    ['wasm', 'reference'],
  ]),
)(
  'saved on %s and resumed on %s, a run gives the same up to rounding of single precision',
  async (before, after) => {
    for (const key of sampled(1, ['DM', 'ML'] as const)) {
      const { whole, stopped } = await halfway(key, before);
      const config = configure({ engines: { e: ENGINES[key] }, top: { compute: { backend: after } } });
      const resumed = await run(`${key}-${after}`, config, { resume: stopped.file(`r_${key}_0003.ptyr`) });
      expect(warnings(resumed)).toEqual([]);
      expect(difference(resumed, whole)).toBeLessThan(1e-4);
    }
  },
);

longTest(
  'half sets are those of the whole run after one that was stopped in all frames, or in a half, and resumed',
  async () => {
    const LSQML = { name: 'LSQML', numiter: 3, batches: 3 };
    const S = { ...SCAN, data: { ...SCAN.data, num_frames: 40, density: 0.15 } };
    const given = { engines: { d: { ...ENGINES.DM, numiter: 3 }, l: LSQML }, scans: { S } };
    const names = ['r_LSQML_0006.ptyr', 'r_LSQML_0006_half1.ptyr', 'r_LSQML_0006_half2.ptyr'];
    const outcomes = (ran: Ran): Promise<Outcome[]> =>
      Promise.all(names.map((name) => outcomeOf(ran.file(name))));

    const config = configure(given);
    const halfSets = true;
    const whole = await run('halves-whole', config, { halfSets });
    const wanted = await outcomes(whole);

    const early = await run('halves-early', config, { halfSets, stopAfter: 4 });
    const resume = early.file('r_LSQML_0004.ptyr');
    expect(await outcomes(await run('halves-early', config, { halfSets, resume }))).toEqual(wanted);

    // In the second iteration of the first half: its file holds results only, that of all frames is complete.
    const late = await run('halves-late', config, { halfSets, stopAfter: 8 });
    expect(late.stopped).toMatch(
      /r_DM_0002_half1\.ptyr; to make both halves again, resume the reconstruction of all frames with --half-sets$/,
    );
    expect((await readResumeHead(late.file('r_DM_0002_half1.ptyr'))).point).toBeUndefined();
    const again = await run('halves-late', config, { halfSets, resume: late.file('r_LSQML_0006.ptyr') });
    expect(await outcomes(again)).toEqual(wanted);
    const iterations = again.events.flatMap((event) => (event.event === 'iteration' ? [event.half] : []));
    expect(iterations).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
    expect(again.events.filter(({ event }) => event === 'statistics')).toEqual(
      whole.events.filter(({ event }) => event === 'statistics'),
    );
  },
);

describe('a finished engine', () => {
  it.each(sampled(1, ['DM', 'ML'] as const))(
    'asked for more iterations goes on from what was saved on the way: %s',
    async (key) => {
      // The photon error of the last iteration is computed at every one, so that histories agree.
      const engine = { ...ENGINES[key], ...(key === 'DM' ? { log_likelihood_interval: 1 } : {}) };
      const given = { engines: { e: engine }, top: { data_type: 'single', ...AUTOSAVED } };
      const whole = await run(`${key}-six`, configure(given));
      const half = await run(`${key}-three`, configure({ ...given, set: ['engines.e.numiter=3'] }));
      const more = await run(`${key}-more`, configure(given), { resume: half.file(`auto_${key}_3.ptyr`) });
      expect(more.outcome.fields).toEqual(whole.outcome.fields);
      const errors = ({ outcome }: Ran): unknown[] => outcome.history.map((record) => record.errors);
      expect(errors(more)).toEqual(errors(whole));
      expect(warnings(more)).toEqual([]);
    },
  );
});

describe('ranks', () => {
  it.each(
    sampled(1, [
      [2, 1],
      [1, 2],
    ]),
  )('saved on %i and resumed on %i, gives the same up to rounding', async (before, after) => {
    for (const key of ['DM', 'ML'] as const) {
      const { whole } = await halfway(key, 'reference');
      const config = configure({ engines: { e: ENGINES[key] }, top: { ...DOUBLE, frames_per_block: 7 } });
      const stopped = await run(`${key}-${before}-stopped`, config, { ranks: before, stopAfter: 3 });
      const resumed = await run(
        `${key}-${before}-resumed`,
        configure({ engines: { e: ENGINES[key] }, top: { ...DOUBLE, frames_per_block: 5 } }),
        { resume: stopped.file(`r_${key}_0003.ptyr`), ranks: after },
      );
      expect(warnings(resumed)).toEqual([]);
      expect(difference(resumed, whole)).toBeLessThan(1e-10);
    }
  });

  it('on two as before gives the same bits', async () => {
    const config = configure({ engines: { e: ENGINES.EPIE } });
    const whole = await run('two-whole', config, { ranks: 2 });
    const stopped = await run('two-stopped', config, { ranks: 2, stopAfter: 3 });
    const resume = stopped.file('r_EPIE_0003.ptyr');
    expect((await run('two-resumed', config, { ranks: 2, resume })).outcome).toEqual(whole.outcome);
  });
});

describe('several engines and scans', () => {
  // Their names are in another order than they are, and they share an object.
  const given = {
    engines: { b: { ...ENGINES.DM, numiter: 3 }, a: { name: 'ML', numiter: 4 } },
    scans: {
      T: { ...SCAN, illumination: { aperture: null } },
      S: { ...SCAN, sharing: { object_share_with: 'T' } },
    },
  };

  it('resumes from a file alone, in the engine it was in and in the order of the configuration', async () => {
    const config = configure(given);
    const whole = await run('several-whole', config);
    const stopped = await run('several-stopped', config, { stopAfter: 5 });
    const resume = stopped.file('r_ML_0005.ptyr');
    const stored = await readStoredRun(resume);
    expect(stored).toMatchObject({ run: 'r', output: join(folder, 'several-stopped') });
    const again = configFromTree(stored.tree, LOOKUP).config;
    expect(again.scans.map(({ label }) => label)).toEqual(['T', 'S']);
    expect(again.engines.map(({ key }) => key)).toEqual(['b', 'a']);
    const searches = vi.mocked(searchProbe).mock.calls.length;
    expect(searches).toBeGreaterThan(0);
    expect((await run('several-resumed', again, { resume })).outcome).toEqual(whole.outcome);
    // The probe is in the file.
    expect(vi.mocked(searchProbe)).toHaveBeenCalledTimes(searches);
  });

  longTest('goes on with the next engine after one that had finished', async () => {
    const config = configure({ engines: given.engines });
    const whole = await run('next-whole', config);
    const file = whole.file('r_DM_0003.ptyr');
    const before = readFileSync(file);
    const resumed = await run('next-whole', config, { resume: file });
    expect(warnings(resumed)).toEqual([]);
    expect(resumed.outcome).toEqual(whole.outcome);
    expect(readFileSync(file)).toEqual(before);
  });

  it('keeps the file of a finished engine where autosaved ones have such names', async () => {
    const io = { autosave: { interval: 1, share: 1, rfile: '%(run)s_%(engine)s_%(iterations)04d.ptyr' } };
    const ran = await run('names', configure({ engines: given.engines, top: { io } }));
    const files = readdirSync(ran.file('.')).filter((name) => name.endsWith('.ptyr'));
    expect(files.sort()).toEqual(['r_DM_0003.ptyr', 'r_ML_0007.ptyr']);
  });

  it('tells files of two engines of one name apart by their iterations', async () => {
    const io = { autosave: { interval: 1, share: 1, rfile: '%(run)s_%(engine)s_%(iterations)04d.ptyr' } };
    const engines = { a: { ...ENGINES.EPIE, numiter: 2 }, b: { ...ENGINES.EPIE, numiter: 1, alpha: 0.5 } };
    const ran = await run('twice', configure({ engines, top: { io } }));
    const files = readdirSync(ran.file('.')).filter((name) => name.endsWith('.ptyr'));
    expect(files.sort()).toEqual(['r_EPIE_0002.ptyr', 'r_EPIE_0003.ptyr']);
    expect((await readResumeHead(ran.file('r_EPIE_0002.ptyr'))).point?.engine).toBe('a');
  });

  it('with nothing left to do says so, and writes the last file if that is missing', async () => {
    const config = configure({ engines: { e: { ...ENGINES.EPIE, numiter: 3 } }, top: AUTOSAVED });
    const whole = await run('done', config);
    const resumed = await run('done-again', config, { resume: whole.file('auto_EPIE_3.ptyr') });
    expect(resumed.outcome).toEqual(whole.outcome);
    expect(warnings(resumed)).toEqual([
      `${whole.file('auto_EPIE_3.ptyr')}: all 3 iterations are done; for more: --set engines.e.numiter=NUMBER`,
    ]);
  });
});

describe('files without engine state', () => {
  it('resumes from probe and object where the state was not wanted', async () => {
    const io = { autosave: { state: false } };
    const config = configure({ top: { io } });
    const stopped = await run('stateless', config, { stopAfter: 3 });
    const resume = stopped.file('r_DM_0003.ptyr');
    const resumed = await run('stateless-resumed', config, { resume });
    expect(warnings(resumed)).toEqual([
      `${resume}: holds no engine state: DM resumes from its probe and object alone`,
    ]);
    expect(resumed.outcome.history.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  longTest('takes probe and object of a file of ptypy', async () => {
    const data = { name: 'PtydScan', source: 'file', dfile: goldenPath('files/moon_append.ptyd') };
    const resume = goldenPath('files/moon_DM.ptyr');
    const { tree } = await readStoredRun(resume);
    const stored = tree as Record<string, Record<string, Record<string, object>>>;
    const scans = { MF: { ...stored.scans.MF, data } };
    const ptypy = configure({ engines: { e: { ...ENGINES.ML, numiter: 1 } }, scans });
    const resumed = await run('ptypy', ptypy, { resume });
    expect(warnings(resumed)[0]).toMatch(/used other engines.*only probe and object are taken/);
    expect(resumed.outcome.history).toHaveLength(1);
    const fresh = await run('ptypy-fresh', ptypy);
    expect(resumed.outcome.history[0].errors.rfactor).toBeLessThan(
      0.3 * fresh.outcome.history[0].errors.rfactor,
    );
  });

  const THEIRS = { name: 'PtydScan', source: 'file', dfile: goldenPath('files/moon_append.ptyd') };

  it('goes on with the engine that a file of ptypy is in, from its probe and object', async () => {
    const resume = goldenPath('files/moon_DM.ptyr');
    const stored = await readStoredRun(resume);
    expect(stored.run).toBe('make_file_reference');
    const tree = {
      ...(stored.tree as object),
      io: { pictures: false },
      scans: { MF: { ...(stored.tree as { scans: { MF: object } }).scans.MF, data: THEIRS } },
    };
    const { config } = configFromTree(tree, { ...LOOKUP, set: ['engines.e.numiter=12'] });
    const resumed = await run('theirs-on', config, { resume });
    expect(resumed.events).toContainEqual({
      event: 'resume',
      file: resume,
      engine: 'DM',
      iteration: 10,
      iterations: 12,
    });
    expect(warnings(resumed)).toEqual([
      `${resume}: holds no engine state: DM resumes from its probe and object alone`,
    ]);
    const { history } = resumed.outcome;
    expect(history.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    // The first step is a small one from where ptypy had come.
    expect(history[10].errors.magnitude).toBeLessThan(2 * history[9].errors.magnitude);
    expect(resumed.file('r_DM_0012.ptyr')).toSatisfy(existsSync);
  });

  longTest(
    'takes probe and object of a Vanilla run of ptypy, as a run to resume and to start from',
    async () => {
      const [full, vanilla] = ['full.ptyr', 'vanilla.ptyr'].map((name) => join(folder, name));
      for (const file of [full, vanilla]) copyFileSync(goldenPath('files/moon_DM.ptyr'), file);
      h5py(
        `
for file in argument:
    with h5py.File(file, 'a') as f:
        del f['content/runtime']
        for what in ('probe', 'obj') if 'vanilla' in file else ():
            f.move('content/%s/SMFG00' % what, 'content/%s/SMF' % what)`,
        [full, vanilla],
      );
      const config = (start: object): RunConfig => {
        const scan = { name: 'Vanilla', data: THEIRS, coherence: { num_probe_modes: 2 }, ...start };
        return configure({
          engines: { e: { ...ENGINES.ML, numiter: 1 } },
          scans: { MF: scan },
        });
      };
      const resumed = await run('vanilla', config({}), { resume: vanilla });
      expect(warnings(resumed)[0]).toMatch(/does not list them: only probe and object are taken/);
      expect(resumed.outcome).toEqual((await run('full', config({}), { resume: full })).outcome);
      const recon = (rfile: string): object => ({ model: 'recon', recon: { rfile } });
      const started = (rfile: string): Promise<Ran> =>
        run('started', config({ illumination: recon(rfile), sample: recon(rfile) }));
      expect((await started(vanilla)).outcome).toEqual((await started(full)).outcome);
    },
  );

  it('does not put its results in place of a file of ptypy', async () => {
    const resume = join(folder, 'theirs', 'r.ptyr');
    mkdirSync(join(folder, 'theirs'));
    copyFileSync(goldenPath('files/moon_DM.ptyr'), resume);
    const data = { name: 'PtydScan', source: 'file', dfile: goldenPath('files/moon_append.ptyd') };
    const scans = { MF: { data, coherence: { num_probe_modes: 2 } } };
    const config = configure({ scans, top: { io: { rfile: '%(run)s.ptyr' } } });
    await expect(run('theirs', config, { resume })).rejects.toThrow(
      `--resume: results would replace ${resume}: choose another place with -o or io.rfile`,
    );
  });
});

describe('what does not go together', () => {
  const stopped = run('other', configure({}), { stopAfter: 3 });
  const scanWith = (change: object): Given => ({ scans: { S: { ...SCAN, ...change } } });
  const dataWith = (change: object): Given => scanWith({ data: { ...SCAN.data, ...change } });

  it.each<[string, Given, RegExp]>([
    ['another scan', { scans: { U: SCAN } }, /--resume: .* is of other scans: it holds S; .* has U$/],
    ['another engine', { engines: { e: ENGINES.RAAR } }, /it went through e \(DM\); .* has e \(RAAR\)$/],
    ['engines before it', { engines: { d: ENGINES.DM, e: ENGINES.DM } }, /has d \(DM\), e \(DM\)$/],
    [
      'other frames',
      dataWith({ shape: 48 }),
      /probe 'SSG00' \[1x32x32 complex128\]: the waves are now 48x48/,
    ],
    ['another pixel', dataWith({ psize: 1e-4 }), /energy, distance or detector pixel differ/],
    [
      'more modes',
      scanWith({ coherence: { num_probe_modes: 2 } }),
      /1 modes, .* 2 \(coherence.num_probe_modes\)/,
    ],
    ['object modes', scanWith({ coherence: { num_object_modes: 2 } }), /coherence.num_object_modes/],
  ])('is an error: %s', async (_what, given, says) => {
    const resume = (await stopped).file('r_DM_0003.ptyr');
    await expect(run('other-resumed', configure(given), { resume })).rejects.toThrow(says);
  });

  it('takes more and fewer frames, and says so', async () => {
    const resume = (await stopped).file('r_DM_0003.ptyr');
    const more = await run('more', configure(dataWith({ num_frames: 30 })), { resume });
    expect(warnings(more)).toEqual([
      `${resume}: scan S has 10 more frames than the saved run; they start from probe and object`,
      `${resume}: its object grew, because positions lie outside of it: what DM kept of it is left out`,
    ]);
    expect(more.outcome.history).toHaveLength(6);
    const fewer = await run('fewer', configure(dataWith({ num_frames: 15 })), { resume });
    expect(warnings(fewer)).toEqual([`${resume}: scan S lacks 5 frames of the saved run`]);
  });
});
