import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/contracts/simulated.ts';
import { onRanks } from '../../test/tools/local-ranks.ts';
import { ndarray, type NdArray } from '../array/ndarray.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { DataError } from '../errors.ts';
import { DEFAULT_START, Model } from '../model/model.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { scanStatistics } from './scan-statistics.ts';
import { medianStep } from './scan-step.ts';

const SIDE = 32;
const SCAN = simulate({ shape: SIDE, num_frames: 25, photons: 1e5, model: 'raster', density: 0.125 });
const [PIXEL] = SCAN.experiment.geometry.resolutionM;

/** An evenly lit disc of this radius in pixels, about the middle of the frame, of 1000 photons. */
function disc(radius: number): NdArray<'complex128'> {
  const inside = Array.from(
    { length: SIDE * SIDE },
    (_, i) => Math.hypot(Math.floor(i / SIDE) - SIDE / 2, (i % SIDE) - SIDE / 2) <= radius,
  );
  const area = inside.filter(Boolean).length;
  const data = Float64Array.from({ length: 2 * SIDE * SIDE }, (_, i) =>
    i % 2 === 0 && inside[i / 2] ? Math.sqrt(1000 / area) : 0,
  );
  return ndarray('complex128', [SIDE, SIDE], data);
}

async function load(
  communicator: Communicator,
  probe: NdArray,
  labels: readonly string[] = ['a'],
): Promise<Model> {
  const model = new Model({ backend: createReferenceBackend(), communicator });
  const { rank, size } = communicator;
  for (const label of labels) {
    model.addScan(label, {
      ...DEFAULT_START,
      probe: { ...DEFAULT_START.probe, given: probe, photons: 'keep' },
      objectId: 'SaG00',
    });
    await model.addPackage(
      label,
      SCAN.pack(0, label === 'a' ? 25 : 5, (i) => i % size === rank),
    );
  }
  return model;
}

describe('scanStatistics', () => {
  it('counts a raster scan with a flat probe', async () => {
    const model = await load(singleCommunicator(), disc(8));
    const found = await scanStatistics(model, 'a');
    expect(found.frames).toBe(25);
    let brightest = 0;
    let total = 0;
    for (let i = 0; i < 25; i++) {
      const photons = Float64Array.from(SCAN.experiment.frame(i).data).reduce((sum, x) => sum + x, 0);
      total += photons;
      brightest = Math.max(brightest, photons);
    }
    expect(found.meanPhotons / (total / 25)).toBeCloseTo(1, 9);
    expect(found.brightestPhotons / brightest).toBeCloseTo(1, 9);
    // A step of 0.125·32 = 4 pixels; 90 % of a flat disc of diameter 16 is as large as one of 16·√0.9.
    expect(found.stepM / PIXEL).toBeCloseTo(4, 9);
    expect(found.probeDiameterM / PIXEL).toBeCloseTo(16 * Math.sqrt(0.9), 0);
    expect(found.overlap).toBeCloseTo(1 - (4 * PIXEL) / found.probeDiameterM, 12);
    expect(found.modePowers).toEqual([1]);
  });

  it('lights pixels as often, and with as many photons, as views added up one by one say', async () => {
    const model = await load(singleCommunicator(), SCAN.experiment.probe);
    const found = await scanStatistics(model, 'a');
    const power = Float64Array.from({ length: SIDE * SIDE }, (_, i) =>
      SCAN.experiment.probe.data.slice(2 * i, 2 * i + 2).reduce((sum, x) => sum + x * x, 0),
    );
    const bright = [...power].sort((a, b) => b - a);
    let held = 0;
    const weakest = bright.find((value) => (held += value) >= 0.9e5) ?? NaN;
    const views = new Map<string, number>();
    const photons = new Map<string, number>();
    for (let view = 0; view < 25; view++) {
      for (let i = 0; i < SIDE * SIDE; i++) {
        const place = [0, 1].map(
          (axis) =>
            Math.round(SCAN.experiment.positionsM.data[2 * view + axis] / PIXEL) +
            (axis === 0 ? Math.floor(i / SIDE) : i % SIDE),
        );
        const key = String(place);
        photons.set(key, (photons.get(key) ?? 0) + power[i]);
        if (power[i] >= weakest) views.set(key, (views.get(key) ?? 0) + 1);
      }
    }
    const lit = [...views.keys()];
    const mean = (of: Map<string, number>): number =>
      lit.reduce((sum, key) => sum + (of.get(key) ?? 0), 0) / lit.length;
    expect(found.viewsPerPixel).toBeCloseTo(mean(views), 9);
    expect(found.litAreaM2 / (lit.length * PIXEL ** 2)).toBeCloseTo(1, 9);
    expect(found.photonsPerPixel / mean(photons)).toBeCloseTo(1, 9);
    expect(found.photonsPerUm2 / (found.photonsPerPixel / (PIXEL * 1e6) ** 2)).toBeCloseTo(1, 9);
  });

  it('is the same on any number of ranks, one without frames among them', async () => {
    const of = async (communicator: Communicator) => {
      const model = await load(communicator, SCAN.experiment.probe, ['a', 'b']);
      return [await scanStatistics(model, 'a'), await scanStatistics(model, 'b')];
    };
    const alone = await of(singleCommunicator());
    for (const size of [2, 7]) {
      for (const found of await onRanks(size, of)) {
        found.forEach((statistics, i) => {
          const expected = Object.values(alone[i]).flat();
          Object.values(statistics)
            .flat()
            .forEach((value, k) => {
              expect(value / expected[k]).toBeCloseTo(1, 9);
            });
        });
      }
    }
  });

  it('keeps scans of one object apart, and refuses one that is not there', async () => {
    const model = await load(singleCommunicator(), disc(5), ['a', 'b']);
    const [a, b] = [await scanStatistics(model, 'a'), await scanStatistics(model, 'b')];
    expect([a.frames, b.frames]).toEqual([25, 5]);
    expect(b.litAreaM2).toBeLessThan(a.litAreaM2 / 2);
    const onlyA = await scanStatistics(await load(singleCommunicator(), disc(5)), 'a');
    expect(a).toEqual(onlyA);
    await expect(scanStatistics(model, 'c')).rejects.toThrow(DataError);
  });
});

describe('medianStep', () => {
  it('is the step of a raster, of a line, and of points visited twice', () => {
    const raster = Array.from({ length: 30 }, (_, i) => [Math.floor(i / 6) * 3, (i % 6) * 2]);
    expect(medianStep(Float64Array.from(raster.flat()))).toBe(2);
    expect(medianStep(Float64Array.from([...raster, ...raster].flat()))).toBe(2);
    expect(medianStep(Float64Array.of(0, 0, 0, 1, 0, 3, 0, 6))).toBe(1.5);
  });

  it('agrees with all distances tried', () => {
    const values = Float64Array.from({ length: 120 }, (_, i) => Math.sin(37 * i * i) * (i % 2 === 0 ? 1 : 9));
    const nearest = Array.from({ length: 60 }, (_, i) => {
      let best = Infinity;
      for (let k = 0; k < 60; k++) {
        if (k === i) continue;
        best = Math.min(
          best,
          Math.hypot(values[2 * k] - values[2 * i], values[2 * k + 1] - values[2 * i + 1]),
        );
      }
      return best;
    }).sort((a, b) => a - b);
    expect(medianStep(values)).toBeCloseTo((nearest[29] + nearest[30]) / 2, 12);
  });

  it('is nothing for a single place', () => {
    expect(medianStep(Float64Array.of(1, 2))).toBeNaN();
    expect(medianStep(Float64Array.of(1, 2, 1, 2))).toBeNaN();
    expect(medianStep(new Float64Array(0))).toBeNaN();
  });
});
