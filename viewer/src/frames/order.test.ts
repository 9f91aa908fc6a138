import { expect, it } from 'vitest';
import { worstFirst } from './order.ts';

it('the frames that the model explains worst come first, those without a number last', () => {
  const values = Float32Array.of(0, 0.5, 1, NaN, 2, 0.75, 3, 0.5);
  expect(worstFirst({ rows: 4, values }).map(({ index }) => index)).toEqual([2, 0, 3, 1]);
});
