/** Runs through the library: started, asked, changed, paused and stopped without a terminal. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AbortedError, ConfigError, ArrayScan, ndarray, startRun, type Run, type RunEvent } from 'ptyflow';
import { readPtyr } from 'ptyflow/files';
import { createMoonflowerExperiment } from 'ptyflow/physics';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../tools/h5py.ts';
import { sampled } from '../tools/sampled.ts';

const folder = temporaryFolder();
let runs = 0;

const SHAPE = 32;
const FRAMES = 20;

/** A configuration of its own folder, whose engine runs for long. */
function config(engines: object = { e: { name: 'EPIE', numiter: 100_000 } }): {
  tree: Record<string, unknown>;
  home: string;
} {
  const home = join(folder, `run-${runs++}`);
  const scan = {
    data: { name: 'MoonFlowerScan', num_frames: FRAMES, shape: SHAPE },
    illumination: { aperture: { form: 'circ', size: 3e-6 } },
  };
  return { tree: { scans: { S: scan }, engines, io: { home, pictures: false } }, home };
}

/** The scan of a configuration, and the same once more. */
function twoScans({ scans }: Record<string, unknown>): Record<string, unknown> {
  const { S } = scans as { S: unknown };
  return { S, T: S };
}

/** Σab / √(Σa²Σb²), 1 where both are alike. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const sum = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
    Array.from({ length: x.length }, (_, i) => x[i] * y[i]).reduce((total, one) => total + one, 0);
  return sum(a, b) / Math.sqrt(sum(a, a) * sum(b, b));
}

/** Until the run reports such an event. */
function happens(run: Run, isIt: (event: RunEvent) => boolean): Promise<RunEvent> {
  return new Promise((resolve) => {
    const off = run.on((event) => {
      if (!isIt(event)) return;
      off();
      resolve(event);
    });
  });
}

const iterates = (run: Run): Promise<RunEvent> => happens(run, ({ event }) => event === 'iteration');

const WHERE: [string, { readonly ranks?: number }][] = [
  ['on two threads', { ranks: 2 }],
  ['in this thread', {}],
  ['on a thread', { ranks: 1 }],
];

describe.each(sampled(1, WHERE))('a run %s', (_, where) => {
  it('is paused, looked at, changed, saved, resumed and stopped, and another is not affected', async () => {
    const [run, other] = [await startRun(config().tree, where), await startRun(config().tree, where)];
    const ofOther: RunEvent[] = [];
    await Promise.all([iterates(run), iterates(other)]);

    const place = await run.pause();
    expect(place).toMatchObject({ engine: 'e', iteration: place.iterations });
    const { place: still, probes, objects, positions, history } = await run.snapshot();
    expect(still).toEqual(place);
    expect(history).toHaveLength(place.iterations);
    expect(probes.SSG00.data.shape).toEqual([1, SHAPE, SHAPE]);
    expect(objects.SSG00.data.shape[1]).toBeGreaterThan(SHAPE);
    expect(positions.S.indices).toHaveLength(FRAMES);
    // The other one goes on meanwhile.
    other.on((event) => ofOther.push(event));
    await iterates(other);

    await run.change({ e: { alpha: 0.5, numiter: place.iteration + 3 } });
    await expect(run.change({ e: { alpha: 'much' } })).rejects.toThrow(ConfigError);
    await expect(run.change({ e: { probe_support: 0.5 } })).rejects.toThrow('is fixed while EPIE runs');
    await expect(run.change({ f: { alpha: 1 } })).rejects.toThrow('there is no such engine');
    const saved = await run.save();
    expect(existsSync(saved)).toBe(true);
    expect((await readPtyr(saved)).history).toHaveLength(place.iterations);
    // Nothing was computed while it was paused.
    expect((await run.snapshot()).place).toEqual(place);

    expect(await run.resume()).toEqual(place);
    const { result, files } = await run.ended;
    expect(result?.history).toHaveLength(place.iteration + 3);
    expect(result?.config).toMatchObject({ engines: { e: { alpha: 0.5, numiter: place.iteration + 3 } } });
    expect(files.at(-1)).toMatch(/\.ptyr$/);
    await expect(run.snapshot()).rejects.toThrow(AbortedError);

    expect(ofOther.filter(({ event }) => event === 'changed')).toEqual([]);
    other.stop();
    await expect(other.ended).rejects.toThrow(/stopped after \d+ iterations; saved .*\.ptyr/);
  });

  it('saves the parameters as they were changed, at the same iteration too', async () => {
    const run = await startRun(config().tree, where);
    await run.pause();
    // Collects what there is, which saves and the result use.
    const { place } = await run.snapshot();
    const alphas: unknown[] = [];
    for (const alpha of [0.25, 0.75]) {
      await run.change({ e: { alpha } });
      const { config: saved, history } = await readPtyr(await run.save());
      expect(history).toHaveLength(place.iterations);
      alphas.push((saved as { engines: { e: { alpha: unknown } } }).engines.e.alpha);
    }
    expect(alphas).toEqual([0.25, 0.75]);
    run.stop();
    await expect(run.ended).rejects.toThrow(AbortedError);
  });

  it('shows frames beside what the model makes of them', async () => {
    const { tree } = config();
    const run = await startRun({ ...tree, scans: twoScans(tree) }, where);
    await run.pause();
    const { frames, positions } = await run.snapshot({ frames: [7, 2, 7] });
    expect(frames.map(({ scan, index }) => [scan, index])).toEqual([
      ['S', 7],
      ['S', 2],
      ['T', 7],
      ['T', 2],
    ]);
    for (const { scan, index, position, measured, model, weights } of frames) {
      const { indices, positions: all } = positions[scan];
      expect(position).toEqual([
        ...all.data.slice(2 * indices.indexOf(index), 2 * indices.indexOf(index) + 2),
      ]);
      for (const array of [measured, model, weights]) expect(array.shape).toEqual([SHAPE, SHAPE]);
      expect(correlation(measured.data, model.data)).toBeGreaterThan(0.5);
    }
    const newest = ['S', 'T'].map((label) => [label, positions[label].indices.at(-1)]);
    for (const options of [undefined, {}, { frames: 'newest' } as const]) {
      const seen = await run.snapshot(options);
      expect(seen.frames.map(({ scan, index }) => [scan, index])).toEqual(newest);
    }
    expect((await run.snapshot({ frames: 'none' })).frames).toEqual([]);
    const refused = run.snapshot({ frames: [3, FRAMES] });
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(`frames: no scan has a frame of scan point [${FRAMES}]`);
    await expect(run.snapshot({ frames: 'all' as 'none' })).rejects.toThrow(`got "all"`);
    run.stop();
    await expect(run.ended).rejects.toThrow(AbortedError);
  });

  it('is stopped while it is paused, and resumes from its file', async () => {
    const { tree } = config();
    const run = await startRun(tree, where);
    await run.pause();
    const { iterations } = (await run.snapshot()).place;
    run.stop();
    const error: unknown = await run.ended.catch((reason: unknown) => reason);
    const resume = /saved (.*\.ptyr)/.exec(String(error))?.[1] ?? '';
    const more = await startRun(
      { ...tree, engines: { e: { name: 'EPIE', numiter: iterations + 2 } } },
      { ...where, resume },
    );
    expect((await more.ended).result?.history).toHaveLength(iterations + 2);
  });

  it('rejects with what ended it, and refuses what is asked for afterwards', async () => {
    const run = await startRun(
      { scans: { S: { data: { name: 'PtydScan', source: 'file', dfile: 'nowhere.ptyd' } } }, engines: {} },
      where,
    );
    await expect(run.ended).rejects.toThrow('nowhere.ptyd');
    await expect(run.pause()).rejects.toThrow(AbortedError);
  });

  it('gives snapshots at a rate until it ends', async () => {
    const run = await startRun(config({ e: { name: 'EPIE', numiter: 12 } }).tree, where);
    const iterations: number[] = [];
    for await (const { place } of run.snapshots({ everyMs: 1 })) iterations.push(place.iterations);
    expect(iterations.length).toBeGreaterThan(0);
    expect(iterations).toEqual([...iterations].sort((a, b) => a - b));
    await run.ended;
  });
});

describe('a run of arrays', () => {
  it('needs no file', async () => {
    const experiment = createMoonflowerExperiment({
      num_frames: FRAMES,
      shape: SHAPE,
      energy: 6.2,
      distance: 7,
    });
    await experiment.draw(() => Promise.resolve());
    const frames = Array.from({ length: FRAMES }, (_, i) => experiment.frame(i));
    const scan = new ArrayScan(
      { frames, positions: experiment.positionsM },
      { energy: 6.2, distance: 7, psize: 1.72e-4 },
    );
    const { tree } = config({ dm: { name: 'DM', numiter: 40 } });
    const scans = { S: { illumination: { aperture: { form: 'circ', size: 3e-6 } } } };
    const run = await startRun({ ...tree, scans }, { scans: new Map([['S', scan]]) });
    const { result } = await run.ended;
    expect(result?.history.at(-1)?.errors.rfactor).toBeLessThan(0.2);
  });

  it('refuses arrays that do not fit, and threads', async () => {
    const frames = [ndarray('uint16', [2, 2], new Uint16Array(4))];
    expect(() => new ArrayScan({ frames, positions: [] })).toThrow('expected a position for each frame');
    const scans = new Map([['S', new ArrayScan({ frames, positions: [[0, 0]] })]]);
    await expect(startRun({ engines: {} }, { scans, ranks: 1 })).rejects.toThrow(ConfigError);
  });
});

it('a run comes from a file or a text, too', async () => {
  const { tree } = config({ e: { name: 'EPIE', numiter: 1 } });
  const text = JSON.stringify(tree);
  const file = join(folder, 'text.json');
  writeFileSync(file, text);
  for (const source of [{ text }, { file }]) {
    expect((await (await startRun(source)).ended).result?.history).toHaveLength(1);
  }
});
