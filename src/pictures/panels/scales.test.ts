import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber, powerOfTen } from './numbers.ts';
import { lengthUnit, linearTicks, logTicks, type Tick } from './scales.ts';
import { textWidth } from './text-width.ts';

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** The number a label shows. */
function parse(label: string): number {
  const plain = label.replaceAll('−', '-').replace(/^(-?)10(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])/, '$11×10');
  const at = plain.indexOf('×10');
  if (at === -1) return Number(plain);
  const [mantissa, power] = [plain.slice(0, at), plain.slice(at + 3)];
  const exponent = Array.from(power, (c) => (c === '⁻' ? '-' : String(RAISED.indexOf(c)))).join('');
  return Number(`${mantissa}e${exponent}`);
}

function expectApart(ticks: readonly Tick[], place: (value: number) => number, direction: string): void {
  const ordered = [...ticks].sort((a, b) => place(a.value) - place(b.value));
  for (let i = 1; i < ordered.length; i++) {
    const distance = place(ordered[i].value) - place(ordered[i - 1].value);
    const half = (tick: Tick) => (direction === 'horizontal' ? textWidth(tick.text, 12) / 2 : 6);
    expect(distance).toBeGreaterThan(half(ordered[i]) + half(ordered[i - 1]));
  }
}

describe('lengthUnit', () => {
  it.each([
    [2e3, 'km'],
    [1, 'm'],
    [0.06, 'mm'],
    [16e-6, 'µm'],
    [1e-6, 'µm'],
    [400e-9, 'nm'],
    [5e-11, 'pm'],
  ])('%d m is in %s', (span, unit) => {
    expect(lengthUnit(span).unit).toBe(unit);
  });
});

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [0.4641, '0.464'],
    [-0.7226, '−0.723'],
    [178000, '1.78×10⁵'],
    [1e-4, '10⁻⁴'],
    [-2.5e-7, '−2.5×10⁻⁷'],
    [0.99999, '1'],
  ])('%d is %s', (value, shown) => {
    expect(formatNumber(value)).toBe(shown);
  });

  it('writes powers of ten', () => {
    expect(powerOfTen(-12)).toBe('10⁻¹²');
  });
});

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const direction = fc.constantFrom('horizontal' as const, 'vertical' as const);

describe('linearTicks', () => {
  it('lie within the domain, are labelled with their value, and never overlap', () => {
    fc.assert(
      fc.property(
        finite,
        fc.double({ min: -6, max: 6, noNaN: true }),
        fc.integer({ min: 30, max: 800 }),
        direction,
        (start, size, length, along) => {
          const span = 10 ** size;
          fc.pre(Math.abs(start) < 1000 * span);
          const ticks = linearTicks([start, start + span], length, along);
          for (const { value, text } of ticks) {
            expect(value).toBeGreaterThanOrEqual(start - 1e-9 * span);
            expect(value).toBeLessThanOrEqual(start + span * (1 + 1e-9));
            expect(Math.abs(parse(text) - value), text).toBeLessThan(1e-3 * span + 1e-12);
          }
          expectApart(ticks, (value) => ((value - start) / span) * length, along);
          expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
        },
      ),
    );
  });

  it('are as many as a usual axis needs', () => {
    expect(linearTicks([-8.3, 8.3], 690, 'horizontal').map(({ text }) => text)).toEqual([
      '−8', '−6', '−4', '−2', '0', '2', '4', '6', '8',
    ]); // prettier-ignore
  });

  it('keep to whole numbers when told', () => {
    expect(linearTicks([1, 3], 600, 'horizontal', true).map(({ value }) => value)).toEqual([1, 2, 3]);
  });
});

describe('logTicks', () => {
  it('lie within the domain, are labelled with their value, and never overlap', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: 0.02, max: 14, noNaN: true }),
        fc.integer({ min: 100, max: 700 }),
        (start, decades, length) => {
          const low = 10 ** start;
          const high = 10 ** (start + decades);
          const { major, minor } = logTicks([low, high], length, 'vertical');
          for (const { value, text } of major) {
            expect(value).toBeGreaterThanOrEqual(low * (1 - 1e-6));
            expect(value).toBeLessThanOrEqual(high * (1 + 1e-6));
            expect(parse(text) / value, text).toBeCloseTo(1, 4);
          }
          for (const value of minor) expect(value >= low * 0.999 && value <= high * 1.001).toBe(true);
          expectApart(major, (value) => (Math.log(value / low) / Math.log(high / low)) * length, 'vertical');
          expect(major.length).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });

  it('shows decades on long scales, 1-2-5 on short ones', () => {
    const texts = (low: number, high: number) =>
      logTicks([low, high], 400, 'vertical').major.map(({ text }) => text);
    expect(texts(0.5, 2e5)).toEqual(['10⁰', '10¹', '10²', '10³', '10⁴', '10⁵']);
    expect(texts(0.02, 2)).toEqual(['0.02', '0.05', '0.1', '0.2', '0.5', '1', '2']);
    expect(texts(1.02, 1.11).length).toBeGreaterThanOrEqual(2);
  });
});
