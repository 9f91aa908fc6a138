/** Centre, region, orientation and rebinning through the whole scan, and the geometry that comes out. */
import { describe, expect, it } from 'vitest';
import {
  ArrayScan,
  gridPositions,
  numberedFrames,
  packagesOf,
  type ArraySource,
} from '../../test/tools/array-scan.ts';
import { fromNumbers, item, toNumbers, type NdArray } from '../array/ndarray.ts';
import { ConfigError, DataError } from '../errors.ts';
import type { DataPackage } from '../frames/package.ts';

const positions = gridPositions(4);

async function prepare(
  parameters: object,
  source: Partial<ArraySource> = {},
): Promise<{ scan: ArrayScan; packages: DataPackage[] }> {
  const scan = new ArrayScan(
    { shape: null, ...parameters },
    { frames: numberedFrames(4, 6, 8), positions, ...source },
  );
  await scan.initialize();
  return { scan, packages: await packagesOf(scan, 2) };
}

function rows(frame: NdArray): number[][] {
  const [height, width] = frame.shape;
  const values = Array.from(toNumbers(frame));
  return Array.from({ length: height }, (_, r) => values.slice(r * width, (r + 1) * width));
}

/** A spot of counts around (row, col) in frames of 32×40. */
function spots(centers: readonly (readonly [number, number])[]): NdArray<'float64'> {
  const values = centers.flatMap(([row, col]) =>
    Array.from({ length: 32 * 40 }, (_, p) => {
      const [y, x] = [Math.floor(p / 40) - row, (p % 40) - col];
      return 1000 * Math.exp(-(y * y + x * x) / 8);
    }),
  );
  return fromNumbers('float64', values, [centers.length, 32, 40]);
}

describe('frames that need no preparation', () => {
  it('pass through untouched in their own element type', async () => {
    for (const dtype of ['int8', 'uint8', 'uint16', 'int32', 'float32'] as const) {
      const frames = fromNumbers(dtype, [1, 2, 3, 4, 5, 6], [1, 2, 3]);
      class Stack extends ArrayScan {
        protected override load() {
          return { frames };
        }
      }
      const scan = new Stack(
        { shape: [2, 3], rebin: 1, orientation: 0 },
        { frames, positions: gridPositions(1) },
      );
      await scan.initialize();
      const [{ chunk }] = await packagesOf(scan, 1);
      expect(chunk.data).toBe(frames);
    }
  });
});

describe('region', () => {
  it('may be rectangular, around a centre anywhere', async () => {
    const { packages } = await prepare({ shape: [2, 4], center: [2, 5] });
    expect(rows(item(packages[0].chunk.data, 0))).toEqual([
      [104, 105, 106, 107],
      [204, 205, 206, 207],
    ]);
    expect(packages[0].common).toMatchObject({ shape: [2, 4], center: [1, 2] });
  });

  it('is square by its smaller side where that is wanted', async () => {
    const { packages } = await prepare({ shape: [2, 4], force_square: true });
    expect(packages[0].common).toMatchObject({ shape: [2, 2], center: [1, 1] });
  });

  it('reaches over the edge with zeros of weight zero', async () => {
    const { packages } = await prepare({ shape: [8, 8] });
    expect(rows(item(packages[0].chunk.data, 0))[0]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    const mask = packages[0].iterable[0].mask as NdArray;
    expect(rows(mask).map((row) => row.every((m) => m === 1))).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('orientation and rebin', () => {
  it('turn the frame: transpose, then rows, then columns', async () => {
    const { packages } = await prepare({ shape: [2, 4], orientation: [true, false, true] });
    expect(rows(item(packages[0].chunk.data, 0))).toEqual([
      [303, 203],
      [304, 204],
      [305, 205],
      [306, 206],
    ]);
  });

  it('sum counts, or average them as ptypy does', async () => {
    const sum = await prepare({ shape: [2, 4], rebin: 2 });
    expect(rows(item(sum.packages[0].chunk.data, 1))).toEqual([
      [10203 + 10204 + 10303 + 10304, 10205 + 10206 + 10305 + 10306],
    ]);
    expect(sum.packages[0].chunk.data.dtype).toBe('float64');
    const mean = await prepare({ shape: [2, 4], rebin: 2, rebin_mode: 'mean' });
    expect(rows(item(mean.packages[0].chunk.data, 1))).toEqual([[10253.5, 10255.5]]);
  });

  it('change shape, centre and pixel size', async () => {
    const { packages } = await prepare({ shape: [4, 8], orientation: 4, rebin: 2, psize: [1e-4, 2e-4] });
    expect(packages[0].common).toMatchObject({ shape: [4, 2], center: [2, 1], psize: [4e-4, 2e-4] });
  });

  it('say what does not divide the region', async () => {
    await expect(prepare({ shape: [4, 6], rebin: 4 })).rejects.toThrow(/rebin: 4 does not divide.*\(4, 6\)/);
  });
});

describe('centre', () => {
  it.each([
    ['fftshift', [3, 4]],
    ['geometric', [2.5, 3.5]],
    ['fft', [0, 0]],
    [
      [2, 5],
      [2, 5],
    ],
    [
      [-1, -2],
      [5, 6],
    ],
  ])('%s of a 6x8 frame is %j', async (center, expected) => {
    const { packages } = await prepare({ center });
    expect(packages[0].common.center).toEqual(expected);
  });

  it.each([[[6, 2]], [[2, 300.5]], [[-7, 2]]])(
    'at %j lies outside the frame: an error with both numbers',
    async (center) => {
      const run = prepare({ center });
      await expect(run).rejects.toThrow(ConfigError);
      await expect(run).rejects.toThrow(
        `the centre (${center.join(', ')}) lies outside the frame of (6, 8) pixels`,
      );
    },
  );

  const found = [
    [14, 21],
    [16, 19],
    [15, 20],
    [3, 3],
  ] as const;
  const frames = spots(found);

  it('is found where none is given, in every frame of the first chunk, with its spread', async () => {
    const { scan, packages } = await prepare({ center: null }, { frames });
    expect(packages[0].common.center[0]).toBeCloseTo(15, 1);
    expect(packages[0].common.center[1]).toBeCloseTo(20, 1);
    expect(scan.centerEstimate?.frames).toBe(2);
    expect(scan.centerEstimate?.spread[0]).toBeCloseTo(1, 1);
    expect(scan.centerEstimate?.spread[1]).toBeCloseTo(1, 1);
    // Fixed by the first chunk: that of the second is elsewhere.
    expect(packages[1].common.center).toEqual(packages[0].common.center);
  });

  it('is found whatever is given with auto_center, and never without', async () => {
    const enforced = await prepare({ center: [1, 1], auto_center: true }, { frames });
    expect(enforced.packages[0].common.center[0]).toBeCloseTo(15, 1);
    const never = await prepare({ center: null, auto_center: false }, { frames });
    expect(never.packages[0].common.center).toEqual([16, 20]);
    const given = await prepare({ center: [10, 11] }, { frames });
    expect(given.packages[0].common.center).toEqual([10, 11]);
    expect(given.scan.centerEstimate).toBeUndefined();
  });

  it('is not drawn away by hot and by masked pixels', async () => {
    const disturbed = { ...frames, data: frames.data.slice() };
    for (let n = 0; n < 4; n++) {
      disturbed.data[n * 1280 + 2 * 40 + 2] = 1e7;
      for (let c = 30; c < 40; c++) disturbed.data[n * 1280 + 30 * 40 + c] = 1e5;
    }
    const weight = fromNumbers(
      'uint8',
      Array.from({ length: 1280 }, (_, p) => (p >= 30 * 40 ? 0 : 1)),
      [32, 40],
    );
    const { scan } = await prepare({ center: null }, { frames: disturbed, weight });
    expect(scan.centerEstimate?.center[0]).toBeCloseTo(15, 1);
    expect(scan.centerEstimate?.center[1]).toBeCloseTo(20, 1);
    expect(scan.centerEstimate?.hotPixels).toBe(1);
  });

  it('cannot be found in empty frames: an error that says what to give', async () => {
    const run = prepare(
      { center: null },
      { frames: fromNumbers('float64', new Array<number>(4 * 48).fill(0), [4, 6, 8]) },
    );
    await expect(run).rejects.toThrow(DataError);
    await expect(run).rejects.toThrow(/centre cannot be found.*Give "center"/);
  });
});

describe('geometry of the raw data', () => {
  const common = {
    energy: 11,
    distance: 3,
    psize: 5e-5,
    center: [2, 3] as const,
    propagation: 'nearfield',
    label: 'raw',
    experimentID: 'E7',
    frameShape: [6, 8] as const,
  };

  it('fills in what the user did not give', async () => {
    const { packages } = await prepare({}, { common });
    expect(packages[0].common).toEqual({
      version: 0.1,
      num_frames: 4,
      label: 'raw',
      experimentID: 'E7',
      shape: [6, 8],
      center: [2, 3],
      psize: [5e-5, 5e-5],
      distance: 3,
      energy: 11,
      propagation: 'nearfield',
      electron_data: false,
      weight2d: { dtype: 'bool', shape: [6, 8], data: new Uint8Array(48).fill(1) },
    });
  });

  it('never overrides what the user gave, even the default', async () => {
    const given = {
      energy: 7.2,
      distance: 1,
      psize: 1e-4,
      center: 'fftshift',
      propagation: 'farfield',
      label: 'mine',
    };
    const { packages } = await prepare(given, { common });
    expect(packages[0].common).toMatchObject({
      energy: 7.2,
      distance: 1,
      psize: [1e-4, 1e-4],
      center: [3, 4],
      propagation: 'farfield',
      label: 'mine',
      experimentID: 'E7',
    });
  });

  it('is checked like parameters', async () => {
    const run = prepare({}, { common: { energy: -1 } });
    await expect(run).rejects.toThrow(ConfigError);
    await expect(run).rejects.toThrow(/energy.*-1.*found in the raw data/);
  });

  it('must not change from chunk to chunk', async () => {
    class Changing extends ArrayScan {
      protected override load(indices: readonly number[]) {
        return { frames: numberedFrames(indices.length, indices[0] > 0 ? 5 : 6, 8) };
      }
    }
    const scan = new Changing({ shape: null }, { frames: numberedFrames(1, 6, 8), positions });
    await scan.initialize();
    await scan.auto(2);
    await expect(scan.auto(2)).rejects.toThrow('frames are 5x8 pixels, expected 6x8');
  });
});
