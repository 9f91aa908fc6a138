import { describe, expect, it } from 'vitest';
import { simulate, type Simulated } from '../../test/contracts/simulated.ts';
import { onRanks } from '../../test/tools/local-ranks.ts';
import { ndarray, type NdArray } from '../array/ndarray.ts';
import { createWasmBackend } from '../compute/wasm/wasm.ts';
import { createEngine } from '../engines/registry.ts';
import { AbortedError } from '../errors.ts';
import { createGeometry, createPropagator, type PropagatorGeometry } from '../geometry/propagation.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { defaults } from '../params/declare.ts';
import { DM, ML } from '../params/engines.ts';
import { alignObjects } from '../quality/align.ts';
import { fluence, wellLit } from '../quality/fluence.ts';
import { createIllumination } from '../simulation/aperture.ts';
import { finerImage, summarizeFrames } from './frame-summary.ts';
import { Model } from './model.ts';
import { centered, discProbe, enlarged, spreadProbe } from './probe-estimate.ts';
import { searchProbe } from './probe-search.ts';
import { probeSize } from './probe-size.ts';
import { cutFrame, cutImage, firstPixel, gatherViews } from './trial-views.ts';

const PARAMS = { shape: 48, num_frames: 60, photons: 1e7, density: 0.15 };

/** A probe behind a lens that fills a fraction of the detector, its rays spread over `spread` pixels by defocus. */
function lensProbe(fill: number, spread: number): NdArray<'complex128'> {
  const { geometry } = simulate({ ...PARAMS, num_frames: 1 }).experiment;
  const focussed = 0.1;
  const size = (fill * geometry.wavelengthM * focussed) / geometry.resolutionM[0];
  const parallel = (spread * geometry.resolutionM[0] * focussed) / size;
  return createIllumination({ form: 'circ', size: [size, size] }, { focussed, parallel }, geometry, 1e7);
}

function rmsRadius(wave: Float64Array, cols: number): number {
  let [power, row, col, squares] = [0, 0, 0, 0];
  for (let i = 0; i < wave.length; i += 2) {
    const p = wave[i] ** 2 + wave[i + 1] ** 2;
    const [r, c] = [Math.floor(i / 2 / cols), (i / 2) % cols];
    power += p;
    row += p * r;
    col += p * c;
    squares += p * (r * r + c * c);
  }
  return Math.sqrt(squares / power - (row / power) ** 2 - (col / power) ** 2);
}

function pattern(wave: Float64Array, geometry: PropagatorGeometry): Float64Array {
  const far = wave.slice();
  createPropagator(geometry).forward(far);
  return Float64Array.from({ length: far.length / 2 }, (_, i) => far[2 * i] ** 2 + far[2 * i + 1] ** 2);
}

function expectClose(got: Float64Array, wanted: Float64Array): void {
  const largest = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const worst = got.reduce((most, x, i) => Math.max(most, Math.abs(x - wanted[i])), 0);
  expect(worst).toBeLessThan(1e-9 * largest);
}

describe('candidates', () => {
  const { geometry: square } = simulate({ ...PARAMS, num_frames: 1 }).experiment;
  const uneven: PropagatorGeometry = { ...square, shape: [21, 30], center: [9, 16] };
  const mean = Float64Array.from({ length: 21 * 30 }, (_, i) =>
    Math.exp(-((Math.floor(i / 30) - 9) ** 2 + ((i % 30) - 16) ** 2) / 8),
  );

  it.each([0, 4, -4])('has the pattern it was made from, and lies in the middle: spread %d', (spread) => {
    const wave = spreadProbe(mean, uneven, spread);
    expectClose(pattern(wave, uneven), mean);
    expectClose(centered(wave, uneven.shape), wave);
    const focus = rmsRadius(spreadProbe(mean, uneven, 0), 30);
    expect(rmsRadius(wave, 30)).toBeCloseTo(Math.hypot(focus, spread), 0);
  });

  it('draws discs of the size asked for, whose pattern is in the middle', () => {
    const wave = discProbe(uneven, 4, 0);
    expect(rmsRadius(wave, 30)).toBeCloseTo(4, 0);
    expectClose(centered(wave, uneven.shape), wave);
    const far = pattern(wave, uneven);
    expect(far.indexOf(Math.max(...far))).toBe(9 * 30 + 16);
  });

  it.each([1, 2])('cuts frames to where the light is, and puts probes back: resample %d', (resample) => {
    const common = {
      ...simulate({ ...PARAMS, num_frames: 1 }).common,
      shape: [200, 160],
      center: [90, 85],
    } as const;
    const light = Float64Array.from({ length: 200 * 160 }, (_, i) =>
      Math.exp(-((Math.floor(i / 160) - 90) ** 2 + ((i % 160) - 85) ** 2) / 60),
    );
    const cut = cutFrame(light, common, resample);
    expect(cut.shape).toEqual([64 / resample, 64 / resample]);
    expect(cut.center).toEqual([32 / resample, 32 / resample]);
    const [small, large] = [createGeometry(cut, resample), createGeometry(common, resample)];
    expect(small.resolutionM[0] * 64).toBeCloseTo(large.resolutionM[0] * 200 * resample, 15);
    const first = firstPixel(common, cut.shape);
    const inside = finerImage(cutImage(light, 160, first, cut.shape), cut.shape, resample);
    const place = [resample * first[0], resample * first[1]] as const;
    const whole = enlarged(spreadProbe(inside, small, 3), small, large, place);
    const far = pattern(whole, large);
    expectClose(cutImage(far, 160 * resample, place, [64, 64]), inside);
    expect(sumOf(far)).toBeCloseTo(sumOf(inside), 6);
    // The light reaches further than any smaller frame.
    expect(cutFrame(new Float64Array(200 * 160).fill(1), common, resample)).toEqual(common);
  });

  it('interpolates finer images and keeps their light', () => {
    const image = Float64Array.from([0, 4, 8, 12, 16, 20]);
    const finer = finerImage(image, [2, 3], 2);
    expect(Array.from(finer.subarray(0, 6), (x) => 4 * x)).toEqual([0, 1, 3, 5, 7, 8]);
    expect(Array.from(finer.subarray(6, 12), (x) => 4 * x)).toEqual([3, 4, 6, 8, 10, 11]);
    expect(sumOf(finer)).toBeCloseTo(60, 12);
  });
});

function sumOf(image: Float64Array): number {
  return image.reduce((sum, x) => sum + x, 0);
}

describe('probeSize', () => {
  it.each([
    ['the moon', undefined, {}],
    ['the moon in few photons', undefined, { photons: 1e5, add_poisson_noise: true }],
    ['a pinhole', pinhole(), {}],
  ])('finds the size of %s within a fifth', async (_what, probe, more) => {
    const scan = simulate({ ...PARAMS, ...more, ...(probe === undefined ? {} : { probe }) });
    const views = await gatherViews(singleCommunicator(), [scan.pack()], scan.common, 60);
    const truth = rmsRadius(scan.experiment.probe.data, 48);
    expect(probeSize(views.intensities) / truth).toBeGreaterThan(0.8);
    expect(probeSize(views.intensities) / truth).toBeLessThan(1.2);
  });

  it('says something sensible where frames say nothing', () => {
    expect(probeSize(ndarray('float64', [1, 16, 16], new Float64Array(256).fill(1)))).toBe(2);
  });

  function pinhole(): NdArray<'complex128'> {
    const { geometry } = simulate({ ...PARAMS, num_frames: 1 }).experiment;
    const size = 18 * geometry.resolutionM[0];
    return createIllumination({ form: 'circ', size }, { parallel: 5e-4 }, geometry, 1e7);
  }
});

describe('searchProbe', () => {
  async function search(scan: Simulated, communicator: Communicator): Promise<Float64Array> {
    const packages = [scan.pack(0, 25), scan.pack(25)].map((data) => {
      const { chunk } = data;
      const rows = chunk.indices.flatMap((index, row) =>
        index % communicator.size === communicator.rank ? [row] : [],
      );
      const size = chunk.data.shape[1] * chunk.data.shape[2];
      const frames = Float64Array.from(
        rows.flatMap((row) => [...chunk.data.data.subarray(row * size, (row + 1) * size)]),
      );
      const own = ndarray('float64', [rows.length, ...chunk.data.shape.slice(1)], frames);
      return {
        ...data,
        chunk: { ...chunk, data: own, indicesNode: rows.map((row) => chunk.indices[row]) },
      };
    });
    const frames = await summarizeFrames(communicator, packages);
    return searchProbe(createWasmBackend(), communicator, packages, 1, frames);
  }

  it('stops when told to', async () => {
    const scan = simulate({ ...PARAMS, shape: 24, num_frames: 10 });
    const signal = AbortSignal.abort();
    const model = new Model({
      backend: createWasmBackend(),
      communicator: singleCommunicator(),
      signal,
    });
    model.addScan('s');
    await expect(model.addPackage('s', scan.pack())).rejects.toThrow(AbortedError);
  });

  it('gives the same on one rank and on three', async () => {
    const scan = simulate({ ...PARAMS, shape: 24, num_frames: 40 });
    const alone = await search(scan, singleCommunicator());
    const shared = await onRanks(3, (communicator) => search(scan, communicator));
    for (const probe of shared) expect(probe).toEqual(alone);
  });

  it.each([
    ['the moon in large steps', { density: 0.25 }],
    ['a probe behind the focus', { probe: lensProbe(0.4, 16), density: 0.08, num_frames: 90 }],
    ['a probe in focus', { probe: lensProbe(0.25, 0), density: 0.042, num_frames: 100 }],
  ])(
    'finds a probe from which the object is reconstructed: %s',
    async (_what, more) => {
      const scan = simulate({ ...PARAMS, ...more });
      const communicator = singleCommunicator();
      const model = new Model({ backend: createWasmBackend(), communicator });
      model.addScan('s');
      await model.addPackage('s', scan.pack());
      const dm = { ...defaults(DM), numiter: 30 };
      const ml = { ...defaults(ML), numiter: 10 };
      for (const engine of [
        await createEngine('DM', dm, { model }),
        await createEngine('ML', ml, { model }),
      ]) {
        await engine.initialize();
        await engine.iterate(engine.numiter);
        await engine.finalize();
      }
      const { data } = await model.backend.read(model.object('SsG00').array);
      const truth = scan.truth(model, 'SsG00');
      const region = wellLit(await fluence(model, 'SsG00'), 0.2);
      const object = ndarray('complex128', truth.shape, Float64Array.from(data));
      const { error, shift } = alignObjects(object, truth, { region });
      expect(Math.hypot(...shift)).toBeLessThan(1);
      expect(error).toBeLessThan(0.05);
    },
    60_000,
  );
});
