/** Faults in simulated scans that truly have them, and good scans of which nothing may be said. */
import { describe, expect, it } from 'vitest';
import { sampled } from '../../../test/tools/sampled.ts';
import { ndarray, type NdArray } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import { ArrayScan } from '../../loaders/arrays/loader.ts';
import { silentLog } from '../../log.ts';
import { createMoonflowerExperiment, type MoonflowerParams } from '../../simulation/moonflower.ts';
import type { IterationRecord } from '../../ptyr/result.ts';
import { startRun } from '../run.ts';
import { Advisor } from './advisor.ts';
import { adviceOnErrors } from './errors.ts';

const SHAPE = 64;
const FRAMES = 40;
const GEOMETRY = { energy: 6.2, distance: 7, psize: 1.72e-4 } as const;

interface Given {
  readonly experiment?: MoonflowerParams;
  readonly place?: (position: Pair, index: number, all: readonly Pair[]) => Pair;
  readonly mask?: NdArray<'uint8'>;
  readonly engine?: object;
}

/** All that is said of a scan while it is prepared, and while it is reconstructed if there is an engine. */
async function advised({ experiment: other, place = (one) => one, mask, engine }: Given): Promise<string[]> {
  const { energy, distance } = GEOMETRY;
  const simulated = { num_frames: FRAMES, shape: SHAPE, energy, distance, ...other };
  const experiment = createMoonflowerExperiment(simulated);
  const frames = Array.from({ length: FRAMES }, (_, i) => experiment.frame(i));
  const { data } = experiment.positionsM;
  const measured = Array.from({ length: FRAMES }, (_, i): Pair => [data[2 * i], data[2 * i + 1]]);
  const positions = measured.map((one, i) => place(one, i, measured));
  const scan = new ArrayScan(
    { frames, positions, ...(mask === undefined ? {} : { mask }) },
    { ...GEOMETRY, num_frames: FRAMES },
    { log: silentLog },
  );
  const run = await startRun(
    {
      scans: { S: { illumination: { aperture: { form: 'circ', size: 3e-6 } } } },
      engines: engine === undefined ? {} : { e: engine },
      io: { rfile: null, pictures: false },
    },
    { scans: new Map([['S', scan]]) },
  );
  const advisor = new Advisor();
  const history: IterationRecord[] = [];
  const said = new Set<string>();
  const listen = (): void => {
    for (const line of advisor.lines(history, 0, 9)) said.add(line);
  };
  const seen: Promise<void>[] = [];
  run.on((event) => {
    advisor.hear(event, 0);
    if (event.event === 'chunk') {
      const see = run.prepared().then((prepared) => {
        if (prepared !== undefined) advisor.see(prepared);
        listen();
      });
      seen.push(see.catch(() => undefined));
    }
    if (event.event === 'iteration') {
      const { engine: name, iteration, errors } = event;
      history.push({
        ...{ engine: name, iteration, errors, iterations: history.length + 1, numiter: 0, seconds: 0 },
      });
    }
    listen();
  });
  await run.ended.catch(() => undefined);
  await Promise.all(seen);
  return [...said];
}

/** Valid where `isValid` says so by the distance from the middle, pixels. */
function maskOf(isValid: (radius: number) => boolean): NdArray<'uint8'> {
  const middle = (SHAPE - 1) / 2;
  const pixels = Uint8Array.from({ length: SHAPE ** 2 }, (_, i) =>
    isValid(Math.hypot(Math.floor(i / SHAPE) - middle, (i % SHAPE) - middle)) ? 1 : 0,
  );
  return ndarray('uint8', [SHAPE, SHAPE], pixels);
}

const EPIE = { name: 'EPIE', numiter: 80 };

describe('nothing is said of good scans', () => {
  it.each(
    sampled<[string, Given]>(4, [
      ['with a mask of the dark edges', { mask: maskOf((radius) => radius < 22) }],
      ['with a beamstop', { mask: maskOf((radius) => radius > 4) }],
      ['without noise', { engine: EPIE }],
      ['of few photons', { experiment: { photons: 3e3, add_poisson_noise: true }, engine: EPIE }],
      [
        'with LSQML',
        { experiment: { photons: 1e6, add_poisson_noise: true }, engine: { ...EPIE, name: 'LSQML' } },
      ],
      ['with DM', { experiment: { photons: 1e6, add_poisson_noise: true }, engine: { ...EPIE, name: 'DM' } }],
    ]),
  )('%s', async (_, given) => {
    expect(await advised(given)).toEqual([]);
  });
});

describe('it is said what is wrong', () => {
  it.each<[string, Given, RegExp]>([
    [
      'positions in millimetres',
      { place: ([y, x]) => [1e3 * y, 1e3 * x] },
      /^scan S: neighbouring views do not overlap: steps of [\d.e+]+ pixels \(median\) between views of 64x64: check that positions are in metres \(1000 times smaller they would fit\)/,
    ],
    [
      'positions in kilometres',
      { place: ([y, x]) => [1e-3 * y, 1e-3 * x] },
      /^scan S: the positions span [\d.]+ x [\d.]+ pixels of 127 nm x 127 nm and lie on one pixel: .*1000 times larger they would fit/,
    ],
    [
      'positions that are all the same',
      { place: () => [1e-6, 2e-6] },
      /^scan S: the positions span 0 x 0 pixels .* lie on one pixel: all views show the same part of the object/,
    ],
    [
      'steps that are wider than the probe',
      { place: ([y, x]) => [3 * y, 3 * x], engine: { ...EPIE, numiter: 1 } },
      /^scan S: steps of [\d.]+ µm \(median\) are longer than the probe is wide, [\d.]+ µm/,
    ],
    [
      'a mask that is inverted',
      { mask: maskOf((radius) => radius > 29) },
      /^scan S: \d\d[\d.]* % of the photons of a frame are on the \d\d[\d.]* % of its pixels that are masked: the mask looks inverted/,
    ],
    [
      'positions in the wrong order',
      { place: (_, i, all) => all[(23 * i) % FRAMES], engine: EPIE },
      /^EPIE stands still: the R-factor is 0\.\d+, was 0\.\d+ 40 iterations ago and 0\.\d+ at the start/,
    ],
  ])('%s', async (_, given, expected) => {
    const lines = await advised(given);
    expect(
      lines.some((line) => expected.test(line)),
      lines.join('\n'),
    ).toBe(true);
  });

  it('the gravest first, and what ended the run before all', () => {
    const advisor = new Advisor();
    advisor.hear({ event: 'warning', message: 'something else' }, 0);
    advisor.hear({ event: 'warning', message: 'odd', about: 'overlap' }, 0);
    advisor.hear({ event: 'error', message: 'gone' }, 0);
    advisor.hear({ event: 'warning', message: 'wild', about: 'diverged' }, 0);
    expect(advisor.lines([], 0, 9)).toEqual(['gone', 'wild', 'odd']);
  });
});

describe('a scan that is followed', () => {
  const chunk = (frames: number) =>
    ({ event: 'chunk', scan: 'S', chunk: 0, frames, before: 0, total: 100, seconds: 1 }) as const;
  const waiting = { event: 'waiting', scan: 'S', source: 'more frames', frames: 20 } as const;

  it('is silent for long when nothing came for a minute, or for ten exposures', () => {
    const fast = new Advisor();
    fast.hear(chunk(10), 0);
    fast.hear(chunk(20), 10_000);
    fast.hear(waiting, 15_000);
    expect(fast.lines([], 69_000, 9)).toEqual([]);
    expect(fast.lines([], 80_000, 9)).toEqual([
      'scan S: no new frame for 1 min 10 s, 20 of 100 are there; it waits for more frames. Has the scan stopped, or does it write to another place?',
    ]);
    fast.hear(chunk(30), 90_000);
    expect(fast.lines([], 91_000, 9)).toEqual([]);
    const slow = new Advisor();
    slow.hear(chunk(10), 0);
    slow.hear(chunk(20), 200_000);
    slow.hear(waiting, 210_000);
    expect(slow.lines([], 380_000, 9)).toEqual([]);
    expect(slow.lines([], 410_000, 9)).toHaveLength(1);
  });

  it('says nothing when all frames are there', () => {
    const advisor = new Advisor();
    advisor.hear(chunk(100), 0);
    advisor.hear(waiting, 15_000);
    expect(advisor.lines([], 1e6, 9)).toEqual([]);
  });
});

it('nothing is said of a run whose beginning is not known', () => {
  const flat = Array.from({ length: 100 }, (_, i) => ({
    ...{ engine: 'EPIE', iteration: i + 1, iterations: i + 1, errors: { rfactor: 0.4, photon: 1e3 } },
  }));
  expect(adviceOnErrors(flat)?.about).toBe('standstill');
  expect(
    adviceOnErrors(flat.map((entry) => ({ ...entry, iterations: entry.iterations + 1 }))),
  ).toBeUndefined();
  expect(adviceOnErrors(flat.slice(0, 50))).toBeUndefined();
});
