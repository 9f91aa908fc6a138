/** The simulated scan as a scan. */
import { describe, expect, it } from 'vitest';
import { packagesOf, requirePackage } from '../../../test/tools/array-scan.ts';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import { ConfigError } from '../../errors.ts';
import { EOS, WAIT, type AutoAnswer, type DataPackage } from '../../frames/package.ts';
import { createMoonflowerExperiment } from '../../simulation/moonflower.ts';
import { MoonFlowerScan } from './loader.ts';

const SMALL = { shape: 32, num_frames: 11, photons: 1e6 };

async function run(parameters: object, frames = 5): Promise<DataPackage[]> {
  const scan = new MoonFlowerScan({ ...SMALL, ...parameters });
  await scan.initialize();
  return packagesOf(scan, frames);
}

function pixels(packages: readonly DataPackage[]): Map<number, number[]> {
  const items = packages.flatMap(({ iterable }) => iterable);
  return new Map(
    items.flatMap(({ index, data }) => (data === undefined ? [] : [[index, [...data.data]] as const])),
  );
}

describe('MoonFlowerScan', () => {
  it('has the documented defaults', () => {
    const { info } = new MoonFlowerScan();
    expect(info).toMatchObject({
      shape: [128, 128],
      num_frames: 100,
      photons: 1e8,
      density: 0.2,
      model: 'round',
    });
    expect(info).toMatchObject({ add_poisson_noise: true, psf: 0, block_wait_count: 0 });
  });

  it('gives counts in frames of its shape, with a position each', async () => {
    const [{ chunk, common }] = await run({}, 100);
    expect(chunk.data).toMatchObject({ dtype: 'int32', shape: [11, 32, 32] });
    expect(common).toMatchObject({ shape: [32, 32], center: [16, 16], num_frames: 11 });
    expect(
      new Set(Array.from({ length: 11 }, (_, i) => chunk.positions.data.slice(2 * i, 2 * i + 2).join())).size,
    ).toBe(11);
    const total = Array.from(chunk.data.data).reduce((sum, n) => sum + n, 0);
    // The probe's power, less what the object absorbs.
    expect(total / 11).toBeGreaterThan(2e5);
    expect(total / 11).toBeLessThan(1.01e6);
  });

  it('can report wrong positions of the same frames', async () => {
    const right = await run({}, 100);
    const wrong = await run({ position_error: 2 }, 100);
    expect(pixels(wrong)).toEqual(pixels(right));
    const { resolutionM } = createMoonflowerExperiment({
      shape: 32,
      num_frames: 1,
      energy: 6.2,
      distance: 7,
    }).geometry;
    const measured = wrong[0].chunk.positions.data;
    const errors = right[0].chunk.positions.data.map(
      (position, i) => (measured[i] - position) / resolutionM[i % 2],
    );
    expect(Math.max(...errors.map(Math.abs))).toBeGreaterThan(1.5);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(2);
    expect((await run({ position_error: 2 }, 100))[0].chunk.positions).toEqual(wrong[0].chunk.positions);
    expect((await run({ position_error: 2, seed: 1 }, 100))[0].chunk.positions).not.toEqual(
      wrong[0].chunk.positions,
    );
  });

  it('gives the same frames for the same seed on any number of ranks, others for another seed', async () => {
    const alone = pixels(await run({ seed: 5 }));
    for (const size of [2, 4]) {
      const ranks = await onRanks(size, async (communicator) => {
        const scan = new MoonFlowerScan({ ...SMALL, seed: 5 }, { communicator });
        await scan.initialize();
        return packagesOf(scan, 7);
      });
      const all = new Map(ranks.flatMap((packages) => [...pixels(packages)]).sort(([a], [b]) => a - b));
      expect(all).toEqual(alone);
    }
    expect(pixels(await run({ seed: 6 })).get(0)).not.toEqual(alone.get(0));
  });

  it('rehearses waiting: so many times before each chunk', async () => {
    const scan = new MoonFlowerScan({ ...SMALL, block_wait_count: 2 });
    await scan.initialize();
    const answers: AutoAnswer[] = [];
    while (answers.at(-1) !== EOS) answers.push(await scan.auto(6));
    const sizes = answers.map((answer) =>
      typeof answer === 'string' ? answer : requirePackage(answer).chunk.indices.length,
    );
    expect(sizes).toEqual([WAIT, WAIT, 6, WAIT, WAIT, 5, EOS]);
  });

  it.each(['round', 'raster'])('scans in the pattern %s', async (model) => {
    const [{ chunk }] = await run({ model, add_poisson_noise: false, psf: 1 }, 100);
    expect(chunk.data.dtype).toBe('float64');
    expect(chunk.indices).toHaveLength(11);
  });

  it('refuses another pattern by name', () => {
    // @ts-expect-error: no such pattern.
    const construct = () => new MoonFlowerScan({ model: 'spiral' });
    expect(construct).toThrow(ConfigError);
    expect(construct).toThrow(/model: .*round.*raster.*"spiral"/);
  });
});
