import { expect, it } from 'vitest';
import { errorSeries, forLogarithms, lastErrors } from './series.ts';

const entry = (engine: string, iterations: number, iteration: number, errors: Record<string, number>) => ({
  ...{ engine, iterations, iteration, numiter: 2, seconds: 1, errors },
});

it('there is a curve for each engine and error, and a mark where each engine begins', () => {
  const history = [
    entry('DM', 1, 1, { rfactor: 0.5, exit: 0 }),
    entry('DM', 2, 2, { rfactor: 0.25, exit: 3 }),
    entry('ML', 3, 1, { rfactor: Number.NaN, photons: 7 }),
    entry('ML', 4, 1, { photons: 6 }),
  ];
  expect(errorSeries(history)).toEqual({
    iterations: [1, 2, 3, 4],
    lines: [
      { name: 'DM · R-factor', engine: 0, values: [0.5, 0.25, null, null] },
      { name: 'DM · exit', engine: 0, values: [0, 3, null, null] },
      { name: 'ML · R-factor', engine: 1, values: [null, null, null, null] },
      { name: 'ML · photons', engine: 1, values: [null, null, 7, null] },
      { name: 'ML (2) · photons', engine: 2, values: [null, null, null, 6] },
    ],
    marks: [
      { at: 1, name: 'DM' },
      { at: 3, name: 'ML' },
      { at: 4, name: 'ML (2)' },
    ],
  });
  expect(forLogarithms([0, 3, null, -1])).toEqual([null, 3, null, null]);
});

it('the last errors of an engine are those that were known last', () => {
  const last = lastErrors([
    entry('DM', 1, 1, { rfactor: 0.5, exit: 4 }),
    entry('DM', 2, 2, { exit: 3 }),
    entry('DM', 3, 1, { exit: 2 }),
  ]);
  expect([...last.values()]).toEqual([
    entry('DM', 2, 2, { rfactor: 0.5, exit: 3 }),
    entry('DM (2)', 3, 1, { exit: 2 }),
  ]);
});
