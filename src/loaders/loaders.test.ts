/** Every loader under the contract of loaders. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONTRACT_FRAMES, collect, loaderContract } from '../../test/contracts/loader.ts';
import { ArrayScan, GEOMETRY, gridPositions, numberedFrames } from '../../test/tools/array-scan.ts';
import { item, toNumbers } from '../array/ndarray.ts';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { Hdf5Loader } from './hdf5/loader.ts';
import { PtydScan } from './ptyd/loader.ts';
import { QuickScan } from './quick/loader.ts';

const folder = temporaryFolder();
const grid = Array.from({ length: CONTRACT_FRAMES }, (_, i): [number, number] => [
  Math.floor(i / 8) * 1e-6,
  (i % 8) * 1e-6,
]);

loaderContract('QuickScan', () => ({
  create: (parameters, options) =>
    new QuickScan({ num_frames: CONTRACT_FRAMES, shape: [16, 20], ...parameters }, options),
  positions: grid,
}));

loaderContract('PtydScan of an earlier preparation', async () => {
  const source = join(folder, 'source.ptyd');
  await collect(
    new QuickScan({ num_frames: CONTRACT_FRAMES, shape: [16, 20], save: 'append', dfile: source }),
    12,
  );
  return {
    create: (parameters, options) => new PtydScan({ source, ...parameters }, options),
    missing: { create: () => new PtydScan({ source: join(folder, 'none.ptyd') }), name: 'none.ptyd' },
    positions: grid,
    frame: (index) => new Uint16Array(16 * 20).fill(index),
  };
});

loaderContract('Hdf5Loader', () => {
  const file = join(folder, 'scan.h5');
  const { frames, positions } = h5py(
    `
rng = np.random.default_rng(7)
frames = rng.integers(0, 60000, (50, 12, 10)).astype('uint16')
positions = rng.normal(size=(50, 2))
with h5py.File(argument, 'w') as f:
    f.create_dataset('entry/data', data=frames, chunks=(4, 12, 10), compression='gzip')
    f['entry/positions'] = positions
    f['entry/masks'] = rng.uniform(size=frames.shape) > 0.1
    f['entry/dark'] = rng.integers(0, 100, (12, 10))
result = dict(frames=frames.reshape(50, -1).tolist(), positions=(positions * 1e-6).tolist())
`,
    file,
  ) as { frames: number[][]; positions: [number, number][] };
  const parameters = {
    ...GEOMETRY,
    intensities: { file, key: 'entry/data' },
    positions: {
      slow_key: 'entry/positions',
      slow_index: 0,
      slow_multiplier: 1e-6,
      fast_key: 'entry/positions',
      fast_index: 1,
      fast_multiplier: 1e-6,
    },
    mask: { key: 'entry/masks' },
  };
  return {
    create: (more, options) => new Hdf5Loader({ ...parameters, ...more }, options),
    missing: {
      create: () => new Hdf5Loader({ ...parameters, intensities: { file: 'none.h5', key: 'entry/data' } }),
      name: 'none.h5',
    },
    positions,
    frame: (index) => frames[index],
  };
});

/** 17 is prime to 50: every scan point once, none in its place but the first. */
const order = Array.from({ length: CONTRACT_FRAMES }, (_, i) => (17 * i) % CONTRACT_FRAMES);

describe.each(['positions', 'positionsWithFrames'])('with %s', (given) => {
  loaderContract('a scan whose frames come in an order of their own', () => {
    const frames = numberedFrames(CONTRACT_FRAMES, 6, 8, 'uint32');
    const positions = gridPositions(CONTRACT_FRAMES);
    const source = { frames, order, [given]: positions };
    return {
      create: (more, options) =>
        new ArrayScan({ num_frames: CONTRACT_FRAMES, shape: null, ...more }, source, options),
      positions: Array.from({ length: CONTRACT_FRAMES }, (_, i): [number, number] => [
        positions.data[2 * i],
        positions.data[2 * i + 1],
      ]),
      order,
      frame: (index) => toNumbers(item(frames, index)),
    };
  });
});

describe('Hdf5Loader', () => {
  it('loads the measured Siemens star', async () => {
    const file = join(import.meta.dirname, '../../examples/siemens-star/siemens-star.h5');
    const numpy = h5py(
      `
with h5py.File(argument) as f:
    e = f['entry']
    result = dict(sums=e['data/data'][...].sum((1, 2)).tolist(), y=(e['sample/position_y'][...] * 1e-6).tolist(),
                  x=(e['sample/position_x'][...] * 1e-6).tolist())
`,
      file,
    ) as { sums: number[]; y: number[]; x: number[] };
    const instrument = 'entry/instrument';
    const scan = new Hdf5Loader({
      intensities: { file, key: 'entry/data/data' },
      positions: {
        slow_key: 'entry/sample/position_y',
        slow_multiplier: 1e-6,
        fast_key: 'entry/sample/position_x',
        fast_multiplier: 1e-6,
      },
      recorded_energy: { key: `${instrument}/energy` },
      recorded_distance: { key: `${instrument}/distance` },
      recorded_psize: { key: `${instrument}/pixel_size` },
    });
    const packages = await collect(scan, 100);
    expect(packages[0].common).toMatchObject({
      num_frames: 516,
      energy: 8.8,
      distance: 1.92,
      psize: [75e-6, 75e-6],
      shape: [128, 128],
      center: [64, 64],
    });
    const frames = packages.flatMap(({ iterable }) => iterable);
    expect(frames).toHaveLength(516);
    frames.forEach(({ data, position }, i) => {
      expect(data?.dtype).toBe('uint16');
      expect((data?.data as Uint16Array).reduce((sum, n) => sum + n, 0)).toBe(numpy.sums[i]);
      expect(Array.from(position.data)).toEqual([numpy.y[i], numpy.x[i]]);
    });
    expect(scan.screened).toEqual({ notFinite: 0, negative: 0, saturated: 0, hot: 0 });
  });
});
