import { expect, it } from 'vitest';
import { changeable, givenValue } from './given-value.ts';

it('what somebody types is a number, a list, none, or text', () => {
  expect(['0.5', '1e-3', ' none', '[1, 2]', 'true', 'gaussian', '{"a": 1}'].map(givenValue)).toEqual([
    0.5,
    0.001,
    null,
    [1, 2],
    true,
    'gaussian',
    { a: 1 },
  ]);
});

it('parameters of engines can be changed, others are looked at', () => {
  const names = ['engines.e.numiter', 'engines.e.name', 'engines.e.position_refinement.amplitude'];
  expect(names.map((name) => changeable('engines.e', name))).toEqual([
    { engine: 'e', parameter: 'numiter' },
    undefined,
    undefined,
  ]);
  expect(changeable('scans.S.data', 'scans.S.data.rebin')).toBeUndefined();
  expect(changeable('', 'frames_per_block')).toBeUndefined();
});
