import { describe, expect, it } from 'vitest';
import { findCrossing, firstDeciding, sharedInformation, type Crossing } from './frc-crossing.ts';

/** A curve over 20 rings of 1, 2, … 1/m; the threshold is 0.5. */
function crossingOf(correlation: readonly number[], open = 0, first = 0): Crossing {
  const filled = [...correlation, ...new Array<number>(20).fill(0)].slice(0, 20);
  const frequency = filled.map((_, ring) => ring + 1);
  const pixels = filled.map(() => 40);
  return findCrossing({ frequency, correlation: filled, pixels }, all(0.5), { first, open });
}

const all = (value: number, n = 20): number[] => new Array<number>(n).fill(value);

describe('findCrossing', () => {
  it('lies between rings in proportion, where the curve falls below and stays there', () => {
    expect(crossingOf([1, 1, 1, 0.8, 0.4])).toEqual({ kind: 'crossing', frequency: 4.75, from: null });
    expect(crossingOf([1, 1, 1, 0.9, 0.1, 0.1, 0.6, 0.1])).toEqual({
      kind: 'crossing',
      frequency: 4.5,
      from: null,
    });
    expect(crossingOf(all(0.5))).toEqual({ kind: 'above', from: null });
  });

  it('takes a single ring below for scatter where those after it agree', () => {
    expect(crossingOf([1, 1, 0.3, 1, 1, 0.8, 0.4])).toMatchObject({ frequency: 6.75 });
    expect(crossingOf([...all(1, 18), 0.2, 1])).toEqual({ kind: 'above', from: null });
    // The last one has none after it.
    expect(crossingOf([...all(1, 19), 0])).toMatchObject({ frequency: 19.5 });
  });

  it('does not ask rings of few pixels, nor those that may disagree', () => {
    const late = [0.1, 0.9, 0.1, 0.2, 1, 1, 1, 1, 0];
    expect(crossingOf(late, 0, 4)).toEqual({ kind: 'crossing', frequency: 8.5, from: null });
    expect(crossingOf(late, 5)).toEqual({ kind: 'crossing', frequency: 8.5, from: 5 });
    expect(crossingOf(late)).toEqual({ kind: 'below' });
    expect(firstDeciding([4, 6, 9, 12, 8])).toBe(3);
    expect(firstDeciding([4])).toBe(1);
  });

  it('begins late where the agreement is wide, and not where it is a narrow band', () => {
    expect(crossingOf([...all(0.1, 4), ...all(1, 7)])).toEqual({
      kind: 'crossing',
      frequency: 11.5,
      from: 5,
    });
    expect(crossingOf([...all(0.1, 12), ...all(1, 4)])).toEqual({ kind: 'below' });
    // What agrees from the first ring on ends where it ends, whatever comes later.
    expect(crossingOf([1, 1, 1, ...all(0, 6), ...all(1, 11)])).toMatchObject({ frequency: 3.5 });
  });

  it('is nowhere where two rings agree, or three by chance', () => {
    expect(crossingOf([1, 1])).toEqual({ kind: 'below' });
    expect(crossingOf([0.5, 0.5, 0.5])).toMatchObject({ kind: 'crossing' });
    // Rings of few pixels end nothing, and count where they agree.
    expect(crossingOf([1, 1, 1, 0.2], 0, 2)).toMatchObject({ frequency: 3.625 });
    expect(crossingOf([1, 0, 1, 0.2], 0, 2)).toEqual({ kind: 'below' });
    const few = { frequency: [1, 2, 3, 4], correlation: [0.6, 0.6, 0.6, 0], pixels: [10, 10, 10, 10] };
    expect(findCrossing(few, all(0.5, 4), { first: 0 })).toEqual({ kind: 'below' });
    expect(sharedInformation(few.correlation, few.pixels)).toBeCloseTo(-30 * Math.log(0.64), 12);
  });
});
