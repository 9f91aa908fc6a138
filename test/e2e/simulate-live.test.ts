/** A scan that is measured while it is prepared: both commands at once, from every kind of source. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPtyr } from '../../src/ptyr/reader.ts';
import { createMoonflowerExperiment } from '../../src/simulation/moonflower.ts';
import { PtydReader } from '../../src/ptyd/reading/reader.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { h5py, temporaryFolder } from '../tools/h5py.ts';
import { peer } from '../tools/peer.ts';
import { COMMAND, ptyflow } from '../tools/ptyflow.ts';
import { longTest, sampled } from '../tools/sampled.ts';

const folder = temporaryFolder();
const FRAMES = 30;
const SIZE = ['--frames', String(FRAMES), '--shape', '32', '--noise', '--seed', '3'];
const PLAY = ['--live', '--rate', '15', '--jitter', '0.05', '--shuffle', '5'];

const DATA = {
  folder:
    "{ name: WatchLoader, base_path: folder, pattern: 'ccd/*', positions_file: folder/positions.txt, end_file: done, energy: 6.2, distance: 7, psize: 1.72e-4 }",
  swmr: `
      name: SwmrLoader
      intensities: { file: swmr.h5, key: entry/data, live_key: entry/key }
      positions: { slow_key: entry/y, fast_key: entry/x }
      recorded_energy: { key: entry/energy }
      recorded_distance: { key: entry/distance }
      recorded_psize: { key: entry/psize }`,
  ptyd: '{ name: PtydScan, source: live.ptyd, shape: null }',
} as const;

beforeAll(() => {
  for (const [label, data] of Object.entries(DATA)) {
    writeFileSync(join(folder, `${label}.yaml`), `scans:\n  ${label}:\n    data: ${data}\nengines: {}\n`);
  }
  const { status, stderr } = ptyflow(['simulate', 'whole.ptyd', ...SIZE], folder);
  expect(status, stderr).toBe(0);
});

interface Ended {
  readonly status: number | null;
  readonly stderr: string;
  readonly events: RunEvent[];
}

async function run(
  args: readonly string[],
  hear?: (event: RunEvent, stop: () => void) => void,
): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, ...args, '--json'], { cwd: folder });
  let stderr = '';
  const events: RunEvent[] = [];
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  createInterface(child.stdout).on('line', (line) => {
    const event = JSON.parse(line) as RunEvent;
    events.push(event);
    hear?.(event, () => child.kill('SIGINT'));
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stderr, events };
}

/** Frames and positions by scan point. */
async function contents(file: string): Promise<Map<number, { frame: number[]; position: number[] }>> {
  const reader = new PtydReader(join(folder, file));
  await reader.refresh();
  const { data, positions, indices } = await reader.readFrames(
    Array.from({ length: reader.frames }, (_, i) => i),
  );
  const size = data.shape[1] * data.shape[2];
  return new Map(
    indices.map((index, i) => [
      index,
      {
        frame: Array.from(data.data.slice(i * size, (i + 1) * size)),
        position: Array.from(positions.data.slice(2 * i, 2 * i + 2)),
      },
    ]),
  );
}

describe('a scan that is played while it is prepared', () => {
  it.concurrent.each(
    sampled(1, [
      ['swmr', 'swmr.h5'],
      ['ptyd', 'live.ptyd'],
      ['folder', 'folder'],
    ]),
  )(
    'as %s gives the frames of the whole scan',
    async (label, output) => {
      const [played, prepared] = await Promise.all([
        run(['simulate', output, ...SIZE, ...PLAY]),
        run(['prepare', `${label}.yaml`, '--follow', '-o', 'out']),
      ]);
      expect(played.status, played.stderr).toBe(0);
      expect(prepared.status, prepared.stderr).toBe(0);
      expect(prepared.events.filter(({ event }) => event === 'warning')).toEqual([]);
      const found = await contents(`out/${label}.ptyd`);
      const whole = await contents('whole.ptyd');
      expect(found.size).toBe(FRAMES);
      for (const [index, { frame, position }] of whole) {
        expect(found.get(index)?.frame).toEqual(frame);
        expect(found.get(index)?.position[0]).toBeCloseTo(position[0], 12);
        expect(found.get(index)?.position[1]).toBeCloseTo(position[1], 12);
      }
    },
    600_000,
  );

  it('may be that of a file, lose frames, and always the same ones', async () => {
    const lossy = ['--live', '--rate', '1000', '--from', 'whole.ptyd', '--drop', '0.3', '--seed', '5'];
    for (const name of ['a', 'b']) expect((await run(['simulate', name, ...lossy])).status).toBe(0);
    const names = (name: string): string[] => readdirSync(join(folder, name, 'ccd')).sort();
    expect(names('a')).toEqual(names('b'));
    expect(names('a').length).toBeGreaterThan(10);
    expect(names('a').length).toBeLessThan(FRAMES);
    const set = ['base_path=a', 'positions_file=a/positions.txt'].flatMap((one) => [
      '--set',
      `scans.folder.data.${one}`,
    ]);
    const { status, events } = await run(['prepare', 'folder.yaml', '-o', 'lossy', ...set]);
    expect(status).toBe(0);
    const warnings = events.flatMap((event) => (event.event === 'warning' ? [event.message] : []));
    expect(warnings.join('\n')).toMatch(/^frames \d[\d, -]* never came to .*a\/ccd/);
    expect((await contents('lossy/folder.ptyd')).size).toBe(names('a').length);
  }, 600_000);

  it('is read by h5py in SWMR mode meanwhile, and ended by Ctrl-C', async () => {
    peer('h5py');
    const seen: number[] = [];
    const { status, stderr } = await run(
      ['simulate', 'stopped.h5', '--live', '--rate', '20', '--frames', '5000', '--shape', '16'],
      (event, stop) => {
        if (event.event !== 'chunk' || event.frames % 5 !== 0 || seen.length === 3) return;
        const count = h5py(
          `
with h5py.File(argument, 'r', libver='latest', swmr=True) as f:
    result = int((f['entry/key'][()] > 0).sum())`,
          join(folder, 'stopped.h5'),
        ) as number;
        expect(count).toBeGreaterThanOrEqual(event.frames);
        seen.push(count);
        if (seen.length === 3) stop();
      },
    );
    expect(status).toBe(130);
    expect(stderr).toMatch(/stopped after \d+ of 5000 frames; stopped\.h5 is ended there/);
    expect(
      h5py(`result = len(h5py.File(argument, 'r')['entry/data'])`, join(folder, 'stopped.h5')),
    ).toBeGreaterThan(9);
  }, 600_000);

  longTest('is followed to its end also when that has come before', async () => {
    expect((await run(['simulate', 'over.h5', ...SIZE, '--live', '--rate', '1000'])).status).toBe(0);
    const set = 'scans.swmr.data.intensities.file=over.h5';
    const { status, stderr, events } = await run([
      'prepare',
      'swmr.yaml',
      '--follow',
      '-o',
      'over',
      '--set',
      set,
    ]);
    expect(status, stderr).toBe(0);
    expect(events.filter(({ event }) => event === 'warning')).toEqual([]);
    expect((await contents('over/swmr.ptyd')).size).toBe(FRAMES);
  });

  it('is the same folder as that of the whole scan, with the answer beside it', async () => {
    const size = ['--frames', '6', '--shape', '16'];
    expect((await run(['simulate', 'whole', ...size])).status).toBe(0);
    expect((await run(['simulate', 'played', ...size, '--live', '--rate', '1000'])).status).toBe(0);
    const files = (name: string): string[] =>
      readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).sort();
    expect(files('whole')).toEqual([
      ...['answer.ptyr', 'ccd', ...Array.from({ length: 6 }, (_, i) => `ccd/frame_00000${i}.npy`)],
      ...['done', 'geometry.txt', 'positions.txt'],
    ]);
    expect(files('played')).toEqual(files('whole'));
    for (const name of files('whole').filter((file) => /\.(npy|txt)$/.test(file))) {
      expect(readFileSync(join(folder, 'played', name))).toEqual(readFileSync(join(folder, 'whole', name)));
    }
    const { objects, probes, positions } = await readPtyr(join(folder, 'played', 'answer.ptyr'));
    const experiment = createMoonflowerExperiment({ num_frames: 6, shape: 16, energy: 6.2, distance: 7 });
    const [object, probe] = [Object.values(objects)[0], Object.values(probes)[0]];
    expect(object.data.data).toEqual(experiment.object.data);
    expect(probe.data.data).toEqual(experiment.probe.data);
    expect(positions.simulated.positions.data).toEqual(experiment.positionsM.data);
    // Views begin ten pixels inside of the object.
    const starts = Array.from(
      positions.simulated.positions.data,
      (x, i) => Math.round((x - object.originM[i % 2]) / object.psizeM[i % 2]) - 8,
    );
    expect(Math.min(...starts)).toBe(10);
  }, 600_000);

  it.each(['1', '2'])(
    'can be stopped while its source is waited for, on %s ranks',
    async (ranks) => {
      const set = 'scans.swmr.data.intensities.file=never.h5';
      const { status, stderr } = await run(
        ['prepare', 'swmr.yaml', '--follow', '-o', 'never', '--set', set, '--ranks', ranks],
        (event, stop) => {
          if (event.event === 'waiting') stop();
        },
      );
      expect(status).toBe(130);
      expect(stderr).toMatch(/stopped before .*never\.h5 was there/);
    },
    600_000,
  );

  it('needs --live for its options', () => {
    const { status, stderr } = ptyflow(['simulate', 'none.ptyd', '--rate', '3'], folder);
    expect(status).toBe(2);
    expect(stderr).toContain('--rate: is for --live only');
    expect(existsSync(join(folder, 'none.ptyd'))).toBe(false);
  });
});
