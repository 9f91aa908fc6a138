/** Half sets, scan statistics and `ptyflow frc`, as users run them, in many ways. */
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPtyr } from '../../src/ptyr/reader.ts';
import type { RunEvent } from '../../src/run/events.ts';
import type { ResolutionReport } from '../../src/run/reports.ts';
import { h5py } from '../tools/h5py.ts';
import { ptyflow } from '../tools/ptyflow.ts';
import { STARTS } from '../tools/ranks.ts';

const folder = mkdtempSync(join(tmpdir(), 'ptyflow-quality-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const CONFIG = `
run: small
io: { pictures: false }
scans:
  S:
    data: { name: MoonFlowerScan, shape: 32, num_frames: 40, density: 0.15, photons: 1.0e+5, add_poisson_noise: true }
    illumination: { aperture: { form: circ, size: 3.6e-6 } }
    coherence: { num_probe_modes: 2 }
engines:
  a: { name: DM, numiter: 10 }
  b: { name: ML, numiter: 2 }
`;

function events(stdout: string): RunEvent[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
}

function resolutionOf(all: readonly RunEvent[]): ResolutionReport {
  const found = all.find((event) => event.event === 'resolution');
  if (found === undefined) throw new Error('no resolution was told');
  return found;
}

let all: RunEvent[];

beforeAll(() => {
  writeFileSync(join(folder, 'small.yaml'), CONFIG);
  const { status, stdout, stderr } = ptyflow(
    ['run', 'small.yaml', '-o', 'out', '--json', '--half-sets', '--ranks', '1', '--set', 'io.pictures=true'],
    folder,
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  all = events(stdout);
}, 120_000);

const out = (name: string): string => join(folder, 'out', name);

describe('ptyflow run --half-sets', () => {
  it('reconstructs all frames as usual, then both halves beside, and draws the correlation', async () => {
    expect(readdirSync(join(folder, 'out')).sort()).toEqual([
      'amplitude.png',
      'errors.png',
      'frc.png',
      'phase.png',
      'probe.png',
      'small_DM_0010.ptyr',
      'small_ML_0012.ptyr',
      'small_ML_0012_half1.ptyr',
      'small_ML_0012_half2.ptyr',
    ]);
    const iterations = all.flatMap((event) => (event.event === 'iteration' ? [event.half ?? 0] : []));
    expect(iterations).toEqual([0, 1, 2].flatMap((half) => new Array<number>(12).fill(half)));
    const halves = all.filter((event) => event.event === 'half');
    expect(halves.map(({ half, frames }) => [half, frames])).toEqual([
      [1, 20],
      [2, 20],
    ]);
    const [first, second] = await Promise.all(
      [1, 2].map((half) => readPtyr(out(`small_ML_0012_half${half}.ptyr`))),
    );
    expect(first.positions.S.indices).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i));
    expect(second.positions.S.indices).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i + 1));
    expect(first.history).toHaveLength(12);
    // Not one reconstruction twice, and not one that went on from the other.
    expect(first.history[0].errors.magnitude).not.toBe(second.history[0].errors.magnitude);
    expect(second.history[0].errors.magnitude).toBeGreaterThan(first.history[9].errors.magnitude);
  });

  it('tells and stores the statistics of the scan, those of the halves too', () => {
    const told = all.filter((event) => event.event === 'statistics');
    expect(told).toHaveLength(1);
    const [{ frames, overlap, brightestPhotons, meanPhotons, modePowers }] = told;
    expect(frames).toBe(40);
    expect(overlap).toBeGreaterThan(0.5);
    expect(overlap).toBeLessThan(0.95);
    expect(brightestPhotons).toBeGreaterThan(meanPhotons);
    expect(modePowers).toHaveLength(2);
    expect(modePowers[0] + modePowers[1]).toBeCloseTo(1, 9);
    const names = ['frames', 'meanPhotons', 'stepM', 'viewsPerPixel', 'photonsPerUm2'];
    const stored = h5py(
      `
result = [[float(h5py.File(f, 'r')['content/statistics/S/' + n][()]) for n in argument[1]] for f in argument[0]]`,
      [['small_ML_0012.ptyr', 'small_ML_0012_half1.ptyr'].map(out), names],
    ) as number[][];
    const [statistics] = told as unknown as Record<string, number>[];
    expect(stored[0]).toEqual(names.map((name) => statistics[name]));
    expect(stored[1][0]).toBe(20);
    expect(stored[1][3] / stored[0][3]).toBeCloseTo(0.5, 1);
  });

  it.each([
    ['threads', 4],
    ['MPICH', 2],
  ] as const)('finds the same on %s', async (kind, ranks) => {
    const { status, stdout, stderr } = await STARTS[kind](ranks, [
      ...['run', join(folder, 'small.yaml'), '-o', join(folder, kind), '--json', '--half-sets'],
    ]);
    expect(status, stderr).toBe(0);
    const [expected, found] = [resolutionOf(all), resolutionOf(events(stdout))];
    expect(found.shape).toEqual(expected.shape);
    expect(found.halfBit.limit).toBe('crossing');
    expect((found.halfBit.frequency ?? NaN) / (expected.halfBit.frequency ?? NaN)).toBeCloseTo(1, 5);
    expect(readdirSync(join(folder, kind))).toEqual(
      expect.arrayContaining(['frc.png', 'small_ML_0012_half2.ptyr']),
    );
  });

  it('works for prepared files, and gives for each half what its frames alone give', async () => {
    const made = ptyflow(
      ['simulate', 'S.ptyd', '--frames', '20', '--shape', '32', '--density', '0.2'],
      folder,
    );
    expect(made.status, made.stderr).toBe(0);
    h5py(
      `
import os
os.chdir(argument)
with h5py.File('S.ptyd', 'r') as whole, h5py.File('odd.ptyd', 'w') as part:
    whole.copy('meta', part)
    part['meta/num_frames'][...] = 10
    for name in ['data', 'indices', 'positions']:
        part['chunks/0/' + name] = whole['chunks/0/' + name][1::2]`,
      folder,
    );
    const few = ['engines.difference_map.numiter=3', 'engines.maximum_likelihood.numiter=1'];
    const settings = ['--ranks', '1', ...few.flatMap((text) => ['--set', text])];
    const { status, stdout, stderr } = ptyflow(
      ['reconstruct', 'S.ptyd', '-o', 'prepared', '--half-sets', ...settings],
      folder,
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/half 1 of 2: 10 frames/);
    expect(stderr).toMatch(/half 2: ML 1\/1/);
    expect(stderr).toMatch(/^½ bit: .*$/m);
    expect(stderr).toMatch(/scan: step .* linear overlap \d/);
    const alone = ptyflow(['reconstruct', 'odd.ptyd', '-o', 'odd', '--quiet', ...settings], folder);
    expect(alone.status, alone.stderr).toBe(0);
    const [half, odd] = await Promise.all(
      ['prepared/S_ML_0004_half2.ptyr', 'odd/odd_ML_0004.ptyr'].map((name) => readPtyr(join(folder, name))),
    );
    expect(half.objects).toEqual(odd.objects);
    expect(half.probes).toEqual(odd.probes);
  });

  it('needs engines', () => {
    const { status, stderr } = ptyflow(
      ['run', 'small.yaml', '-o', 'none', '--half-sets', '--set', 'engines={}'],
      folder,
    );
    expect(stderr).toMatch(/--half-sets: the configuration has no engines/);
    expect(status).toBe(2);
  });
});

describe('ptyflow frc', () => {
  const halves = ['out/small_ML_0012_half1.ptyr', 'out/small_ML_0012_half2.ptyr'];

  it('gives what the run gave, in words, as JSON and as a picture', () => {
    const words = ptyflow(['frc', ...halves, '-o', 'words.png'], folder);
    expect(words.status, words.stderr).toBe(0);
    expect(words.stdout).toMatch(
      /^SSG00: Fourier ring correlation of \d+x\d+ pixels of .*\n½ bit: resolution \S+ [nµ]m half period \(\S+ [nµ]m full period\), crossing at \S+ 1\/[nµ]m\n1 bit: .*\n$/,
    );
    expect(words.stderr).toMatch(/saved words\.png/);
    expect(readFileSync(join(folder, 'words.png')).subarray(1, 4).toString()).toBe('PNG');
    const json = ptyflow(['frc', ...halves, '-o', 'json.png', '--json'], folder);
    const found = resolutionOf(events(json.stdout));
    expect(found.halfBit.frequency).toBeCloseTo(resolutionOf(all).halfBit.frequency ?? NaN, -1);
    expect(found.curve.frequency).toHaveLength(found.curve.correlation.length);
    expect(ptyflow(['frc', ...halves, '--quiet'], folder)).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(readdirSync(folder)).toContain('frc.png');
  });

  it('says that the same frames prove nothing', () => {
    const { stdout, stderr } = ptyflow(['frc', halves[0], halves[0], '-o', 'same.png'], folder);
    expect(stdout).toMatch(/½ bit: no crossing: limited by the pixel size, 254 nm/);
    expect(stderr).toMatch(/warning: both come from frames at the same positions/);
  });

  describe('refuses', () => {
    beforeAll(() => {
      for (const name of ['far', 'coarse', 'two', 'none'])
        copyFileSync(out('small_ML_0012_half1.ptyr'), join(folder, `${name}.ptyr`));
      h5py(
        `
import os
os.chdir(argument)
with h5py.File('far.ptyr', 'a') as f: f['content/obj/SSG00/_origin'][...] = [1e-3, 0]
with h5py.File('coarse.ptyr', 'a') as f: f['content/obj/SSG00/_psize'][...] = [2e-7, 2e-7]
with h5py.File('two.ptyr', 'a') as f: f.copy('content/obj/SSG00', 'content/obj/SotherG00')
with h5py.File('none.ptyr', 'a') as f: del f['content/obj/SSG00']`,
        folder,
      );
    });

    it.each([
      [['small.yaml', halves[0]], 1, /small\.yaml is not an HDF5 file/],
      [['S.ptyd', halves[0]], 1, /S\.ptyd has no group "content\/probe": not a \.ptyr file/],
      [['nowhere.ptyr', halves[0]], 1, /nowhere\.ptyr/],
      [['none.ptyr', halves[0]], 1, /none\.ptyr holds no object/],
      [[halves[0], 'far.ptyr'], 1, /the objects do not overlap: .*half1\.ptyr\).*\(far\.ptyr\)/],
      [
        [halves[0], 'coarse.ptyr'],
        1,
        /pixels of 254\.\d+ x 254\.\d+ nm \(.*half1\.ptyr\) and 200 x 200 nm \(coarse\.ptyr\)/,
      ],
      [[halves[0], 'two.ptyr'], 2, /--object: two\.ptyr holds several objects, name one: SSG00, SotherG00/],
      [[...halves, '--object', 'SXG00'], 2, /--object: .*half1\.ptyr has no object 'SXG00'; it holds SSG00/],
      [[...halves, '-o', 'curve.txt'], 2, /--output: 'curve\.txt': expected a name that ends in \.png/],
      [[halves[0]], 2, /missing required argument 'second'/],
    ])('%j', (args, code, says) => {
      const { status, stderr } = ptyflow(['frc', ...args], folder);
      expect(stderr).toMatch(says);
      expect(status).toBe(code);
      expect(stderr).not.toMatch(/\n\s+at /);
    });

    it('but takes the object that is named', () => {
      const { status, stdout } = ptyflow(
        ['frc', halves[1], 'two.ptyr', '--object', 'SSG00', '-o', 'named.png'],
        folder,
      );
      expect(stdout).toMatch(/^SSG00: /);
      expect(status).toBe(0);
    });
  });
});
