import { expect, it } from 'vitest';
import { filtered, titleOf } from './filter.ts';

const row = { value: '1', default: '2', help: '', unit: '', differs: true };
const groups = [
  {
    ...{ at: 'engines.e', of: 'DM' },
    rows: [
      { ...row, name: 'engines.e.numiter', help: 'Number of iterations.' },
      { ...row, name: 'engines.e.alpha', differs: false },
    ],
  },
  { at: '', of: '', rows: [{ ...row, name: 'io.home', value: '"here"' }] },
];

it('finds parameters by all words, in names, values and help texts', () => {
  const names = (text: string, onlyDiffering = false): string[] =>
    filtered(groups, text, onlyDiffering).flatMap(({ rows }) => rows.map(({ name }) => name));
  expect(names('')).toEqual(['engines.e.numiter', 'engines.e.alpha', 'io.home']);
  expect(names('', true)).toEqual(['engines.e.numiter', 'io.home']);
  expect(names('ITERATIONS number')).toEqual(['engines.e.numiter']);
  expect(names('here')).toEqual(['io.home']);
  expect(filtered(groups, 'alpha', true)).toEqual([]);
});

it('titles groups by what they are of', () => {
  const title = (at: string, of = ''): string => titleOf({ at, of, rows: [] });
  expect(title('scans.a.b.data', 'MoonFlowerScan')).toBe('Data of scan a.b · MoonFlowerScan');
  expect([title('scans.S'), title('engines.e', 'DM'), title('')]).toEqual(['Scan S', 'Engine e · DM', 'Run']);
});
