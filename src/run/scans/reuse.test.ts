/** A scan that was prepared with the same parameters is not prepared again, and one without frames is an error. */
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/tools/h5py.ts';
import { fromNumbers } from '../../array/ndarray.ts';
import { formatNpy } from '../../array/npy.ts';
import { ScanRegistry } from '../../loaders/registry.ts';
import { silentLog } from '../../log.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { configFromTree } from '../config/config.ts';
import type { RunEvent } from '../events.ts';
import { loadFrames } from './loaded-scan.ts';
import { runPreparation } from './prepare.ts';

const folder = temporaryFolder();
const registry = new ScanRegistry();
let frames = '';
let dfile = '';
let count = 0;

beforeEach(() => {
  frames = join(folder, String(count++));
  mkdirSync(frames);
  dfile = `${frames}.ptyd`;
  for (let i = 0; i < 4; i++) writeFrame(i, 1);
  writeFileSync(join(frames, 'positions.txt'), '0 0\n0 1e-6\n1e-6 0\n1e-6 1e-6\n');
});

function writeFrame(i: number, value: number): void {
  const data = new Array<number>(64).fill(value + i);
  writeFileSync(join(frames, `frame_${i}.npy`), formatNpy(fromNumbers('uint16', data, [8, 8])));
}

function configOf(more: object = {}): ReturnType<typeof configFromTree>['config'] {
  const data = {
    ...{ name: 'WatchLoader', base_path: frames, pattern: 'frame_%d.npy', save: 'append', dfile },
    ...{ positions_file: join(frames, 'positions.txt'), energy: 7, distance: 2, psize: 5e-5, ...more },
  };
  const tree = { scans: { S: { data } }, engines: {} };
  return configFromTree(tree, { scanGroups: registry, engineGroups: ENGINE_GROUPS }).config;
}

/** What was told, and the sums of the frames. */
async function run(more: object = {}, prepareAnew = false): Promise<{ events: RunEvent[]; sums: number[] }> {
  const events: RunEvent[] = [];
  const config = configOf(more);
  const { packages } = await loadFrames(config.scans[0], config, {
    ...{ registry, communicator: singleCommunicator(), run: 'r', overrides: () => ({}), prepareAnew },
    log: silentLog,
    onEvent: (event) => events.push(event),
  });
  const sums = packages.flatMap(({ iterable }) => iterable.map(({ data }) => Number(data?.data[0])));
  return { events, sums };
}

const named = (events: readonly RunEvent[]): string[] => events.map(({ event }) => event);

function isOld(): void {
  const past = new Date(Date.now() - 60_000);
  utimesSync(join(frames, 'frame_0.npy'), past, past);
}

describe('a prepared scan', () => {
  it('is used as it is, with a line that says so, and leaves no copy', async () => {
    const first = await run();
    expect(named(first.events)).toContain('saved');
    const { ino, mtimeMs } = statSync(dfile);
    const again = await run();
    expect(named(again.events)).not.toContain('saved');
    expect(again.events[0]).toEqual({ event: 'reused', scan: 'S', file: dfile });
    expect(again.sums).toEqual([1, 2, 3, 4]);
    expect(statSync(dfile)).toMatchObject({ ino, mtimeMs });
    expect(readdirSync(folder).filter((name) => name.includes('.old'))).toEqual([]);
  });

  it('is prepared anew with other parameters, or where that is asked for, and one old file is kept', async () => {
    await run();
    expect(named((await run({ energy: 8 })).events)).toContain('saved');
    expect(named((await run({ energy: 8 }, true)).events)).toContain('saved');
    expect(named((await run({ energy: 7 })).events)).toContain('saved');
    const own = readdirSync(folder).filter((name) => name.startsWith(`${count - 1}.`));
    expect(own.sort()).toEqual([`${count - 1}.ptyd`, `${count - 1}.ptyd.old`]);
  });

  it.each([
    [
      'a frame that changed',
      () => {
        writeFrame(2, 50);
      },
      [1, 2, 52, 4],
    ],
    [
      'a frame that is old and came later',
      () => {
        writeFrame(0, 50);
        isOld();
      },
      [50, 2, 3, 4],
    ],
    [
      'positions that changed',
      () => {
        writeFileSync(join(frames, 'positions.txt'), '0 0\n0 2e-6\n1e-6 0\n1e-6 1e-6\n');
      },
      [1, 2, 3, 4],
    ],
  ])('is prepared anew for %s', async (_, change, sums) => {
    await run();
    // As if all had been there for long.
    const past = new Date(statSync(dfile).mtimeMs - 10);
    utimesSync(dfile, past, past);
    change();
    const { events, sums: found } = await run();
    expect(events[0]).toMatchObject({ event: 'warning' });
    expect(events[0]).toHaveProperty('message', expect.stringMatching(/has changed since .* prepared again/));
    expect(found).toEqual(sums);
  });

  it('is left alone by prepare, unless forced', async () => {
    const events: RunEvent[] = [];
    const options = {
      registry,
      communicator: singleCommunicator(),
      log: silentLog,
      onEvent: (event: RunEvent) => events.push(event),
    };
    await runPreparation(configOf(), options, () => ({}), false);
    const before = readFileSync(dfile);
    events.length = 0;
    await runPreparation(configOf(), options, () => ({}), false);
    expect(named(events)).toEqual(['reused']);
    expect(readFileSync(dfile).equals(before)).toBe(true);
    await runPreparation(configOf(), options, () => ({}), true);
    expect(named(events)).toContain('saved');
  });
});

describe('a scan without frames', () => {
  it.each([
    [
      { pattern: 'img_%d.npy' },
      /holds frame_0\.npy, .*positions\.txt \(5 in all\); none fits the pattern "img_%d\.npy"/,
    ],
    [{ first_index: 9 }, /all 4 frames in \S+ have numbers below first_index 9/],
    [{ pattern: 'ccd/frame_%d.npy' }, /ccd cannot be read: .*; \S+ holds frame_0\.npy, frame_1\.npy/],
  ])('%j is an error that says what is there, and leaves the prepared file alone', async (more, message) => {
    await run();
    const before = readFileSync(dfile);
    await expect(run(more)).rejects.toThrow(message);
    expect(readFileSync(dfile).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith(`${count - 1}.`))).toHaveLength(1);
  });

  it('for want of positions, too', async () => {
    writeFileSync(join(frames, 'positions.txt'), '# y x\n');
    await expect(run()).rejects.toThrow(/scan S has no frames: frames 0-3 have no position in/);
    expect(readdirSync(folder).filter((name) => name.startsWith(`${count - 1}.`))).toEqual([]);
  });
});
