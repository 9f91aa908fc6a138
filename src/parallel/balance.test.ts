import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toNumbers } from '../array/ndarray.ts';
import { openGolden } from '../../test/tools/golden.ts';
import { LoadBalance } from './balance.ts';

describe('LoadBalance', () => {
  it('assigns successive chunks as the reference does', async () => {
    const golden = await openGolden('physics.h5');
    const cases = golden.keys('load_balance');
    expect(cases).toHaveLength(6);
    for (const name of cases) {
      const path = `load_balance/${name}`;
      const { chunks, ranks } = golden.attributes(path);
      const balance = new LoadBalance(Number(ranks));
      Array.from(toNumbers(chunks as never)).forEach((count, k) => {
        expect(balance.assign(count), `${name} chunk ${k}`).toEqual(
          Array.from(toNumbers(golden.read(`${path}/assigned_${k}`))),
        );
      });
    }
    golden.close();
  });

  it('loses nothing, keeps the order, and never differs by more than one item in total', () => {
    const chunks = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 17 }), chunks, (size, counts) => {
        const balance = new LoadBalance(size);
        const totals = new Array<number>(size).fill(0);
        let next = 0;
        for (const count of counts) {
          const items = Array.from({ length: count }, () => next++);
          const blocks = balance.split(items);
          expect(blocks.flat()).toEqual(items);
          blocks.forEach((block, rank) => (totals[rank] += block.length));
          expect(Math.max(...totals) - Math.min(...totals)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
