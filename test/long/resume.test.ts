/** Runs that are stopped or killed, and resumed, as users do it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toNumbers } from '../../src/array/ndarray.ts';
import { readPtyr } from '../../src/ptyr/reader.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { h5py } from '../tools/h5py.ts';
import { COMMAND, ptyflow } from '../tools/ptyflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'ptyflow-resume-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const CONFIG = `
run: small
data_type: double
compute: { backend: reference }
io: { pictures: false, autosave: { interval: 1, share: 1 } }
scans:
  S:
    data: { name: PtydScan, source: file, dfile: sim.ptyd }
    illumination: { aperture: { form: circ, size: 3.6e-6 } }
engines:
  d: { name: DM, numiter: 5 }
  a: { name: ML, numiter: 3 }
`;

beforeAll(() => {
  writeFileSync(join(folder, 'small.yaml'), CONFIG);
  const size = ['--frames', '36', '--shape', '32'];
  expect(ptyflow(['simulate', 'sim.ptyd', ...size], folder).status).toBe(0);
  const { status, stderr } = ptyflow(['run', 'small.yaml', '--ranks', '1', '-o', 'whole'], folder);
  expect(status, stderr).toBe(0);
});

async function fields(file: string): Promise<number[]> {
  const { probes, objects } = await readPtyr(join(folder, file));
  return [probes.SSG00, objects.SSG00].flatMap(({ data }) => Array.from(toNumbers(data)));
}

/** Starts the command and ends it by a signal: `begin` is told how, and hears of its events. */
async function interrupted(
  args: readonly string[],
  signal: NodeJS.Signals,
  begin: (stop: () => void) => (event: RunEvent) => void,
): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [COMMAND, ...args, '--json'], { cwd: folder });
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const listen = begin(() => child.kill(signal));
  createInterface(child.stdout).on('line', (line) => {
    listen(JSON.parse(line) as RunEvent);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}

/** Kills the command when it has begun to write its `number`th file. */
async function killedWhileSaving(args: readonly string[], output: string, number: number): Promise<void> {
  const place = join(folder, output);
  mkdirSync(place, { recursive: true });
  const begun = new Set<string>();
  const before = new Set(readdirSync(place));
  const { code } = await interrupted(args, 'SIGKILL', (stop) => {
    const watcher = watch(place, (_event, name) => {
      if (name?.endsWith('.tmp') !== true || before.has(name)) return;
      begun.add(name);
      if (begun.size < number) return;
      watcher.close();
      stop();
    });
    return () => undefined;
  });
  expect(code).toBeNull();
}

describe('ptyflow reconstruct --resume', () => {
  it('goes on after SIGTERM from two threads in one, with nothing given but the file', async () => {
    const args = ['run', 'small.yaml', '--ranks', '2', '-o', 'stopped'];
    const { code, stderr } = await interrupted(args, 'SIGTERM', (stop) => ({ event, ...about }) => {
      if (event === 'iteration' && 'iteration' in about && about.iteration === 3) stop();
    });
    expect(code, stderr).toBe(130);
    const [, saved] = /DM stopped after \d iterations; saved (\S+\.ptyr)/.exec(stderr) ?? [];
    const resumed = ptyflow(['reconstruct', '--resume', saved, '--ranks', '1'], folder);
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(resumed.stderr).toMatch(/resuming DM after \d of 5 iterations/);
    expect(resumed.stderr).not.toMatch(/warning: .*\.ptyr/);
    const [got, wanted] = [
      await fields('stopped/small_ML_0008.ptyr'),
      await fields('whole/small_ML_0008.ptyr'),
    ];
    // Two ranks add up numbers in another order.
    const largest = Math.max(...wanted.map(Math.abs));
    got.forEach((value, i) => {
      expect(Math.abs(value - wanted[i])).toBeLessThan(1e-9 * largest);
    });
  });

  it('killed while it saves, again and again, has whole files and ends with the same bits', async () => {
    const output = 'killed';
    const newest = (): string => {
      const files = readdirSync(join(folder, output)).filter((name) => name.endsWith('.ptyr'));
      // Every file that has its name is whole: h5py reads all of it.
      const whole = h5py(
        `
def read(file):
    with h5py.File(file, 'r') as f:
        seen = []
        f.visititems(lambda name, o: seen.append(o[()]) if isinstance(o, h5py.Dataset) else None)
        return len(f['content/runtime/iter_info']), bool(np.all(np.isfinite(f['content/obj/SSG00/data'][()])))
result = [read(file) for file in argument]`,
        files.map((name) => join(folder, output, name)),
      ) as [number, boolean][];
      const iterations = whole.map(([count]) => count);
      expect(whole.every(([, finite]) => finite)).toBe(true);
      return join(output, files[iterations.indexOf(Math.max(...iterations))]);
    };
    const place = ['--ranks', '1', '-o', output];
    await killedWhileSaving(['run', 'small.yaml', ...place], output, 3);
    for (let kill = 0; kill < 3; kill++) {
      await killedWhileSaving(['run', 'small.yaml', '--resume', newest(), ...place], output, 2);
    }
    const { status, stderr } = ptyflow(['reconstruct', '--resume', newest(), ...place], folder);
    expect(status, stderr).toBe(0);
    expect(await fields('killed/small_ML_0008.ptyr')).toEqual(await fields('whole/small_ML_0008.ptyr'));
    const { history } = await readPtyr(join(folder, 'killed', 'small_ML_0008.ptyr'));
    const expected = (await readPtyr(join(folder, 'whole', 'small_ML_0008.ptyr'))).history;
    expect(history.map(({ errors }) => errors)).toEqual(expected.map(({ errors }) => errors));
  });

  it('does more iterations than were asked for at first', async () => {
    const file = join('whole', 'small_ML_0008.ptyr');
    const args = [
      'reconstruct',
      '--resume',
      file,
      '--ranks',
      '1',
      '-o',
      'more',
      '--set',
      'engines.a.numiter=4',
    ];
    const { status, stderr } = ptyflow(args, folder);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(
      /small_ML_0008\.ptyr: holds no engine state: ML resumes from its probe and object alone/,
    );
    const { history } = await readPtyr(join(folder, 'more', 'small_ML_0009.ptyr'));
    expect(history).toHaveLength(9);
    expect(history[8]).toMatchObject({ engine: 'ML', iteration: 4, iterations: 9 });
  });

  it('makes half sets of a run that is over', async () => {
    const args = ['reconstruct', '--resume', 'whole/small_ML_0008.ptyr', '--half-sets', '-o', 'halves'];
    const { status, stderr } = ptyflow([...args, '--ranks', '1'], folder);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/all 3 iterations are done.*\n(.*\n)*half 1 of 2: 18 frames\n(.*\n)*½ bit: /);
    expect(readdirSync(join(folder, 'halves'))).toEqual(
      expect.arrayContaining(['frc.png', 'small_ML_0008_half1.ptyr', 'small_ML_0008_half2.ptyr']),
    );
    // What it resumes from is of all frames; halves start anew.
    const { history } = await readPtyr(join(folder, 'halves', 'small_ML_0008_half2.ptyr'));
    expect(history).toHaveLength(8);
  });

  it.each([
    [['reconstruct'], 2, /\[file\]: a configuration or a \.ptyd is needed, or --resume FILE\.ptyr/],
    [
      ['reconstruct', 'whole/small_ML_0008.ptyr'],
      2,
      /is a reconstruction: ptyflow reconstruct --resume \S*small_ML_0008\.ptyr resumes it/,
    ],
    [['run', 'sim.ptyd'], 2, /holds prepared frames: ptyflow reconstruct sim\.ptyd/],
    [['validate', 'whole/small_ML_0008.ptyr'], 0, /^$/],
    [['reconstruct', '--resume', 'nowhere.ptyr'], 1, /nowhere\.ptyr does not exist/],
    [
      ['reconstruct', '--resume', 'sim.ptyd'],
      1,
      /sim\.ptyd has no group "content\/probe": not a \.ptyr file/,
    ],
    [
      ['run', 'small.yaml', '--resume', 'whole/small_ML_0008.ptyr', '--set', 'engines={d: {name: DM}}'],
      2,
      /--resume: \S*small_ML_0008\.ptyr is of other engines: it went through d \(DM\), a \(ML\); .* d \(DM\)/,
    ],
    [
      ['reconstruct', 'sim.ptyd', '--resume', 'whole/small_ML_0008.ptyr'],
      2,
      /is of other scans: it holds S; the configuration has scan/,
    ],
    [
      ['reconstruct', '--resume', 'whole/small_ML_0008.ptyr', '--set', 'engines.a.numiter=few'],
      2,
      /engines\.a\.numiter: expected an integer/,
    ],
  ])('ptyflow %j ends with %i and one line that says why', (args, code, says) => {
    const { status, stderr } = ptyflow(args, folder);
    expect(stderr).toMatch(says);
    expect(status).toBe(code);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
