import { describe, expect, it } from 'vitest';
import { DivergenceRule } from './divergence.ts';
import type { IterationErrors } from './engine.ts';

/** The iteration (counted from 1) at which an engine with these R-factors is stopped; squared errors go with their squares. */
function stopOf(
  engine: string,
  rfactors: readonly number[],
  more: (r: number) => IterationErrors = () => ({}),
) {
  const rule = new DivergenceRule(engine);
  const at = rfactors.findIndex(
    (rfactor) =>
      rule.hear({ rfactor, magnitude: rfactor ** 2, photon: 3 * rfactor ** 2, ...more(rfactor) }) !==
      undefined,
  );
  return at < 0 ? undefined : at + 1;
}

const falling = (from: number, to: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) => from * (to / from) ** (i / (n - 1)));

describe('an engine diverges', () => {
  it.each(['EPIE', 'RPIE', 'LSQML', 'ML'])(
    '%s: where an error grows to more than ten times its least',
    (engine) => {
      expect(stopOf(engine, [...falling(0.5, 0.1, 10), ...falling(0.1, 0.9, 30)])).toBe(29);
      // 8 times in squares.
      expect(stopOf(engine, [...falling(0.5, 0.1, 10), ...falling(0.1, 0.28, 30)])).toBeUndefined();
    },
  );

  it('where only the photon error does, that of weak phase objects does so first', () => {
    const photon = (r: number): IterationErrors => ({ photon: r > 0.4 ? 1e3 * (r - 0.399) : 1 });
    expect(stopOf('EPIE', [...falling(0.4, 0.38, 20), ...falling(0.38, 0.7, 40)], photon)).toBe(35);
  });

  it('where the R-factor grows above 1', () => {
    expect(stopOf('EPIE', [0.9, 0.8, 0.9, 1.01, 1.1, 1.3])).toBe(6);
    expect(stopOf('DM', [...Array<number>(10).fill(0.9), 0.8, 1.1, 1.2, 1.4])).toBe(14);
  });

  it.each([NaN, Infinity])('at once where an error is %d', (value) => {
    for (const engine of ['DM', 'RAAR', 'EPIE', 'RPIE', 'ML', 'LSQML']) {
      const rule = new DivergenceRule(engine);
      expect(rule.hear({ magnitude: 1, photon: 1, rfactor: 0.5 })).toBeUndefined();
      expect(rule.hear({ magnitude: 1, photon: value })).toMatch(/photon error is not a finite number/);
    }
  });

  it('at once where errors are missing, because they were not numbers', () => {
    expect(new DivergenceRule('DM').hear({})).toMatch(/not numbers/);
  });
});

describe('an engine does not diverge', () => {
  it('that starts badly and gets better', () => {
    expect(stopOf('EPIE', [12, 14, 9, 4, 3, 1.5, 1.2, 0.9])).toBeUndefined();
  });

  it('where it jumps and comes back', () => {
    expect(stopOf('LSQML', [0.5, 0.1, 0.6, 0.5, 0.2, 0.1])).toBeUndefined();
  });

  it('where errors of next to nothing grow to next to nothing', () => {
    expect(stopOf('EPIE', [1e-7, ...falling(1e-7, 0.04, 30)])).toBeUndefined();
  });

  it('where frames of less than a count per pixel have large R-factors from the start', () => {
    expect(stopOf('ML', [3.6, ...falling(3.5, 3.4, 20), ...falling(3.4, 3.6, 20)])).toBeUndefined();
  });

  it('where the difference map resumes from the end of another engine: its magnitude error is that of waves that overshoot', () => {
    const rule = new DivergenceRule('DM');
    for (let i = 0; i < 100; i++) {
      const rfactor = i === 0 ? 0.01 : 0.12;
      const magnitude = i === 0 ? 1e-4 : 0.1 + 0.01 * i;
      expect(
        rule.hear(i % 10 === 0 ? { magnitude, rfactor, photon: rfactor ** 2 } : { magnitude }),
      ).toBeUndefined();
    }
  });

  it('where frames have come', () => {
    const rule = new DivergenceRule('EPIE');
    for (let i = 0; i < 5; i++) rule.hear({ magnitude: 1e-3, rfactor: 0.03 });
    rule.reset();
    for (let i = 0; i < 9; i++) expect(rule.hear({ magnitude: 0.2, rfactor: 0.4 })).toBeUndefined();
  });
});
