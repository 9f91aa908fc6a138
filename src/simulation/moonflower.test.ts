import { describe, expect, it } from 'vitest';
import { openGolden } from '../../test/tools/golden.ts';
import { toNumbers } from '../array/ndarray.ts';
import { ConfigError } from '../errors.ts';
import { createPropagator } from '../geometry/propagation.ts';
import { createMoonflowerExperiment, type MoonflowerParams } from './moonflower.ts';
import { powerOf } from './power.ts';

const SMALL = { shape: 32, num_frames: 12, photons: 1e5 } as const;
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

describe('createMoonflowerExperiment', () => {
  it("stands where ptypy's scan stands, to half a pixel", async () => {
    const file = await openGolden('files/moon_append.ptyd');
    const { positionsM, geometry } = createMoonflowerExperiment({
      ...{ shape: 128, num_frames: 60, energy: 8, distance: 2, psize: 5e-5 },
    });
    const expected = ['0', '1', '2'].flatMap((chunk) => [
      ...toNumbers(file.read(`chunks/${chunk}/positions`)),
    ]);
    file.close();
    expect(expected).toHaveLength(120);
    expected.forEach((position, i) => {
      expect(Math.abs(positionsM.data[i] - position)).toBeLessThan(0.501 * geometry.resolutionM[0]);
    });
  });

  it.each(['round', 'raster'] as const)('gives the frames asked for, on whole pixels, %s', (model) => {
    for (const num_frames of [1, 2, 100, 141]) {
      const { positionsM, geometry, objectOriginM } = createMoonflowerExperiment({ model, num_frames });
      expect(positionsM.shape).toEqual([num_frames, 2]);
      positionsM.data.forEach((position, i) => {
        const pixel = (position - objectOriginM[i % 2]) / geometry.resolutionM[i % 2];
        expect(Math.abs(pixel - Math.round(pixel))).toBeLessThan(1e-9);
        expect(pixel).toBeGreaterThan(9.99);
      });
    }
  });

  it('measures |F(P·O)|² at its positions, with the photons of the probe', () => {
    const experiment = createMoonflowerExperiment(SMALL);
    const { geometry, probe, object, objectOriginM, positionsM } = experiment;
    expect(powerOf(probe.data) / 1e5).toBeCloseTo(1, 12);
    const index = 7;
    const [top, left] = [0, 1].map((axis) =>
      Math.round((positionsM.data[2 * index + axis] - objectOriginM[axis]) / geometry.resolutionM[axis]),
    );
    const wave = new Float64Array(2 * 32 * 32);
    for (let i = 0; i < wave.length; i += 2) {
      const [r, c] = [Math.floor(i / 64), (i / 2) % 32];
      const j = 2 * ((top + r) * object.shape[1] + left + c);
      wave[i] = probe.data[i] * object.data[j] - probe.data[i + 1] * object.data[j + 1];
      wave[i + 1] = probe.data[i] * object.data[j + 1] + probe.data[i + 1] * object.data[j];
    }
    createPropagator(geometry).forward(wave);
    const frame = experiment.frame(index);
    expect(frame.dtype).toBe('float64');
    frame.data.forEach((intensity: number, i: number) => {
      expect(Math.abs(intensity - wave[2 * i] ** 2 - wave[2 * i + 1] ** 2)).toBeLessThan(1e-6);
    });
    expect(sum(frame.data)).toBeLessThan(1e5);
    expect(sum(frame.data)).toBeGreaterThan(0.2 * 1e5);
  });

  it('counts the same photons whoever asks, in whatever order', () => {
    const noisy = { ...SMALL, add_poisson_noise: true, seed: 4 };
    const [first, second] = [createMoonflowerExperiment(noisy), createMoonflowerExperiment(noisy)];
    const forward = [0, 5, 11].map((index) => first.frame(index));
    const backward = [11, 5, 0].map((index) => second.frame(index)).reverse();
    expect(backward).toEqual(forward);
    expect(forward[0].dtype).toBe('int32');
    expect(createMoonflowerExperiment({ ...noisy, seed: 5 }).frame(5).data).not.toEqual(forward[1].data);
  });

  it('fits the detector: frames fade well before its edge, and every part of the object is lit', () => {
    const experiment = createMoonflowerExperiment({ num_frames: 20 });
    let [edge, total] = [0, 0];
    for (let index = 0; index < 20; index++) {
      experiment.frame(index).data.forEach((intensity: number, i: number) => {
        const [r, c] = [Math.floor(i / 128), i % 128];
        total += intensity;
        if (Math.min(r, c, 127 - r, 127 - c) < 16) edge += intensity;
      });
    }
    expect(edge / total).toBeLessThan(1e-5);
  });

  it('simulates rectangular frames and the near field too', () => {
    const experiment = createMoonflowerExperiment({
      ...{ shape: [32, 48], num_frames: 4, model: 'raster', propagation: 'nearfield' },
      ...{ energy: 10, distance: 5e-3, psize: 5e-7, psf: 0.8 },
    });
    const frame = experiment.frame(3);
    expect(frame.shape).toEqual([32, 48]);
    expect(sum(frame.data)).toBeGreaterThan(1e7);
  });

  it.each([
    [{ num_frames: 0 }, /num_frames: 0/],
    [{ density: 0 }, /density/],
    [{ model: 'spiral' }, /round and raster/],
  ])('refuses %j', (params, message) => {
    const run = (): unknown => createMoonflowerExperiment(params as MoonflowerParams);
    expect(run).toThrow(ConfigError);
    expect(run).toThrow(message);
  });

  it('refuses frames outside the scan', () => {
    expect(() => createMoonflowerExperiment(SMALL).frame(12)).toThrow(/12 is outside the scan of 12/);
  });
});
