import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../errors.ts';
import { kindOf, livePlan, refuseLiveOptions } from './plan.ts';

describe('the plan of a played scan', () => {
  it('is in order and evenly spaced unless told otherwise', () => {
    expect(livePlan(3, { seed: 1, rate: 4 })).toEqual([
      { point: 0, atS: 0 },
      { point: 1, atS: 0.25 },
      { point: 2, atS: 0.5 },
    ]);
  });

  it('is the same for the same seed, out of order within the window, late within the jitter, and loses its fraction', () => {
    const options = { rate: 100, jitter: 0.3, shuffle: 8, drop: 0.2 };
    const plan = livePlan(1000, { ...options, seed: 7 });
    expect(livePlan(1000, { ...options, seed: 7 })).toEqual(plan);
    expect(livePlan(1000, { ...options, seed: 8 })).not.toEqual(plan);
    expect(plan.length / 1000).toBeCloseTo(0.8, 1);
    let greatest = 0;
    for (const [i, { point, atS }] of plan.entries()) {
      greatest = Math.max(greatest, point);
      expect(greatest - point).toBeLessThan(8);
      expect(atS).toBeGreaterThanOrEqual(i / 100);
      expect(atS).toBeLessThan(i / 100 + 0.3);
      if (i > 0) expect(atS).toBeGreaterThanOrEqual(plan[i - 1].atS);
    }
    expect(new Set(plan.map(({ point }) => point)).size).toBe(plan.length);
  });
});

describe('options of a played scan', () => {
  it('mean nothing without --live', () => {
    expect(() => {
      refuseLiveOptions({ rate: 3, as: 'swmr' });
    }).toThrow(ConfigError);
    expect(() => {
      refuseLiveOptions({});
    }).not.toThrow();
  });

  it.each([
    ['a/b.ptyd', 'ptyd'],
    ['a.h5', 'swmr'],
    ['scan.nxs', 'swmr'],
    ['scan', 'folder'],
  ])('%s is played as %s', (output, kind) => {
    expect(kindOf(output)).toBe(kind);
  });
});
