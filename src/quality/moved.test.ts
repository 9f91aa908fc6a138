import { describe, expect, it } from 'vitest';
import { fromNumbers } from '../array/ndarray.ts';
import { moved } from './moved.ts';

describe('moved', () => {
  it('takes distances in the plane', () => {
    const measured = fromNumbers('float64', [1, 1, 2, 2], [2, 2]);
    const positions = fromNumbers('float64', [1, 1, 5, 6], [2, 2]);
    expect(moved({ positions, measured })).toEqual({ rmsM: Math.sqrt(12.5), largestM: 5 });
  });

  it('is nothing for no positions', () => {
    const none = fromNumbers('float64', [], [0, 2]);
    expect(moved({ positions: none, measured: none })).toEqual({ rmsM: 0, largestM: 0 });
  });
});
