import { describe, expect, it } from 'vitest';
import { h5py } from '../../../test/tools/h5py.ts';
import { ndarray } from '../../array/ndarray.ts';
import { PixelSampler } from './pixel-statistics.ts';
import { portionsOf, sampleOf } from './sample.ts';

const [FRAMES, ROWS, COLS] = [13, 11, 14];

describe('statistics of pixels', () => {
  it('are those of NumPy over the frames in which a pixel is valid, however few come at a time', () => {
    const found = h5py(`
rng = np.random.default_rng(5)
data = rng.poisson(rng.uniform(0, 300, (${ROWS}, ${COLS})), (${FRAMES}, ${ROWS}, ${COLS})).astype('f8')
data[:, 4, 6] += 40000
weights = (rng.uniform(size=data.shape) > 0.2).astype('u1')
weights[:, 2, 3] = 0
weights[:, 4, 6] = 1
m = np.ma.array(data, mask=weights == 0)
as_list = lambda a: a.filled(np.nan).ravel().tolist()
clean = np.where(weights > 0, data, 0)
clean[:, 4, 6] = 0
y, x = np.mgrid[:${ROWS}, :${COLS}]
total = clean.sum((1, 2))
center = [float(np.mean((clean * axis).sum((1, 2)) / total)) for axis in (y, x)]
result = dict(data=data.ravel().tolist(), weights=weights.ravel().tolist(), mean=as_list(m.mean(0)), max=as_list(m.max(0)),
    std=as_list(m.std(0)), min=as_list(m.min(0)), center=center)
result = {k: [None if v != v else v for v in vs] for k, vs in result.items()}
`) as Record<'data' | 'weights' | 'mean' | 'max' | 'std' | 'min' | 'center', (number | null)[]>;
    const size = ROWS * COLS;
    const statistics = new PixelSampler([ROWS, COLS]);
    for (const [start, stop] of [
      [0, 1],
      [1, 7],
      [7, FRAMES],
    ]) {
      const part = (values: (number | null)[]) =>
        Float64Array.from(values.slice(start * size, stop * size), Number);
      const shape = [stop - start, ROWS, COLS];
      statistics.add(
        ndarray('float64', shape, part(found.data)),
        ndarray('uint8', shape, Uint8Array.from(part(found.weights))),
      );
    }
    expect(statistics.frames).toBe(FRAMES);
    const now = statistics.now();
    for (const name of ['mean', 'max', 'std', 'min'] as const) {
      now[name].forEach((value, pixel) => {
        const expected = found[name][pixel];
        if (expected === null) expect(value, `${name} ${pixel}`).toBeNaN();
        else
          expect(Math.abs(value - expected), `${name} ${pixel}`).toBeLessThan(
            1e-6 * (1 + Math.abs(expected)),
          );
      });
    }
    const never = 2 * COLS + 3;
    expect([...now.good].flatMap((good, pixel) => (good === 0 ? [pixel] : []))).toEqual([never]);
    expect([...now.hot].flatMap((hot, pixel) => (hot === 1 ? [pixel] : []))).toEqual([4 * COLS + 6]);
    statistics.center?.forEach((pixel, axis) => {
      expect(pixel).toBeCloseTo(found.center[axis] ?? NaN, 6);
    });
  });

  it('takes weights that all frames share', () => {
    const statistics = new PixelSampler([1, 2]);
    statistics.add(
      ndarray('uint16', [2, 1, 2], Uint16Array.of(1, 9, 3, 9)),
      ndarray('uint8', [1, 2], Uint8Array.of(1, 0)),
    );
    const { mean, std } = statistics.now();
    expect([...mean]).toEqual([2, NaN]);
    expect([...std]).toEqual([1, NaN]);
    expect(statistics.center).toEqual([0, 0]);
  });
});

describe('the frames that are looked at', () => {
  it('are all where they are few, else spread from the first to the last, within a budget', () => {
    expect(sampleOf(3, 100)).toEqual([0, 1, 2]);
    const many = sampleOf(100_001, 100);
    expect([many.length, many[0], many.at(-1)]).toEqual([200, 0, 100_000]);
    const steps = many.slice(1).map((frame, i) => frame - many[i]);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(1);
    // 16 Mpixel are 64 MiB each.
    expect(sampleOf(1000, 2 ** 24)).toHaveLength(16);
    expect(sampleOf(1000, 2 ** 30)).toEqual([0]);
    // Nobody knows how many there are.
    expect(sampleOf(null, 2 ** 24)).toEqual(Array.from({ length: 16 }, (_, i) => i));
  });

  it('are read a few at a time', () => {
    const sample = sampleOf(50, 2 ** 22);
    expect(portionsOf(sample, 2 ** 22).flat()).toEqual(sample);
    expect(portionsOf(sample, 2 ** 22)[0]).toHaveLength(4);
    expect(portionsOf([5], 2 ** 30)).toEqual([[5]]);
  });
});
