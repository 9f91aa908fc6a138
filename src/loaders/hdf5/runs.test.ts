import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameRuns } from './runs.ts';

/** Frames that the blocks hold, at their places in the result. */
function framesOf(frames: readonly number[], leading: readonly number[]): number[] {
  const out: number[] = [];
  for (const { axes, at } of frameRuns(frames, leading)) {
    let numbers = [0];
    axes.forEach(({ start, stop, step }, axis) => {
      expect(stop).toBeLessThanOrEqual(leading[axis]);
      const along = Array.from({ length: Math.ceil((stop - start) / step) }, (_, i) => start + i * step);
      numbers = numbers.flatMap((number) => along.map((index) => number * leading[axis] + index));
    });
    expect(numbers.length).toBe(at.length);
    numbers.forEach((number, i) => (out[at[i]] = number));
  }
  return out;
}

const leadings = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 40 })),
  fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })),
  fc.tuple(fc.constant(1), fc.integer({ min: 1, max: 8 }), fc.constant(1), fc.integer({ min: 1, max: 8 })),
);

const cases = leadings.chain((leading) => {
  const total = leading.reduce((product, n) => product * n, 1);
  return fc.tuple(
    fc.constant(leading as number[]),
    fc.shuffledSubarray(
      Array.from({ length: total }, (_, i) => i),
      { minLength: 1 },
    ),
  );
});

describe('frameRuns', () => {
  it('covers exactly the frames asked for, each at its place, in any order', () => {
    fc.assert(
      fc.property(cases, ([leading, frames]) => {
        expect(framesOf(frames, leading)).toEqual(frames);
      }),
    );
  });

  it.each([
    ['consecutive frames', [3, 4, 5, 6], [10], 1],
    ['every second frame', [1, 3, 5], [10], 1],
    ['frames in reverse', [6, 5, 4], [10], 1],
    ['whole rows of a grid', [5, 6, 7, 8, 9, 10, 11, 12, 13, 14], [4, 5], 1],
    ['a rectangle', [6, 7, 11, 12], [4, 5], 1],
    ['every second point in each direction', [0, 2, 4, 10, 12, 14], [4, 5], 1],
    ['from the middle of one row to the middle of another', [3, 4, 5, 6, 7, 8, 9, 10, 11], [4, 5], 3],
    ['a gap', [0, 1, 2, 5, 6], [10], 2],
    ['a single frame of a single frame', [0], [1, 1], 1],
  ])('reads %s in as few blocks as can be', (_, frames, leading, blocks) => {
    expect(frameRuns(frames, leading)).toHaveLength(blocks);
    expect(framesOf(frames, leading)).toEqual(frames);
  });
});
