/** No figure may have text that is cut, too small, or written over other text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromNumbers, ndarray, zeros, type NdArray } from '../../array/ndarray.ts';
import { frcSvg } from '../figures/frc-figure.ts';
import { frameSvg } from '../figures/frame-figure.ts';
import { errorHistorySvg, type HistoryEntry } from '../figures/history-figure.ts';
import { objectAmplitudeSvg, objectPhaseSvg } from '../figures/object-figure.ts';
import { positionsSvg } from '../figures/positions-figure.ts';
import { probeSvg } from '../figures/probe-figure.ts';
import { textWidth } from './text-width.ts';

interface TextBox {
  readonly content: string;
  readonly size: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function attribute(tag: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
}

function textBoxes(svg: string): TextBox[] {
  return [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].map(([, tag, escaped]) => {
    const content = escaped.replaceAll('&lt;', '<').replaceAll('&amp;', '&');
    const size = Number(attribute(tag, 'font-size'));
    const width = textWidth(content, size);
    const before = { start: 0, middle: width / 2, end: width }[attribute(tag, 'text-anchor')] ?? NaN;
    const [x, y] = [Number(attribute(tag, 'x')), Number(attribute(tag, 'y'))];
    // Digits reach 0.73 em above the baseline; parentheses 0.13 em below it.
    const [above, below] = [0.74 * size, 0.14 * size];
    return attribute(tag, 'transform') === ''
      ? { content, size, left: x - before, right: x - before + width, top: y - above, bottom: y + below }
      : { content, size, left: x - above, right: x + below, top: y - width + before, bottom: y + before };
  });
}

function expectTidy(svg: string): void {
  const [width, height] = [Number(attribute(svg, 'width')), Number(attribute(svg, 'height'))];
  const boxes = textBoxes(svg);
  expect(boxes.length).toBeGreaterThan(3);
  boxes.forEach((box, i) => {
    const inside = box.left >= 2 && box.right <= width - 2 && box.top >= 2 && box.bottom <= height - 2;
    expect(inside, `'${box.content}' is cut: ${JSON.stringify(box)} in ${width} x ${height}`).toBe(true);
    expect(box.size).toBeGreaterThanOrEqual(12);
    for (const other of boxes.slice(i + 1)) {
      const apart =
        box.right <= other.left ||
        other.right <= box.left ||
        box.bottom <= other.top ||
        other.bottom <= box.top;
      expect(apart, `'${box.content}' and '${other.content}' overlap`).toBe(true);
    }
  });
  for (const [tag] of svg.matchAll(/<image[^>]*>/g)) {
    expect(Number(attribute(tag, 'x'))).toBeGreaterThan(0);
    expect(Number(attribute(tag, 'x')) + Number(attribute(tag, 'width'))).toBeLessThan(width);
    expect(Number(attribute(tag, 'y')) + Number(attribute(tag, 'height'))).toBeLessThan(height);
  }
}

function object(rows: number, cols: number): NdArray<'complex64'> {
  const array = zeros('complex64', [rows, cols]);
  for (let i = 0; i < rows * cols; i++) {
    array.data[2 * i] = 1;
    array.data[2 * i + 1] = Math.sin(i * 0.37);
  }
  return array;
}

const logSide = (most: number) =>
  fc.double({ min: 0, max: Math.log(most), noNaN: true }).map((x) => Math.round(Math.exp(x)));
const resolution = fc.double({ min: -10, max: -5, noNaN: true }).map((x) => 10 ** x);
const origin = fc.double({ min: -1, max: 1, noNaN: true });

describe('text of figures', () => {
  it('is tidy for objects of any shape, at any place, in any unit', () => {
    fc.assert(
      fc.property(
        logSide(300),
        logSide(900),
        resolution,
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        origin,
        fc.boolean(),
        (rows, cols, dx, ratio, at, covered) => {
          const array = object(rows, cols);
          const input = {
            object: array,
            resolutionM: [dx * ratio, dx] as const,
            originM: [at * 1e-3, at * dx * cols] as const,
            ...(covered
              ? {
                  coverage: fromNumbers(
                    'float32',
                    array.data.filter((_, i) => i % 2 === 1),
                    [rows, cols],
                  ),
                }
              : {}),
          };
          expectTidy(objectPhaseSvg(input));
          expectTidy(objectAmplitudeSvg(input));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('is tidy for any number of probe modes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        logSide(200),
        logSide(200),
        resolution,
        (modes, rows, cols, dx) => {
          const probe = ndarray('complex64', [modes, rows, cols], object(modes * rows, cols).data);
          expectTidy(probeSvg({ probe, resolutionM: [dx, dx], title: 'probe <modes> & more' }));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is tidy for frames from no count to very many', () => {
    fc.assert(
      fc.property(
        logSide(400),
        logSide(400),
        fc.double({ min: -3, max: 9, noNaN: true }),
        fc.boolean(),
        (rows, cols, decades, masked) => {
          const values = Array.from({ length: rows * cols }, (_, i) =>
            Math.floor(10 ** (decades * Math.abs(Math.sin(i)))),
          );
          const mask = fromNumbers(
            'bool',
            values.map((_, i) => (i % 7 === 3 ? 0 : 1)),
            [rows, cols],
          );
          const frame = fromNumbers('float64', values, [rows, cols]);
          expectTidy(frameSvg({ frame, psizeM: [75e-6, 75e-6], ...(masked ? { mask } : {}) }));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('is tidy for error histories of any size and scale', () => {
    const number = fc.oneof(
      fc.double({ min: 1e-12, max: 1e9, noNaN: true }),
      fc.constantFrom(NaN, 0, -1, Infinity, 1),
    );
    const entry = fc.record({
      engine: fc.constantFrom('DM', 'ML', 'a long name of an engine'),
      a: number,
      b: number,
    });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 60 }), (entries) => {
        const history: HistoryEntry[] = entries.map(({ engine, a, b }, i) => ({
          engine,
          iteration: i + 1,
          errors: { magnitude: a, exit: b, 'some other error with a very long name indeed': a * b },
        }));
        expectTidy(errorHistorySvg(history, 'errors of a run with quite a long name '.repeat(4)));
      }),
      { numRuns: 60 },
    );
  });

  it('is tidy for correlations from X-rays to electrons, crossed or not', () => {
    const share = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 600 }),
        fc.double({ min: 3, max: 11.5, noNaN: true }),
        fc.constantFrom(0, -0.04, -0.9),
        fc.option(share),
        fc.option(share),
        (rings, decades, lowest, half, one) => {
          const frequency = Array.from({ length: rings }, (_, i) => ((i + 1) / rings) * 10 ** decades);
          const fall = frequency.map((_, i) => 1 - ((1 - lowest) * i) / rings);
          const crossing = (at: number | null): number | null =>
            at === null ? null : Math.max(frequency[0], at * 10 ** decades);
          expectTidy(
            frcSvg({
              frequency,
              correlation: fall,
              thresholds: [
                { name: '½ bit', values: fall.map(() => 0.3), crossing: crossing(half) },
                { name: '1 bit', values: fall.map(() => 0.5), crossing: crossing(one) },
              ],
              title: 'Fourier ring correlation of two halves of the frames '.repeat(3),
            }),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves room between the last number of the x axis and the foot of the colour bar', () => {
    const flat = [0, -0.000300015, 0.05e-6, -0.000299515];
    expectTidy(positionsSvg({ positions: fromNumbers('float64', flat, [2, 2]) }));
  });

  it('is tidy for positions in a plane, in a line, on one spot', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(origin, origin), { minLength: 1, maxLength: 80 }),
        resolution,
        fc.constantFrom(0, 1e-3, 1),
        fc.constantFrom(0, 0.6),
        (points, span, squeeze, far) => {
          const flat = points.flatMap(([y, x]) => [y * span * squeeze + far, x * span * 30]);
          expectTidy(positionsSvg({ positions: fromNumbers('float64', flat, [points.length, 2]) }));
        },
      ),
      { numRuns: 60 },
    );
  });
});
