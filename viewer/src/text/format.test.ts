import { expect, it } from 'vitest';
import { duration, number } from './format.ts';

it.each([
  [0.24, '0.2 s'],
  [59, '59 s'],
  [75.4, '1 min 15 s'],
  [3725, '1 h 2 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

it.each([
  [0, '0'],
  [0.053491, '0.05349'],
  [123456, '1.235e+5'],
  [-0.00001, '-1.000e-5'],
])('%d is written %s', (value, text) => {
  expect(number(value)).toBe(text);
});
