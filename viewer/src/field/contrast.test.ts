import { expect, it } from 'vitest';
import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import { percentileRange } from './contrast.ts';

const HEAD = {
  ...{ channel: 1, sequence: 1, planes: 2, rows: 1, cols: 101, reduction: 1, index: -1, time: 0 },
  psizeM: [1, 1] as const,
  range: [0, 0] as const,
};

it('leaves the same share of the values out at either end, of the plane that is meant', () => {
  const values = Float32Array.from({ length: 202 }, (_, at) => (at < 101 ? 100 - at : 1000 + at));
  const picture: Picture = { ...HEAD, kind: 'real', values };
  expect(percentileRange(picture, 0)).toEqual([0, 100]);
  expect(percentileRange(picture, 5)).toEqual([5, 95]);
  expect(percentileRange(picture, 0, 1)).toEqual([1101, 1201]);
});

it('is of the amplitude of complex values', () => {
  const picture: Picture = {
    ...{ ...HEAD, kind: 'complex', planes: 1, cols: 2 },
    values: Float32Array.of(3, -4, 0, 1),
  };
  expect(percentileRange(picture, 0)).toEqual([1, 5]);
});
