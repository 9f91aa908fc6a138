/** Objects that start from the light that came through. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/contracts/simulated.ts';
import { onRanks } from '../../test/tools/local-ranks.ts';
import { ndarray } from '../array/ndarray.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { DEFAULT_START, Model } from './model.ts';
import { probePower } from './storage.ts';

const SCAN = simulate({ shape: 16, num_frames: 12, photons: 1e4 });
const PROBE = { ...DEFAULT_START.probe, given: SCAN.experiment.probe };
const OBJECT = { ...DEFAULT_START.object, stxm: true, fill: [0.5, 0.25] as const };

async function modelOn(communicator: Communicator, modes = 1): Promise<Model> {
  const model = new Model({ backend: createReferenceBackend(), communicator });
  model.addScan('s', { probe: PROBE, object: { ...OBJECT, modes } });
  const own = (index: number): boolean => index % communicator.size === communicator.rank;
  await model.addPackages('s', [SCAN.pack(0, 5, own), SCAN.pack(5, 12, own)]);
  return model;
}

/** Interleaved complex numbers. */
async function objectOf(model: Model): Promise<number[]> {
  return Array.from((await model.backend.read(model.object('SsG00').array)).data);
}

describe('transmission', () => {
  it('is the root of the light of each frame, relative to the brightest, averaged by the probe', async () => {
    const model = await modelOn(singleCommunicator());
    const { grid } = model.object('SsG00');
    const [rows, cols] = grid.shape;
    const data = await objectOf(model);
    const light = Array.from({ length: 12 }, (_, view) =>
      Array.from(SCAN.experiment.frame(view).data).reduce((sum, value) => sum + value, 0),
    );
    const brightest = Math.max(...light);
    const amplitude = probePower(SCAN.experiment.probe).map(Math.sqrt);
    const through = new Float64Array(rows * cols);
    const lit = new Float64Array(rows * cols);
    const centers = model.blocks.flatMap(({ pixels }) => [...pixels]);
    light.forEach((total, view) => {
      for (let i = 0; i < 256; i++) {
        const r = centers[2 * view] - 8 - grid.first[0] + (i >> 4);
        const c = centers[2 * view + 1] - 8 - grid.first[1] + (i & 15);
        through[r * cols + c] += amplitude[i] * Math.sqrt(total / brightest);
        lit[r * cols + c] += amplitude[i];
      }
    });
    const most = Math.max(...lit);
    lit.forEach((sum, i) => {
      const [re, im] = [data[2 * i], data[2 * i + 1]];
      if (sum > 0.1 * most) {
        expect(re).toBeCloseTo(through[i] / sum, 2);
        expect(im).toBeCloseTo(0, 2);
      } else if (sum === 0) {
        expect([re, im]).toEqual([0.5, 0.25]);
      }
    });
  });

  it('is the same on three ranks, and only of the first mode', async () => {
    const alone = await objectOf(await modelOn(singleCommunicator(), 2));
    const shared = await onRanks(3, async (communicator) => objectOf(await modelOn(communicator, 2)));
    for (const data of shared) {
      expect(data.length).toBe(alone.length);
      data.forEach((value, i) => {
        expect(value).toBeCloseTo(alone[i], 12);
      });
    }
    const first = alone.slice(0, alone.length / 2);
    const second = alone.slice(alone.length / 2);
    expect(Math.max(...first)).toBeGreaterThan(0.9);
    expect(Math.max(...second)).toBeLessThan(0.6);
  });

  it('gives way to `fill` where the object grows', async () => {
    const model = await modelOn(singleCommunicator());
    const before = model.object('SsG00').grid;
    const pack = SCAN.pack(0, 1);
    const [y] = SCAN.experiment.geometry.resolutionM;
    const positions = ndarray('float64', [1, 2], Float64Array.from([-(before.shape[0] + 20) * y, 0]));
    await model.addPackage('s', { ...pack, chunk: { ...pack.chunk, positions } });
    const { grid } = model.object('SsG00');
    expect(grid.first[0]).toBeLessThan(before.first[0]);
    expect((await objectOf(model)).slice(0, 2)).toEqual([0.5, 0.25]);
  });
});
