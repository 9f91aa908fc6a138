/** Scans that are followed, in every order of beginning and ending: their threads say what the test tells them to. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { simulate } from '../../../test/contracts/simulated.ts';
import { temporaryFolder } from '../../../test/tools/h5py.ts';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import { sampled } from '../../../test/tools/sampled.ts';
import { ScriptedScan, scriptedFeed } from '../../../test/tools/scripted-feed.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { AbortedError, FileError, plainError } from '../../errors.ts';
import { ScanRegistry } from '../../loaders/registry.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { readPtyr } from '../../ptyr/reader.ts';
import { configFromTree } from '../config/config.ts';
import type { RunEvent } from '../events.ts';
import { runReconstruction } from '../reconstruct.ts';

const SCAN = simulate({ shape: 16, num_frames: 9, photons: 1e5, density: 0.25 });
const folder = temporaryFolder();
const registry = new ScanRegistry();
const open: ScriptedScan[] = [];
let plays = 0;

afterEach(() => {
  for (const scan of open.splice(0)) scan.close();
});

interface Play {
  readonly scans: readonly ScriptedScan[];
  readonly events: RunEvent[];
  /** Of the log. */
  readonly warnings: readonly string[];
  readonly abort: AbortController;
  readonly ended: Promise<unknown>;
  /** Until there is such an event. */
  readonly happens: (isIt: (event: RunEvent) => boolean) => Promise<void>;
  readonly rfile: string;
}

async function play(
  labels: readonly string[],
  size: number,
  more: { min_frames_for_recon?: number; numiter?: number } = {},
): Promise<Play> {
  const name = `play-${plays++}`;
  const scans = labels.map((label) => new ScriptedScan(name, label));
  open.push(...scans);
  const { numiter = 2, ...run } = more;
  const { config } = configFromTree(
    {
      ...run,
      scans: Object.fromEntries(
        labels.map((label) => [
          label,
          { data: { name: 'MoonFlowerScan' }, illumination: { aperture: { form: 'circ', size: 3e-6 } } },
        ]),
      ),
      engines: numiter === 0 ? {} : { e: { name: 'EPIE', numiter } },
      io: { pictures: false, autosave: false },
    },
    { scanGroups: registry, engineGroups: ENGINE_GROUPS },
  );
  const events: RunEvent[] = [];
  const { log, warnings } = hearing();
  let wake = (): void => undefined;
  const abort = new AbortController();
  const ended = onRanks(size, (communicator) =>
    runReconstruction(config, {
      ...{ registry, communicator, signal: abort.signal, run: 'r', output: join(folder, name) },
      overrides: () => ({}),
      feed: scriptedFeed(name),
      log,
      onEvent: (event) => {
        events.push(event);
        wake();
      },
    }),
  );
  ended.catch(() => undefined);
  await Promise.all(scans.map((scan) => scan.hears('ready')));
  return {
    ...{ scans, events, warnings, abort, ended },
    rfile: join(folder, name, 'r_EPIE_'),
    happens: async (isIt) => {
      while (!events.some(isIt)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const isLive = (event: RunEvent): boolean => event.event === 'iteration' && event.iterations === null;

const CASES: [scans: number, ranks: number, order: string][] = [3, 2].flatMap((scans) =>
  [2, 1].flatMap((ranks) =>
    ['one after the other', 'all begin, all end', 'the last one first'].map(
      (order): [number, number, string] => [scans, ranks, order],
    ),
  ),
);

describe('scans that are followed', () => {
  it.each(sampled(3, CASES))(
    '%i scans on %i ranks, %s, end with all their frames',
    async (count, ranks, order) => {
      const labels = ['A', 'B', 'C'].slice(0, count);
      const { scans, ended, events, rfile } = await play(labels, ranks);
      const acts = scans.map((scan) => [
        () => scan.give(SCAN.pack(0, 4)),
        () => scan.give(SCAN.pack(4, 9)),
        () => scan.end(),
      ]);
      const all = order === 'the last one first' ? acts.reverse() : acts;
      const isTogether = order === 'all begin, all end';
      const script = isTogether ? [0, 1, 2].flatMap((i) => all.map((acts) => acts[i])) : all.flat();
      for (const act of script) await act();
      await ended;
      expect(events.filter(({ event }) => event === 'iteration').length).toBeGreaterThan(1);
      const saved = events.flatMap((event) => (event.event === 'saved' ? [event.file] : []));
      expect(saved[0]).toContain(rfile);
      const { positions } = await readPtyr(saved[0]);
      for (const label of labels) {
        expect([...positions[label].indices].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      }
    },
  );

  it.each([1, 2])('can be stopped while the next one is waited for, on %i ranks', async (ranks) => {
    const { scans, ended, abort } = await play(['A', 'B'], ranks);
    await scans[0].give(SCAN.pack(0, 9));
    await scans[0].end();
    // The other scan is told that this one goes on: its own patience begins anew.
    await scans[1].hears('others');
    abort.abort();
    await expect(ended).rejects.toThrow(AbortedError);
    await expect(ended).rejects.toThrow('stopped before there were enough frames');
    await scans[1].hears('stop');
  });

  it.each([1, 2])('can be stopped while the engine rests, and saves, on %i ranks', async (ranks) => {
    const { scans, ended, abort, happens } = await play(['A'], ranks);
    await scans[0].give(SCAN.pack(0, 9));
    await happens((event) => isLive(event) && event.event === 'iteration' && event.iteration === 201);
    abort.abort();
    await expect(ended).rejects.toThrow(/stopped.*saved .*\.ptyr/);
  });

  it('can be stopped where there is no engine', async () => {
    const { scans, ended, abort } = await play(['A'], 1, { numiter: 0 });
    await scans[0].give(SCAN.pack(0, 9));
    abort.abort();
    await expect(ended).rejects.toThrow(AbortedError);
  });

  it('leave no listener behind, however long a reconstruction waits for enough of them', async () => {
    const warnings: string[] = [];
    const hear = (warning: Error): void => void warnings.push(warning.name);
    process.on('warning', hear);
    const { scans, ended } = await play(['A'], 1, { min_frames_for_recon: 200 });
    for (let i = 0; i < 30; i++) {
      const { common, chunk } = SCAN.pack(i % 9, (i % 9) + 1);
      await scans[0].give({ common, chunk: { ...chunk, indices: [i], indicesNode: [i] }, iterable: [] });
    }
    await scans[0].end();
    await ended;
    process.off('warning', hear);
    expect(warnings).toEqual([]);
  });

  it('tell the log of their run what people should know', async () => {
    const [one, other] = [await play(['A'], 1), await play(['A'], 1)];
    one.scans[0].say({ kind: 'log', level: 'warn', text: 'frame 7 is odd' });
    one.scans[0].say({ kind: 'log', level: 'info', text: 'frame 8 is not' });
    for (const { scans, ended } of [one, other]) {
      await scans[0].give(SCAN.pack(0, 9));
      await scans[0].end();
      await ended;
    }
    expect(one.warnings).toContain('frame 7 is odd');
    expect(one.warnings).not.toContain('frame 8 is not');
    expect(other.warnings).not.toContain('frame 7 is odd');
  });

  it('throw what ended one of them before its time, after what came before', async () => {
    const { scans, ended } = await play(['A', 'B'], 1);
    await scans[0].end();
    scans[1].say({
      kind: 'failed',
      error: plainError(new FileError('B is gone', { file: 'b.h5', entry: 'entry/data' })),
    });
    await expect(ended).rejects.toMatchObject({ message: 'B is gone', file: 'b.h5', entry: 'entry/data' });
  });
});
