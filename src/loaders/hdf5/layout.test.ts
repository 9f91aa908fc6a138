import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../errors.ts';
import { mapScan, selectFrames, type Selection, type Values } from './layout.ts';

function values(shape: number[]): Values {
  const length = shape.reduce((product, n) => product * n, 1);
  return { shape, data: Float64Array.from({ length }, (_, i) => i) };
}

const ALL: Selection = { slowBounds: null, fastBounds: null, skip: 1, filter: undefined, order: null };

describe('mapScan', () => {
  it.each([
    ['positions on the other grid', [4, 5], [5, 4], [5, 4]],
    ['too few positions', [20], [19], [19]],
    ['too many positions', [20], [21], [21]],
    ['axes the other way round', [4, 5], [5], [4]],
    ['axes that do not fill the list', [20], [4], [6]],
    ['a grid and an axis', [4, 5], [4, 5], [5]],
    ['three axes of frames', [2, 2, 5], [20], [20]],
  ])('finds no layout for %s', (_, leading, slow, fast) => {
    expect(mapScan(leading, values(slow), values(fast))).toBeUndefined();
  });

  it('takes a position for each frame rather than a raster where both fit', () => {
    const map = mapScan([1], values([1]), values([1]));
    expect(map).toEqual({ grid: [1], slow: new Float64Array([0]), fast: new Float64Array([0]) });
  });
});

describe('selectFrames', () => {
  const path = 'positions.bounding_box';
  it.each([
    [
      { slowBounds: 4 },
      `${path}.slow_axis_bounds: [4, 4) selects nothing: the slow axis has the indices 0 to 3`,
    ],
    [
      { fastBounds: [3, 2] },
      `${path}.fast_axis_bounds: [3, 2) selects nothing: the fast axis has the indices 0 to 4`,
    ],
    [{ filter: new Float64Array(20) }, 'framefilter: none of 20 frames has a value above 0'],
    [{ slowBounds: 2, order: [0, 10] }, 'frameorder.indices: there is no frame 10; 10 frames are selected'],
    [{ order: [3, 4, 3] }, 'frameorder.indices: frame 3 is given more than once'],
    [{ order: [] }, 'frameorder.indices: the list is empty; expected the order of the frames'],
  ] as const)('refuses %j', (wrong, message) => {
    const call = (): unknown => selectFrames([4, 5], { ...ALL, ...wrong });
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });

  it('refuses bounds of a list that exclude each other', () => {
    expect(() => selectFrames([20], { ...ALL, slowBounds: [0, 5], fastBounds: 5 })).toThrow(
      'positions.bounding_box: slow and fast bounds have no point of the list in common',
    );
  });

  it('takes a maximum beyond the end as the end', () => {
    expect(Array.from(selectFrames([4, 5], { ...ALL, slowBounds: [3, 99] }))).toEqual([15, 16, 17, 18, 19]);
  });
});
