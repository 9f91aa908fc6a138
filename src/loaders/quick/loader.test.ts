/** Frames without physics. */
import { describe, expect, it } from 'vitest';
import { packagesOf } from '../../../test/tools/array-scan.ts';
import { QuickScan } from './loader.ts';

describe('QuickScan', () => {
  it('gives frame j the value j in every pixel, quickly', async () => {
    const scan = new QuickScan({ num_frames: 300, shape: [64, 96] });
    await scan.initialize();
    const packages = await packagesOf(scan, 120);
    expect(packages.map(({ chunk }) => chunk.data.shape)).toEqual([
      [120, 64, 96],
      [120, 64, 96],
      [60, 64, 96],
    ]);
    const items = packages.flatMap(({ iterable }) => iterable);
    expect(items.every(({ index, data }) => data?.data.every((value: number) => value === index))).toBe(true);
    expect(new Set(items.map(({ position }) => position.data.join())).size).toBe(300);
  });
});
