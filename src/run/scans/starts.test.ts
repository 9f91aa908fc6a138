/** What a reconstruction starts from, as users ask for it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { toNumbers } from '../../array/ndarray.ts';
import { formatNpy } from '../../array/npy.ts';
import { readPtyr, type PtyrContent } from '../../ptyr/reader.ts';
import type { StoredField } from '../../ptyr/result.ts';
import { ConfigError, DataError } from '../../errors.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { doJob } from '../../run/jobs/do-job.ts';
import { planRun } from '../../run/jobs/plan.ts';
import { temporaryFolder } from '../../../test/tools/h5py.ts';

const folder = temporaryFolder();

/** Probe and object stay as they start: the engine updates the probe later, and the object hardly. */
const CONFIG = `
run: r
io: { pictures: false, autosave: false }
scans:
  S:
    data: { name: MoonFlowerScan, shape: 32, num_frames: 12, photons: 1.0e6 }
    illumination: { aperture: { size: 2.5e-6 } }
engines:
  a: { name: DM, numiter: 1 }
`;

async function run(name: string, settings: readonly string[]): Promise<void> {
  const set = settings.map((one) => `scans.S.${one}`);
  const output = join(folder, name);
  const job = await planRun({ file: join(folder, 'start.yaml') }, { set, output, level: 'error' });
  await doJob(job, { communicator: singleCommunicator(), each: 'process', onEvent: () => undefined });
}

async function resultOf(name: string, set: readonly string[]): Promise<PtyrContent> {
  await run(name, set);
  return readPtyr(join(folder, name, 'r_DM_0001.ptyr'));
}

function powerOf({ data }: StoredField): number {
  return Array.from(toNumbers(data)).reduce((sum, x) => sum + x * x, 0);
}

/** Share of the light within `radiusM` of the middle. */
function within({ data, psizeM }: StoredField, radiusM: number): number {
  const [, rows, cols] = data.shape;
  const values = toNumbers(data);
  let inside = 0;
  for (let i = 0; i < rows * cols; i++) {
    const y = (Math.floor(i / cols) - rows / 2) * psizeM[0];
    const x = ((i % cols) - cols / 2) * psizeM[1];
    if (Math.hypot(y, x) < radiusM) inside += values[2 * i] ** 2 + values[2 * i + 1] ** 2;
  }
  return inside / powerOf({ data, psizeM, originM: [0, 0], energyKeV: 1 });
}

describe('a reconstruction starts from', () => {
  let first: PtyrContent;
  beforeAll(async () => {
    writeFileSync(join(folder, 'start.yaml'), CONFIG);
    first = await resultOf('aperture', ['illumination.photons=4e6']);
    writeFileSync(join(folder, 'probe.npy'), formatNpy(first.probes.SSG00.data));
    writeFileSync(join(folder, 'object.npy'), formatNpy(first.objects.SSG00.data));
  });

  it('an aperture with the photons asked for', () => {
    expect(powerOf(first.probes.SSG00)).toBeCloseTo(4e6, -2);
    expect(within(first.probes.SSG00, 1.6e-6)).toBeGreaterThan(0.99);
    expect(within(first.probes.SSG00, 0.6e-6)).toBeLessThan(0.5);
  });

  it('a focus, with the photons of the brightest frame', async () => {
    const size = 'illumination.aperture.size=60e-6';
    const inFocus = await resultOf('focus', [size, 'illumination.propagation.focussed=0.1']);
    const away = 'illumination.propagation={focussed: 0.1, parallel: 5e-3}';
    const behind = await resultOf('behind', [size, away]);
    // Diffraction-limited: 1.22 λ f/d = 0.41 µm to the first dark ring.
    expect(within(inFocus.probes.SSG00, 0.6e-6)).toBeGreaterThan(0.8);
    expect(within(behind.probes.SSG00, 0.6e-6)).toBeLessThan(0.4);
    expect(powerOf(behind.probes.SSG00)).toBeCloseTo(powerOf(inFocus.probes.SSG00), -1);
  });

  it.each([
    ['an array of NumPy', [`illumination.model=${folder}/probe.npy`, `sample.model=${folder}/object.npy`]],
    [
      'an entry of an HDF5 file',
      [`illumination.file=${folder}/aperture/r_DM_0001.ptyr`, 'illumination.key=content/probe/SSG00/data'],
    ],
  ])('%s, with the photons of the brightest frame', async (_what, set) => {
    const { probes } = await resultOf('array', set);
    const ratio = Math.sqrt(powerOf(first.probes.SSG00) / powerOf(probes.SSG00));
    expect(ratio).toBeGreaterThan(1.5);
    const wanted = toNumbers(first.probes.SSG00.data);
    Array.from(toNumbers(probes.SSG00.data)).forEach((value, i) => {
      expect(Math.abs(value * ratio - wanted[i])).toBeLessThan(0.01);
    });
  });

  it('a reconstruction, whose probe keeps its photons', async () => {
    const file = join(folder, 'aperture', 'r_DM_0001.ptyr');
    const { probes, objects } = await resultOf('recon', [`illumination=${file}`, `sample=${file}`]);
    expect(probes.SSG00.data).toEqual(first.probes.SSG00.data);
    expect(objects.SSG00.data.shape).toEqual(first.objects.SSG00.data.shape);
    expect(objects.SSG00.originM).toEqual(first.objects.SSG00.originM);
  });

  it('the frames, both probe and transmission of the object', async () => {
    const { probes, objects } = await resultOf('frames', ['illumination=stxm', 'sample=stxm']);
    expect(within(probes.SSG00, 2.5e-6)).toBeGreaterThan(0.8);
    const amplitudes = Array.from(toNumbers(objects.SSG00.data));
    expect(amplitudes.every(Number.isFinite)).toBe(true);
  });

  it.each<[string, readonly string[], new (...args: never[]) => Error, RegExp]>([
    [
      'aperture',
      ['illumination.aperture.size=1'],
      ConfigError,
      /scans\.S\.illumination\.aperture\.size: 1 m does not fit/,
    ],
    [
      'frames',
      [`illumination=${folder}/aperture/r_DM_0001.ptyr`, 'data.shape=48'],
      DataError,
      /given probe \[1x32x32.*of 48x48 pixels/,
    ],
    [
      'ID',
      [`illumination={model: recon, recon: {rfile: ${folder}/aperture/r_DM_0001.ptyr, ID: X}}`],
      ConfigError,
      /scans\.S\.illumination\.recon\.ID: .* has no 'X'; it holds SSG00/,
    ],
    [
      'layer',
      [`sample={model: recon, recon: {rfile: ${folder}/aperture/r_DM_0001.ptyr, layer: 3}}`],
      ConfigError,
      /scans\.S\.sample\.recon\.layer: 3: .*1 layers, counted from 0/,
    ],
    [
      'model',
      ['sample.model=smtx'],
      ConfigError,
      /scans\.S\.sample\.model: .*smtx: there is no such file; accepted are recon, stxm, or/,
    ],
  ])('does not go with another %s', async (_what, set, kind, says) => {
    const error: unknown = await run('refused', set).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(says);
  });
});
