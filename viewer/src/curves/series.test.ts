import { expect, it } from 'vitest';
import { errorSeries, lastErrors } from './series.ts';

it('there is a curve for each engine and error, without what has no logarithm', () => {
  const entry = (engine: string, iterations: number, errors: Record<string, number>) => ({
    ...{ engine, iterations, iteration: 1, numiter: 2, seconds: 1, errors },
  });
  const history = [
    entry('DM', 1, { rfactor: 0.5, exit: 0 }),
    entry('DM', 2, { rfactor: 0.25, exit: 3 }),
    entry('ML', 3, { rfactor: Number.NaN, photons: 7 }),
  ];
  expect(errorSeries(history)).toEqual({
    iterations: [1, 2, 3],
    lines: [
      { name: 'DM · R-factor', values: [0.5, 0.25, null] },
      { name: 'DM · exit', values: [null, 3, null] },
      { name: 'ML · R-factor', values: [null, null, null] },
      { name: 'ML · photons', values: [null, null, 7] },
    ],
  });
});

it('the last errors of an engine are those that were known last', () => {
  const entry = (iterations: number, errors: Record<string, number>) => ({
    ...{ engine: 'DM', iterations, iteration: iterations, numiter: 9, seconds: 1, errors },
  });
  const last = lastErrors([entry(1, { rfactor: 0.5, exit: 4 }), entry(2, { exit: 3 })]);
  expect([...last.values()]).toEqual([entry(2, { rfactor: 0.5, exit: 3 })]);
});
