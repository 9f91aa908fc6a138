/** The command, as users run it: results, events, exit codes, Ctrl-C. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPtyr } from '../../src/ptyr/reader.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { COMMAND, ptyflow } from '../tools/ptyflow.ts';
import { longTest, sampled } from '../tools/sampled.ts';

const folder = mkdtempSync(join(tmpdir(), 'ptyflow-run-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const CONFIG = `
run: small
io: { pictures: false }
scans:
  S:
    data: { name: MoonFlowerScan, shape: 32, num_frames: 20, save: append, dfile: S.ptyd }
    illumination: { aperture: { form: circ, size: 3.6e-6 } }
    coherence: { num_probe_modes: 2 }
engines:
  a: { name: DM, numiter: 3 }
  b: { name: ML, numiter: 2 }
  c: { name: EPIE, numiter: 1 }
`;

const ONE_ITERATION = ['--set', 'engines={a: {name: DM, numiter: 1}}'];

beforeAll(() => {
  writeFileSync(join(folder, 'small.yaml'), CONFIG);
});

function events(stdout: string): RunEvent[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
}

describe('ptyflow run', () => {
  it('prepares, reconstructs and reports every step as one JSON object a line', async () => {
    const { status, stdout, stderr } = ptyflow(
      ['run', 'small.yaml', '-o', 'out', '--json', '--set', 'io.pictures=true'],
      folder,
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const all = events(stdout);
    const iterations = all.filter((event) => event.event === 'iteration');
    expect(iterations.map(({ engine, iteration }) => `${engine} ${iteration}`)).toEqual([
      'DM 1',
      'DM 2',
      'DM 3',
      'ML 1',
      'ML 2',
      'EPIE 1',
    ]);
    for (const { errors } of iterations) {
      expect(Object.keys(errors).length).toBeGreaterThan(0);
      for (const value of Object.values(errors)) expect(Number.isFinite(value)).toBe(true);
    }
    expect(all.find((event) => event.event === 'chunk')).toMatchObject({ scan: 'S', frames: 20, total: 20 });
    expect(all.at(-1)).toMatchObject({ event: 'done' });

    const written = readdirSync(join(folder, 'out')).sort();
    expect(written).toEqual(
      expect.arrayContaining([
        'phase.png',
        'amplitude.png',
        'probe.png',
        'errors.png',
        'small_EPIE_0006.ptyr',
      ]),
    );
    const saved = all.flatMap((event) => (event.event === 'saved' ? [event.file] : []));
    for (const file of saved) expect(existsSync(file), file).toBe(true);

    const result = await readPtyr(join(folder, 'out', 'small_EPIE_0006.ptyr'));
    expect(result.probes.SSG00.data.shape).toEqual([2, 32, 32]);
    expect(result.objects.SSG00.data.shape[0]).toBe(1);
    expect(result.history.map(({ engine }) => engine)).toEqual(['DM', 'DM', 'DM', 'ML', 'ML', 'EPIE']);
    expect(result.config).toMatchObject({ run: 'small', engines: { a: { name: 'DM', numiter: 3 } } });
  });

  it('reconstructs a prepared file alone, and a configuration from its dfile on the backend that is asked for', async () => {
    const few = [
      'engines.difference_map.numiter=1',
      'engines.maximum_likelihood.numiter=1',
      'io.pictures=false',
    ];
    const set = few.flatMap((one) => ['--set', one]);
    const alone = ptyflow(['reconstruct', 'S.ptyd', '--ranks', '1', '-o', 'alone', ...set], folder);
    expect(alone.status, alone.stderr).toBe(0);
    expect(readdirSync(join(folder, 'alone'))).toContain('S_ML_0002.ptyr');
    const before = readFileSync(join(folder, 'S.ptyd'));
    const again = ptyflow(
      ['reconstruct', 'small.yaml', '--ranks', '1', '-o', 'again', '--backend', 'wasm', ...ONE_ITERATION],
      folder,
    );
    expect(again.status, again.stderr).toBe(0);
    expect((await readPtyr(join(folder, 'again', 'small_DM_0001.ptyr'))).config).toMatchObject({
      compute: { backend: 'wasm' },
    });
    expect(readFileSync(join(folder, 'S.ptyd'))).toEqual(before);
    expect(existsSync(join(folder, 'S.ptyd.old'))).toBe(false);
  });

  it('resumes from a reconstruction: probe and object out of a .ptyr', () => {
    const likelihood = ['--json', '--set', 'engines={b: {name: ML, numiter: 2, probe_update_start: 0}}'];
    const rfile = join(folder, 'first', 'small_ML_0002.ptyr');
    const start = [
      ...['--set', 'scans.S.illumination.model=recon', '--set', `scans.S.illumination.recon.rfile=${rfile}`],
      ...['--set', 'scans.S.sample.model=recon', '--set', `scans.S.sample.recon.rfile=${rfile}`],
    ];
    const losses = (args: readonly string[]): number[] => {
      const { status, stdout, stderr } = ptyflow(
        ['reconstruct', 'small.yaml', '--ranks', '1', ...args],
        folder,
      );
      expect(status, stderr).toBe(0);
      return events(stdout).flatMap((event) => (event.event === 'iteration' ? [event.errors.loss] : []));
    };
    const first = losses([...likelihood, '-o', 'first']);
    const on = losses([...likelihood, '-o', 'on', ...start]);
    // The loss of an iteration is that before its step: every step went down, the one between the two runs too.
    expect(on[0]).toBeLessThan(first[1]);
    expect(on[1]).toBeLessThan(on[0]);
  });

  longTest('computes on the reference backend where that is asked for', async () => {
    const args = ['reconstruct', 'small.yaml', '--ranks', '1', '--backend', 'reference', '-o', 'reference'];
    const { status, stderr } = ptyflow([...args, ...ONE_ITERATION], folder);
    expect(status, stderr).toBe(0);
    const { config } = await readPtyr(join(folder, 'reference', 'small_DM_0001.ptyr'));
    expect(config).toMatchObject({ compute: { backend: 'reference' } });
  });

  it('stopped by Ctrl-C, saves what it has and says so', async () => {
    const many = ['--set', 'engines.a.numiter=100000', '--set', 'scans.S.data.save=None'];
    const child = spawn(
      process.execPath,
      [COMMAND, 'run', 'small.yaml', '-o', 'stopped', '--json', ...many],
      {
        cwd: folder,
      },
    );
    const lines = createInterface(child.stdout);
    let interrupted = false;
    lines.on('line', (line) => {
      if (interrupted || (JSON.parse(line) as RunEvent).event !== 'iteration') return;
      interrupted = true;
      child.kill('SIGINT');
    });
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(130);
    expect(stderr).toMatch(/DM stopped after \d+ iterations; saved .*small_DM_\d+\.ptyr/);
    const [file] = readdirSync(join(folder, 'stopped')).filter((name) => name.endsWith('.ptyr'));
    const { history } = await readPtyr(join(folder, 'stopped', file));
    expect(history.length).toBeGreaterThan(0);
  });

  it('says nothing but errors when quiet', () => {
    const quiet = ptyflow(['prepare', 'small.yaml', '--quiet', '-o', 'quiet'], folder);
    expect(quiet).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(existsSync(join(folder, 'quiet', 'S.ptyd'))).toBe(true);
  });

  it.each(
    sampled<[string[], number, RegExp]>(6, [
      [['run', 'nowhere.yaml'], 1, /configuration nowhere\.yaml: there is no such file/],
      [
        ['run', 'small.yaml', '--set', 'engines.a.numiter=two'],
        2,
        /engines\.a\.numiter: expected an integer.*got "two"/,
      ],
      [['run', 'small.yaml', '--set', 'nonsense'], 2, /--set/],
      // Said before the work, not after it.
      [
        ['run', 'small.yaml', '-o', 'small.yaml'],
        2,
        /^ptyflow: --output: small\.yaml is a file; give a folder/,
      ],
      [['prepare', 'small.yaml', '-o', 'small.yaml/below'], 2, /dfile: small\.yaml is a file, not a folder/],
      [['prepare', 'small.yaml', '-o', 'small.yaml'], 2, /--output: small\.yaml is a file; give a folder/],
      [['run', 'small.yaml', '-o', 'small.yaml/below'], 2, /small\.yaml is a file, not a folder/],
      [['simulate', 'small.yaml/S.ptyd'], 2, /<output>: small\.yaml is a file, not a folder/],
      [['run', 'small.yaml', '--set', 'io.rfile=%(name)s.ptyr'], 2, /^ptyflow: io: .*known are %\(run\)s/],
      [['prepare', 'small.yaml', '--ranks', '0'], 2, /--ranks.*expected a whole number from 1 on/],
      [['prepare', 'small.yaml', '--ranks', '9999'], 2, /^ptyflow: --ranks: expected at most \d+.*got 9999/],
      [['run', 'small.yaml', '--backend', 'gpu'], 2, /--backend.*'gpu' is invalid.*wasm, reference/],
      [['frobnicate'], 2, /unknown command 'frobnicate'/],
      [['info'], 2, /missing required argument/],
      [['info', 'small.yaml'], 1, /small\.yaml is not an HDF5 file/],
      [['reconstruct', 'nowhere.ptyd'], 1, /nowhere\.ptyd/],
      [['run', 'small.yaml', '--scan-module', 'nowhere.ts'], 2, /there is no file .*nowhere\.ts/],
      [['schema', 'engines.DMM'], 2, /unknown engine 'DMM'; did you mean 'DM'/],
      [['new', 'config', 'small.yaml'], 2, /small\.yaml exists already/],
      [
        ['new', 'scan', 'small.yaml'],
        2,
        /^ptyflow: .*small\.yaml: a scan is written to a file that ends in \.ts/,
      ],
    ]),
  )('ptyflow %j ends with %i and one line that says why', (args, code, says) => {
    const { status, stderr } = ptyflow(args, folder);
    expect(stderr).toMatch(says);
    expect(status).toBe(code);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    [['run'], "missing required argument 'config'"],
    [['schema', '--json-schema'], "option '--json-schema' cannot be used with option '--json'"],
  ])('ptyflow %j --json tells of wrong usage as an event', (args, message) => {
    const { status, stdout } = ptyflow([...args, '--json'], folder);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toEqual({ event: 'error', message });
    expect(status).toBe(2);
  });

  it.each(sampled(1, ['stdout', 'stderr'] as const))(
    'goes on when nobody reads its %s any more',
    async (stream) => {
      const args = [
        'prepare',
        'small.yaml',
        '-o',
        `closed-${stream}`,
        ...(stream === 'stdout' ? ['--json'] : []),
      ];
      const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder });
      child[stream].destroy();
      let stderr = '';
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
      const [code] = (await once(child, 'close')) as [number | null];
      expect(code, stderr).toBe(0);
      expect(existsSync(join(folder, `closed-${stream}`, 'S.ptyd'))).toBe(true);
    },
  );

  it('shows where an unreadable file was met with --debug', () => {
    const { stderr } = ptyflow(['info', 'small.yaml', '--debug'], folder);
    expect(stderr).toMatch(/\n\s+at /);
  });
});

describe('ptyflow new', () => {
  it('writes a scan class and a configuration that run as they are', () => {
    const own = join(folder, 'new');
    mkdirSync(own);
    expect(ptyflow(['new', 'scan', 'my-scan.ts'], own).status).toBe(0);
    expect(ptyflow(['new', 'config', 'run.yaml'], own).status).toBe(0);
    const valid = ptyflow(['validate', 'run.yaml'], own);
    expect(valid.stdout).toMatch(/run\.yaml is valid: scans S \(MoonFlowerScan\)/);
    const args = [
      'prepare',
      'run.yaml',
      '--scan-module',
      'my-scan.ts',
      '--set',
      'scans.S.data={name: MyScan}',
    ];
    const prepared = ptyflow(args, own);
    expect(prepared.status, prepared.stderr).toBe(0);
    expect(ptyflow(['validate', 'S.ptyd'], own).stdout).toMatch(/25 of 25 frames of 64x64 pixels/);
  });

  longTest('writes JavaScript that is a module', () => {
    const own = join(folder, 'new-js');
    mkdirSync(own);
    expect(ptyflow(['new', 'scan', 'plain.js'], own).status).toBe(0);
    expect(ptyflow(['new', 'config', 'run.json'], own).status).toBe(0);
    const module = ['--scan-module', 'plain.js', '--set', 'scans.S.data={name: Plain}'];
    const prepared = ptyflow(['prepare', 'run.json', '-o', 'plain', ...module], own);
    expect(prepared.status, prepared.stderr).toBe(0);
  });

  it.each(sampled(0, ['yaml', 'json']))(
    'writes a configuration whose halves tell a resolution: %s',
    (format) => {
      const own = join(folder, `halves-${format}`);
      mkdirSync(own);
      const config = `run.${format}`;
      expect(ptyflow(['new', 'config', config], own).status).toBe(0);
      const less = ['scans.S.data.shape=48', 'scans.S.data.num_frames=40', 'io.pictures=false'];
      const smaller = less.flatMap((one) => ['--set', one]);
      const run = ptyflow(['run', config, '--half-sets', '--json', ...smaller], own);
      expect(run.status, run.stderr).toBe(0);
      const events = run.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const last = events.filter(({ event, half }) => event === 'iteration' && half === undefined).at(-1);
      expect((last?.errors as Record<string, number>).rfactor).toBeLessThan(0.1);
      const found = events.find(({ event }) => event === 'resolution');
      expect(found).toMatchObject({ halfBit: { longestPeriodM: null }, oneBit: { longestPeriodM: null } });
      const { limit, halfPeriodM } = found?.halfBit as { limit: string; halfPeriodM: number | null };
      const [pixel] = found?.psizeM as number[];
      expect(limit).toMatch(/^(crossing|pixel size)$/);
      expect(halfPeriodM ?? pixel).toBeLessThan(4 * pixel);
    },
  );
});
