import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Butterflies, RADICES } from './butterflies.ts';
import type { Complex, Operations } from './operations.ts';
import { recordLayouts, RECORDS } from './records.ts';
import { stageFunctions } from './stages.ts';

const numbers: Operations<number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  madd: (a, b, c) => a * b + c,
  nmadd: (a, b, c) => c - a * b,
  constant: (value) => value,
};

/** X[k] = Σ x[j]·exp(−2πi·jk/r) as it stands. */
function direct(x: readonly Complex<number>[]): [number, number][] {
  return x.map((_, k) => {
    const sum: [number, number] = [0, 0];
    x.forEach(([re, im], j) => {
      const angle = (-2 * Math.PI * ((j * k) % x.length)) / x.length;
      sum[0] += re * Math.cos(angle) - im * Math.sin(angle);
      sum[1] += re * Math.sin(angle) + im * Math.cos(angle);
    });
    return sum;
  });
}

const number = fc.double({ min: -1, max: 1, noNaN: true });

describe('butterflies', () => {
  it.each(RADICES)('of radix %d are the discrete Fourier transform', (radix) => {
    const inputs = fc.array(fc.tuple(number, number), { minLength: radix, maxLength: radix });
    fc.assert(
      fc.property(inputs, (x) => {
        const got = new Butterflies(numbers).transform(radix, x).flat();
        direct(x)
          .flat()
          .forEach((wanted, i) => {
            expect(Math.abs(got[i] - wanted)).toBeLessThan(1e-14 * radix);
          });
      }),
    );
  });

  it('cost no more operations than the textbook says', () => {
    let count = 0;
    const counting: Operations<number> = {
      ...numbers,
      ...Object.fromEntries(
        (['add', 'sub', 'mul', 'madd', 'nmadd'] as const).map((name) => [
          name,
          (a: number, b: number, c: number) => {
            count++;
            return numbers[name](a, b, c);
          },
        ]),
      ),
    };
    const costs = RADICES.map((radix) => {
      count = 0;
      new Butterflies(counting).transform(
        radix,
        Array.from({ length: radix }, () => [1, 2] as const),
      );
      return [radix, count];
    });
    expect(Object.fromEntries(costs)).toEqual({ 2: 4, 3: 12, 4: 16, 5: 36, 8: 52 });
  });
});

describe('generated text', () => {
  it('has each stage of each radix once', () => {
    const names = [...stageFunctions().matchAll(/export function (\w+)\(/g)].map((match) => match[1]);
    expect(new Set(names).size).toBe(names.length);
    for (const radix of RADICES) {
      for (const stage of ['middleOfOne', 'middle', 'firstOfColumns', 'last', 'lastOfColumns']) {
        expect(names).toContain(`${stage}${radix}`);
      }
    }
  });

  it('lays records out without gaps, doubles on whole eights', () => {
    const offsets = [...recordLayouts().matchAll(/type: '(\w+)', offset: (\d+)/g)];
    expect(offsets.length).toBe(RECORDS.reduce((sum, { fields }) => sum + fields.length, 0));
    for (const [, type, offset] of offsets) {
      expect(Number(offset) % (type === 'f64' ? 8 : 4)).toBe(0);
    }
  });
});
