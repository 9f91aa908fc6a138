/** Where weights come from, what masks them, and what a data package looks like. */
import { describe, expect, it } from 'vitest';
import {
  ArrayScan,
  gridPositions,
  numberedFrames,
  packagesOf,
  type ArraySource,
} from '../../test/tools/array-scan.ts';
import { fromNumbers, item, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { RawFrames } from '../frames/raw.ts';

const frames = numberedFrames(3, 2, 3);

async function prepare(source: Partial<ArraySource> = {}, parameters: object = {}) {
  const scan = new ArrayScan(
    { shape: null, ...parameters },
    { frames, positions: gridPositions(3), ...source },
  );
  await scan.initialize();
  const [found] = await packagesOf(scan, 3);
  return { scan, ...found };
}

const weight = fromNumbers('float32', [1, 0.5, 0, 1, 1, 2], [2, 3]);
const weights = fromNumbers(
  'float64',
  Array.from({ length: 18 }, (_, i) => i / 4),
  [3, 2, 3],
);

describe('weights', () => {
  it('are ones where nobody gives any', async () => {
    const { chunk } = await prepare();
    expect(chunk.weights.shape).toEqual([2, 3]);
    expect(Array.from(chunk.weights.data)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('are the common weight, as it is', async () => {
    const { chunk, iterable } = await prepare({ weight });
    expect(chunk.weights).toEqual(weight);
    for (const { mask } of iterable) expect(Array.from(mask?.data ?? [])).toEqual([1, 1, 0, 1, 1, 1]);
  });

  it('of the frames win over the common one', async () => {
    const { chunk, iterable } = await prepare({ weight, weights });
    expect(chunk.weights).toEqual(weights);
    expect(Array.from(iterable[0].mask?.data ?? [])).toEqual([0, 1, 1, 1, 1, 1]);
    expect(Array.from(iterable[1].mask?.data ?? [])).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('that do not fit the frames are an error with both shapes', async () => {
    const narrow = fromNumbers('float32', [1, 1, 1, 1], [2, 2]);
    await expect(prepare({ weight: narrow })).rejects.toThrow(/2x3 pixels but the weight is 2x2/);
    const few = { ...weights, shape: [3, 3, 2] };
    const run = prepare({ weights: few });
    await expect(run).rejects.toThrow(DataError);
    await expect(run).rejects.toThrow(/\(3, 2, 3\) but their weights \(3, 3, 2\)/);
  });

  it('come out of correct, with the common part at hand', async () => {
    class Corrected extends ArrayScan {
      protected override correct(raw: RawFrames, common: { dark?: unknown }): RawFrames {
        const dark = common.dark as NdArray<'int32'>;
        const data = Int32Array.from(raw.data.data, (value, i) => value - dark.data[i % 6]);
        return { ...raw, data: { ...raw.data, dtype: 'int32', data }, weights };
      }
    }
    const dark = fromNumbers('int32', [1, 2, 3, 4, 5, 6], [2, 3]);
    const scan = new Corrected({ shape: null }, { frames, positions: gridPositions(3), common: { dark } });
    await scan.initialize();
    const [{ chunk }] = await packagesOf(scan, 3);
    expect(Array.from(item(chunk.data, 0).data)).toEqual([0, 0, 0, 97, 97, 97]);
    expect(chunk.weights).toEqual(weights);
  });
});

describe('screening', () => {
  it('masks and counts what cannot be counts', async () => {
    const bad = fromNumbers(
      'float32',
      [1, NaN, 2, 3, Infinity, 4, -5, 6, 7, 8, 9, 10, 1, 1, 1, 1, 1, 1],
      [3, 2, 3],
    );
    const { scan, iterable, chunk } = await prepare({ frames: bad });
    expect(scan.screened).toEqual({ notFinite: 2, negative: 1, saturated: 0, hot: 0 });
    expect(iterable.map(({ mask }) => Array.from(mask?.data ?? []).join(''))).toEqual([
      '101101',
      '011111',
      '111111',
    ]);
    expect(Array.from(item(chunk.data, 0).data)).toEqual([1, 0, 2, 3, 0, 4]);
  });

  it('masks saturated pixels: the largest value of the type, or what is given', async () => {
    const raw = fromNumbers(
      'uint16',
      [1, 65535, 2, 3, 4, 900, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      [3, 2, 3],
    );
    expect((await prepare({ frames: raw })).scan.screened.saturated).toBe(1);
    expect((await prepare({ frames: raw }, { saturation: 900 })).scan.screened.saturated).toBe(2);
  });
});

describe('data package', () => {
  it('holds the common geometry, the chunk, and an item for every frame', async () => {
    const { common, chunk, iterable } = await prepare({ weight });
    expect(Object.keys(common).sort()).toEqual(
      'center distance electron_data energy experimentID label num_frames propagation psize shape version weight2d'.split(
        ' ',
      ),
    );
    expect(Object.keys(chunk).sort()).toEqual('data indices indicesNode num positions weights'.split(' '));
    expect(chunk.num).toBe(0);
    expect(chunk.indices).toEqual([0, 1, 2]);
    expect(chunk.indicesNode).toEqual([0, 1, 2]);
    expect(chunk.data).toEqual(frames);
    expect(chunk.positions).toEqual(gridPositions(3));
    iterable.forEach((entry, i) => {
      expect(Object.keys(entry).sort()).toEqual(['data', 'index', 'mask', 'position']);
      expect(entry.index).toBe(i);
      expect(entry.data).toEqual(item(frames, i));
      expect(entry.data?.data.buffer).toBe(chunk.data.data.buffer);
      expect(entry.mask).toMatchObject({ dtype: 'bool', shape: [2, 3] });
      expect(entry.position).toEqual(item(gridPositions(3), i));
    });
  });
});
