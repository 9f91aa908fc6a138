import { describe, expect, it } from 'vitest';
import { openGolden } from '../../test/tools/golden.ts';
import { astype } from '../array/ndarray.ts';
import type { Pair } from '../frames/pair.ts';
import type { CenterSpec } from './centers.ts';
import { axisPixels, grids } from './grids.ts';

interface Case {
  shape: Pair;
  psize: number | Pair;
  center: CenterSpec;
}

describe('grids', () => {
  it('agrees with ptypy for every kind of centre', async () => {
    const file = await openGolden('physics.h5');
    const cases = file.keys('grids');
    expect(cases).toHaveLength(4);
    for (const name of cases) {
      const { shape, psize, center } = JSON.parse(
        file.attributes(`grids/${name}`).parameters as string,
      ) as Case;
      const expected = astype(file.read(`grids/${name}/grids`), 'float64');
      const result = grids(shape, psize, center);
      expect(result.shape).toEqual(expected.shape);
      result.data.forEach((x, i) => {
        expect(x).toBeCloseTo(expected.data[i], 18);
      });
    }
    file.close();
  });

  it('counts from the centre, the short way round', () => {
    expect([...axisPixels(6, 0)]).toEqual([0, 1, 2, -3, -2, -1]);
    expect([...axisPixels(5, 2)]).toEqual([-2, -1, 0, 1, 2]);
    expect([...axisPixels(4, 1.5)]).toEqual([-1.5, -0.5, 0.5, 1.5]);
  });
});
