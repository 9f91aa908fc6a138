import { beforeEach, describe, expect, it } from 'vitest';
import { simulate } from '../../../test/contracts/simulated.ts';
import { planFft2 } from '../../array/fft.ts';
import { ndarray } from '../../array/ndarray.ts';
import { createReferenceBackend } from '../../compute/reference/reference.ts';
import type { DataPackage } from '../../frames/package.ts';
import { DEFAULT_START, Model } from '../../model/model.ts';
import { holdViews, movePositions } from '../../model/move-positions.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { createDiffraction } from '../../simulation/diffraction.ts';
import { parabolaMinimum, PositionSearch } from './position-search.ts';

const SCAN = simulate({ shape: 32, num_frames: 8, photons: 1e6, density: 0.15 });
const { experiment } = SCAN;

/** A model that knows probe and object; its views are to be searched for. */
async function load(data: DataPackage): Promise<Model> {
  const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
  model.addScan('s', { ...DEFAULT_START, probe: { ...DEFAULT_START.probe, given: experiment.probe } });
  await model.addPackage('s', data);
  const [item] = model.blocks;
  await holdViews(
    model,
    'SsG00',
    item.pixels.map((pixel) => pixel - 8),
    [32, 32],
  );
  await holdViews(
    model,
    'SsG00',
    item.pixels.map((pixel) => pixel + 8),
    [32, 32],
  );
  for (const [{ array }, { data: truth }] of [
    [model.object('SsG00'), SCAN.truth(model, 'SsG00')],
    [model.probe('SsG00'), experiment.probe],
  ] as const)
    model.backend.upload(array, ndarray('complex128', array.shape, truth));
  return model;
}

/** Frames of views that lie (row, col) pixels beside the positions. */
function besides(row: number, col: number): DataPackage {
  const data = SCAN.pack();
  const probe = ndarray('complex128', [32, 32], shifted(experiment.probe.data, 32, row, col));
  const { object, objectOriginM, geometry, positionsM } = experiment;
  const diffraction = createDiffraction({ probe, object, objectOriginM, geometry });
  const frames = Array.from({ length: SCAN.frames }, (_, i) =>
    Array.from(diffraction.intensities(positionsM.data[2 * i], positionsM.data[2 * i + 1])),
  );
  const intensities = ndarray('float64', [SCAN.frames, 32, 32], Float64Array.from(frames.flat()));
  return { ...data, chunk: { ...data.chunk, data: intensities } };
}

/** An (n, n) wave moved by parts of a pixel: a probe that moves in its frame sees what a view that moves sees. */
function shifted(wave: Float64Array, n: number, rows: number, cols: number): Float64Array {
  const fft = planFft2(n, n);
  const out = wave.slice();
  fft.forward(out);
  const frequency = (i: number): number => (i < n / 2 ? i : i - n) / n;
  for (let i = 0; i < out.length; i += 2) {
    const pixel = i / 2;
    const phase = -2 * Math.PI * (frequency(Math.floor(pixel / n)) * rows + frequency(pixel % n) * cols);
    const [re, im] = [out[i], out[i + 1]];
    out[i] = re * Math.cos(phase) - im * Math.sin(phase);
    out[i + 1] = re * Math.sin(phase) + im * Math.cos(phase);
  }
  fft.inverse(out);
  return out;
}

const everywhere = (): boolean => true;
const shift = (row: number, col: number): Int32Array =>
  Int32Array.from({ length: 2 * SCAN.frames }, (_, i) => (i % 2 === 0 ? row : col));

describe('PositionSearch', () => {
  let wrong: Model;
  beforeEach(async () => {
    // Measured positions are (2, −1) pixels too small.
    wrong = await load(SCAN.pack());
    const [y, x] = experiment.geometry.resolutionM;
    const { positions } = wrong.positionsOf('s');
    const off = positions.data.map((position, i) => position - (i % 2 === 0 ? 2 * y : -x));
    await movePositions(wrong, 's', ndarray('float64', positions.shape, off));
  });

  it.each(['magnitude', 'photon'] as const)(
    'finds the best of the shifts it tries by the %s error',
    async (metric) => {
      const search = await PositionSearch.begin(wrong, wrong.blocks[0], metric, everywhere);
      expect(search.best).toEqual(shift(0, 0));
      await search.tryAll([shift(1, -1), shift(2, -1), shift(3, -1)]);
      expect(search.best).toEqual(shift(2, -1));
      await search.tryAll([shift(2, -2), shift(-5, 5)]);
      expect(search.best).toEqual(shift(2, -1));
    },
  );

  it('takes no shift that is not allowed, and other shifts all the same', async () => {
    const allowed = (view: number, [row]: readonly [number, number]): boolean => view > 0 || row < 2;
    const search = await PositionSearch.begin(wrong, wrong.blocks[0], 'magnitude', allowed);
    await search.tryAll([shift(2, -1), shift(1, -1)]);
    const wanted = shift(2, -1);
    wanted[0] = 1;
    expect(search.best).toEqual(wanted);
  });

  it('goes to the better neighbour, and finds the rest of the way', async () => {
    const search = await PositionSearch.begin(wrong, wrong.blocks[0], 'magnitude', everywhere);
    await search.tryAll([shift(2, -2)]);
    await search.settle();
    expect(search.best).toEqual(shift(2, -1));
    const rests = await search.settle();
    for (const rest of rests) expect(Math.abs(rest)).toBeLessThan(0.15);
  });

  it('finds positions between pixels', async () => {
    const model = await load(besides(0.3, -0.2));
    const search = await PositionSearch.begin(model, model.blocks[0], 'magnitude', everywhere);
    const rests = await search.settle();
    expect(search.best).toEqual(shift(0, 0));
    for (let view = 0; view < SCAN.frames; view++) {
      expect(Math.abs(rests[2 * view] - 0.3)).toBeLessThan(0.15);
      expect(Math.abs(rests[2 * view + 1] + 0.2)).toBeLessThan(0.15);
    }
  });

  it('stays where nothing is better, and gives no place where errors have no minimum', async () => {
    wrong.backend.fill(wrong.probe('SsG00').array, 0);
    const search = await PositionSearch.begin(wrong, wrong.blocks[0], 'magnitude', everywhere);
    await search.tryAll([shift(2, -1)]);
    const rests = await search.settle();
    expect(search.best).toEqual(shift(0, 0));
    expect([...rests].every(Number.isNaN)).toBe(true);
  });
});

describe('parabolaMinimum', () => {
  it('is that of the parabola through three points', () => {
    for (const at of [-0.4, 0, 0.25, 1.5]) {
      const [before, middle, after] = [-1, 0, 1].map((x) => 3 * (x - at) ** 2 + 7);
      expect(parabolaMinimum(before, middle, after)).toBeCloseTo(at, 12);
    }
  });

  it('is nowhere on a line or a hill', () => {
    expect(parabolaMinimum(1, 2, 3)).toBeNaN();
    expect(parabolaMinimum(1, 2, 1)).toBeNaN();
    expect(parabolaMinimum(NaN, 2, 1)).toBeNaN();
  });
});
