import { describe, expect, it } from 'vitest';
import { ndarray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import { withPhase } from './exit-phase.ts';

/** Two waves of two pixels each. */
const WAVES = ndarray('complex64', [2, 1, 1, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
/** i, and one that is longer than 1, as rounded ones are by a little. */
const FIRST = ndarray('complex64', [1, 2], Float32Array.of(0, 1, 1, -1));
const SECOND = ndarray('complex64', [1, 2], Float32Array.of(-1, 0, 0, 2));

describe('withPhase', () => {
  it('multiplies by the phase that is wanted', () => {
    const { dtype, shape, data } = withPhase(WAVES, undefined, FIRST);
    expect([dtype, shape]).toEqual(['complex128', [2, 1, 1, 2]]);
    expect([...data]).toEqual([-2, 1, 7, 1, -6, 5, 15, 1]);
  });

  it('takes off the phase that was there', () => {
    expect([...withPhase(withPhase(WAVES, undefined, FIRST), FIRST, undefined).data]).toEqual([
      ...WAVES.data,
    ]);
    expect(withPhase(withPhase(WAVES, undefined, FIRST), FIRST, SECOND)).toEqual(
      withPhase(WAVES, undefined, SECOND),
    );
  });

  it('leaves waves of the same phase as they are', () => {
    expect(withPhase(WAVES, undefined, undefined)).toBe(WAVES);
    expect(withPhase(WAVES, FIRST, ndarray('complex64', [1, 2], FIRST.data.slice()))).toBe(WAVES);
  });

  it('refuses a phase of other frames', () => {
    const other = ndarray('complex64', [2, 1], FIRST.data);
    expect(() => withPhase(WAVES, other, undefined)).toThrow(DataError);
    expect(() => withPhase(WAVES, FIRST, other)).toThrow(/\[2x1x1x2 complex64\].*\[2x1 complex64\]/);
  });
});
