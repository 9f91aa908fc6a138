import { describe, expect, it } from 'vitest';
import { DataError } from '../../errors.ts';
import { frcSvg } from './frc-figure.ts';

const FREQUENCY = Array.from({ length: 40 }, (_, i) => (i + 1) * 5e5);
const CORRELATION = FREQUENCY.map((f) => 1 - f / 2e7);
const level = (value: number): number[] => FREQUENCY.map(() => value);

const BOTH = [
  { name: '½ bit', values: level(0.25), crossing: 1.5e7 },
  { name: '1 bit', values: level(0.5), crossing: 1e7 },
];

interface Label {
  readonly x: number;
  readonly y: number;
  readonly content: string;
}

function labels(svg: string): Label[] {
  return [...svg.matchAll(/<text x="([^"]*)" y="([^"]*)"[^>]*>([^<]*)<\/text>/g)].map(
    ([, x, y, content]) => ({
      x: Number(x),
      y: Number(y),
      content,
    }),
  );
}

/** The number that a place on an axis stands for, from two of its labels. */
function scaleOf(marks: readonly Label[], by: 'x' | 'y'): (at: number) => number {
  const value = (content: string): number => Number(content.replace('−', '-'));
  const [first, last] = [marks[0], marks[marks.length - 1]];
  const slope = (value(last.content) - value(first.content)) / (last[by] - first[by]);
  return (at) => value(first.content) + slope * (at - first[by]);
}

describe('frcSvg', () => {
  const svg = frcSvg({ frequency: FREQUENCY, correlation: CORRELATION, thresholds: BOTH });
  const all = labels(svg);
  const numbers = all.filter(({ content }) => /^−?[\d.]+$/.test(content));
  const below = numbers.filter(({ y }) => y > 485);
  const above = numbers.filter(({ y }) => y < 90);
  const beside = numbers.filter(({ x, y }) => x < 65 && y < 485);
  const perMicrometre = scaleOf(below, 'x');

  it('marks the crossings where axis and threshold say', () => {
    const height = scaleOf(beside, 'y');
    const circles = [...svg.matchAll(/<circle cx="([^"]*)" cy="([^"]*)"/g)].map(([, x, y]) => [
      perMicrometre(Number(x)),
      // Labels stand a little lower than their ticks.
      height(Number(y) + 12 * 0.36),
    ]);
    expect(circles[0][0]).toBeCloseTo(15, 1);
    expect(circles[0][1]).toBeCloseTo(0.25, 2);
    expect(circles[1][0]).toBeCloseTo(10, 1);
    expect(circles[1][1]).toBeCloseTo(0.5, 2);
  });

  it('has both axes with units, the upper one in half periods', () => {
    const contents = all.map(({ content }) => content);
    expect(contents).toEqual(
      expect.arrayContaining(['spatial frequency (1/µm)', 'half period (nm)', 'correlation']),
    );
    expect(contents).toEqual(
      expect.arrayContaining(['½ bit threshold', '1 bit threshold', '½ bit: 33.3 nm', '1 bit: 50 nm']),
    );
    expect(above.length).toBeGreaterThan(4);
    for (const { x, content } of above) {
      expect(Number(content) * 1e-3 * 2 * perMicrometre(x)).toBeCloseTo(1, 1);
    }
    const coarse = labels(
      frcSvg({ frequency: FREQUENCY.map((f) => f * 1e3), correlation: CORRELATION, thresholds: [] }),
    );
    expect(coarse.map(({ content }) => content)).toEqual(
      expect.arrayContaining(['spatial frequency (1/nm)', 'half period (pm)']),
    );
  });

  it('marks nothing where nothing is crossed', () => {
    const uncrossed = frcSvg({
      frequency: FREQUENCY,
      correlation: level(1),
      thresholds: BOTH.map((threshold) => ({
        ...threshold,
        crossing: null,
        reason: 'limited by the pixels',
      })),
      decidesFrom: 2e6,
    });
    expect(uncrossed).not.toContain('<circle');
    expect(labels(uncrossed).map(({ content }) => content)).toEqual(
      expect.arrayContaining(['½ bit: not crossed', 'limited by the pixels', 'too few pixels']),
    );
    // Up to halfway between the third ring and the fourth.
    const shade = /<rect x="([^"]*)" y="92" width="([^"]*)"[^>]*fill="#ececec"/.exec(uncrossed);
    const own = labels(uncrossed).filter(({ y, content }) => y > 485 && /^[\d.]+$/.test(content));
    expect(scaleOf(own, 'x')(Number(shade?.[1]) + Number(shade?.[2]))).toBeCloseTo(1.75, 1);
  });

  it('refuses values that are not one for each frequency', () => {
    const given = { frequency: FREQUENCY, correlation: CORRELATION, thresholds: BOTH };
    expect(() => frcSvg({ ...given, correlation: [1] })).toThrow(DataError);
    expect(() => frcSvg({ frequency: [], correlation: [], thresholds: [] })).toThrow(DataError);
  });
});
