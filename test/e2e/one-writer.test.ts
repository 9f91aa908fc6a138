/** Two runs do not write into one folder at once, in one process or in two, and nothing is left that blocks the next. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AbortedError, FileError, startRun } from 'ptyflow';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../tools/h5py.ts';
import { mpiexec, node } from '../tools/mpi.ts';
import { COMMAND } from '../tools/ptyflow.ts';
import { longTest, sampled } from '../tools/sampled.ts';

const folder = temporaryFolder();
let homes = 0;

const newHome = (): string => join(folder, `home-${homes++}`);

function config(home: string, numiter: number): Record<string, unknown> {
  const scan = {
    data: { name: 'MoonFlowerScan', num_frames: 20, shape: 32 },
    illumination: { aperture: { form: 'circ', size: 3e-6 } },
  };
  const engines = { e: { name: 'EPIE', numiter } };
  return { run: 'moon', scans: { S: scan }, engines, io: { home, pictures: false } };
}

/** Arguments of a command that runs it. */
function command(home: string, numiter: number): string[] {
  const file = `${home}.${numiter}.json`;
  writeFileSync(file, JSON.stringify(config(home, numiter)));
  return [COMMAND, 'run', file, '--json'];
}

/** A command that goes on until it is ended, once it prints such an event. */
async function ongoing(args: readonly string[], event: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let text = '';
  await new Promise<void>((resolve, reject) => {
    child.on('exit', () => {
      reject(new Error(`ended early: ${text}`));
    });
    child.stdout.on('data', (more: Buffer) => {
      text += String(more);
      if (text.includes(`"event":"${event}"`)) resolve();
    });
  });
  return child;
}

function locksIn(home: string): string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('lock'));
}

describe.each(
  sampled<[string, { readonly ranks?: number }]>(1, [
    ['on two threads', { ranks: 2 }],
    ['in this thread', {}],
  ]),
)('a run %s', (_, where) => {
  it('is alone in its folder until it ends, whatever ends it', async () => {
    const home = newHome();
    const first = await startRun(config(home, 100_000), where);
    await first.pause();
    const second = startRun(config(home, 1), where);
    await expect(second).rejects.toThrow(FileError);
    await expect(second).rejects.toThrow(/run moon in .*moon is being written by this process since 20/);
    // Another name, and a run that writes nothing.
    const other = await startRun({ ...config(home, 1), run: 'sun' }, where);
    const quiet = { rfile: null, autosave: { active: false }, pictures: false, home };
    const silent = await startRun({ ...config(home, 1), io: quiet }, where);
    expect((await other.ended).result?.history).toHaveLength(1);
    expect((await silent.ended).result?.history).toHaveLength(1);
    await first.resume();
    first.stop();
    await expect(first.ended).rejects.toThrow(AbortedError);
    expect(locksIn(home)).toEqual([]);
    expect((await (await startRun(config(home, 1), where)).ended).result?.history).toHaveLength(1);
    expect(locksIn(home)).toEqual([]);
  });

  it('that fails leaves no lock, and no folder', async () => {
    const home = newHome();
    const data = { name: 'PtydScan', source: 'file', dfile: join(folder, 'nowhere.ptyd') };
    const run = await startRun({ ...config(home, 1), scans: { S: { data } } }, where);
    await expect(run.ended).rejects.toThrow('nowhere.ptyd');
    expect(readdirSync(folder)).not.toContain(home.slice(folder.length + 1));
  });
});

describe('a command', () => {
  it.each(sampled(1, ['SIGKILL', 'SIGINT'] as const))(
    'names the one that runs, and runs after its %s',
    async (signal) => {
      const home = newHome();
      const first = await ongoing(command(home, 100_000), 'iteration');
      const refused = await node(command(home, 1));
      expect(refused.status).toBe(1);
      expect(refused.stdout).toContain(`is being written by process ${first.pid} on`);
      first.kill(signal);
      await once(first, 'exit');
      expect(locksIn(home).length > 0).toBe(signal === 'SIGKILL');
      const { status, stdout } = await node(command(home, 1));
      expect(status, stdout).toBe(0);
      expect(stdout.includes('ended before its time')).toBe(signal === 'SIGKILL');
      expect(locksIn(home)).toEqual([]);
    },
  );

  it('that prepares is alone with the file', async () => {
    const home = newHome();
    const scan = join(folder, 'slow.mjs');
    writeFileSync(
      scan,
      `import { parameters, PtyScan } from 'ptyflow';
      export class Slow extends PtyScan {
        static parameters = parameters.SCAN_DATA;
        loadCommon() { return { energy: 7, distance: 2, psize: 1e-4 }; }
        loadPositions() { return Array.from({ length: 60 }, (_, i) => [i * 1e-7, 0]); }
        load() { return new Promise(() => setInterval(() => undefined, 1000)); }
      }`,
    );
    const data = {
      name: 'Slow',
      shape: null,
      num_frames: 60,
      dfile: join(home, 'slow.ptyd'),
      save: 'append',
    };
    const file = `${home}.json`;
    const args = [COMMAND, 'prepare', file, '--scan-module', scan, '--json'];
    writeFileSync(file, JSON.stringify({ scans: { S: { data } } }));
    const first = await ongoing(args, 'start');
    const { status, stdout } = await node(args);
    expect(status).toBe(1);
    expect(stdout).toContain(`slow.ptyd is being written by process ${first.pid} on`);
  });
});

describe.each(sampled(1, ['openmpi', 'mpich'] as const))('under %s', (launcher) => {
  it('the ranks of a run are one, and leave no lock', async () => {
    const home = newHome();
    const { status, stdout, stderr } = await mpiexec(launcher, 2, command(home, 2));
    expect(status, stdout + stderr).toBe(0);
    expect(locksIn(home)).toEqual([]);
  });

  longTest('all ranks end where another run writes', async () => {
    const home = newHome();
    const first = await ongoing(command(home, 100_000), 'iteration');
    const { status, stdout } = await mpiexec(launcher, 2, command(home, 1));
    expect(status).not.toBe(0);
    expect(stdout).toContain(`is being written by process ${first.pid} on`);
  });
});
