import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Heap } from './heap.ts';

describe('heap', () => {
  it('never gives the same memory twice, and has all of it back in one piece at the end', () => {
    const steps = fc.array(
      fc.record({ bytes: fc.integer({ min: 0, max: 5000 }), drop: fc.nat({ max: 20 }) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (given) => {
        const heap = new Heap(10, 64 * 1024);
        const whole = heap.available;
        const taken: { start: number; bytes: number }[] = [];
        for (const { bytes, drop } of given) {
          const start = heap.take(bytes);
          if (start === undefined) {
            expect(heap.available).toBeLessThan(whole);
          } else {
            expect(start % 64).toBe(0);
            for (const other of taken) {
              expect(start >= other.start + other.bytes || start + bytes <= other.start).toBe(true);
            }
            expect(start + bytes).toBeLessThanOrEqual(heap.top);
            taken.push({ start, bytes: Math.max(bytes, 1) });
          }
          if (drop < taken.length) heap.give(taken.splice(drop, 1)[0].start);
        }
        for (const { start } of taken) heap.give(start);
        expect(heap.available).toBe(whole);
        expect(heap.take(whole)).toBe(64);
      }),
    );
  });

  it('says that there is no room, and refuses what it never gave', () => {
    const heap = new Heap(0, 4096);
    expect(heap.take(5000)).toBeUndefined();
    expect(() => {
      heap.give(64);
    }).toThrow(/nothing is taken at 64/);
  });
});
