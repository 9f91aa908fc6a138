import { describe, expect, it } from 'vitest';
import { errorHistorySvg, type HistoryEntry } from './history-figure.ts';

/** Points of every line, by the order of the legend; pieces between gaps apart. */
function lines(svg: string): [number, number][][][] {
  return [...svg.matchAll(/<path d="(M[^"]*)" fill="none" stroke="#/g)].map(([, path]) =>
    path
      .split('M')
      .slice(1)
      .map((piece) =>
        piece
          .replace('Z', '')
          .split('L')
          .map((pair) => pair.split(',').map(Number) as [number, number]),
      ),
  );
}

function labels(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, content]) => content);
}

function dots(svg: string): { x: number; y: number; fill: string }[] {
  return [...svg.matchAll(/<circle cx="([^"]*)" cy="([^"]*)" r="[^"]*" fill="([^"]*)"/g)].map(
    ([, x, y, fill]) => ({
      x: Number(x),
      y: Number(y),
      fill,
    }),
  );
}

const entries = (n: number, errors: (i: number) => Record<string, number>, engine = 'DM'): HistoryEntry[] =>
  Array.from({ length: n }, (_, i) => ({ engine, iteration: i + 1, errors: errors(i) }));

describe('errorHistorySvg', () => {
  it('draws one line an error, even steps in x, decades even in y', () => {
    const svg = errorHistorySvg(entries(4, (i) => ({ exit: 5, magnitude: 10 ** -i })));
    expect(labels(svg)).toEqual(
      expect.arrayContaining(['iteration', 'error (log scale)', 'magnitude', 'exit', 'DM']),
    );
    const [[magnitude], [exit]] = lines(svg);
    expect(magnitude).toHaveLength(4);
    const steps = magnitude.slice(1).map(([x, y], i) => [x - magnitude[i][0], y - magnitude[i][1]]);
    for (const [dx, dy] of steps) {
      expect(dx).toBeCloseTo(steps[0][0], 0);
      expect(dy).toBeCloseTo(steps[0][1], 0);
      expect(dy).toBeGreaterThan(20);
    }
    expect(new Set(exit.map(([, y]) => y)).size).toBe(1);
    expect(exit[0][1]).toBeLessThan(magnitude[0][1]);
  });

  it('puts the known errors first, whatever order they come in, and keeps others', () => {
    const svg = errorHistorySvg(
      entries(2, () => ({ other: 4, rfactor: 0.2, exit: 3, photon: 2, magnitude: 1 })),
    );
    const shown = labels(svg).filter((label) =>
      ['magnitude', 'photon', 'exit', 'R-factor', 'other'].includes(label),
    );
    expect(shown).toEqual(['magnitude', 'photon', 'exit', 'R-factor', 'other']);
    const styles = [
      ...svg.matchAll(
        /<path d="M[^"]*" fill="none" stroke="([^"]*)"[^>]*?(?:stroke-dasharray="([^"]*)")?\/>/g,
      ),
    ];
    expect(new Set(styles.map(([, colour]) => colour)).size).toBe(5);
    expect(new Set(styles.map(([, , dashes]) => dashes)).size).toBe(5);
  });

  it('leaves gaps for NaN, and dots for points without neighbours', () => {
    const values = [1, 2, NaN, 4, NaN, 6, 7];
    const svg = errorHistorySvg(entries(7, (i) => ({ magnitude: values[i] })));
    const [pieces] = lines(svg);
    expect(pieces.map((piece) => piece.length)).toEqual([2, 1, 2]);
    expect(dots(svg)).toHaveLength(1);
    expect(dots(svg)[0].x).toBeCloseTo(pieces[1][0][0], 0);
    expect(labels(svg)).not.toContain('zero or below');
  });

  it('marks zeros and negative values at the foot of the plot', () => {
    const svg = errorHistorySvg(entries(3, (i) => ({ magnitude: [1, 0, 3][i], exit: [2, -1, 2][i] })));
    expect(labels(svg)).toContain('zero or below');
    expect([...svg.matchAll(/h8l-4 7z/g)]).toHaveLength(3);
  });

  it('names errors that have no values, and says when nothing has', () => {
    expect(labels(errorHistorySvg(entries(3, () => ({ magnitude: 1, photon: NaN }))))).toContain(
      'photon (none)',
    );
    expect(labels(errorHistorySvg([]))).toContain('no values');
    expect(labels(errorHistorySvg(entries(2, () => ({ magnitude: NaN }))))).toContain('no values');
  });

  it('shows a single iteration and constant errors', () => {
    const one = errorHistorySvg(entries(1, () => ({ magnitude: 3 })));
    expect(dots(one)).toHaveLength(1);
    expect(labels(one)).toContain('1');
    const [[line]] = lines(errorHistorySvg(entries(5, () => ({ magnitude: 3 }))));
    expect(new Set(line.map(([, y]) => y)).size).toBe(1);
  });

  it('lets a second engine that counts from 1 go on after the first, and marks where it begins', () => {
    const first = entries(6, () => ({ magnitude: 2 }));
    const second = entries(4, () => ({ magnitude: 1 }), 'ML');
    const svg = errorHistorySvg([...first, ...second]);
    const line = lines(svg).flat(2);
    expect(line).toHaveLength(10);
    for (let i = 1; i < 10; i++) expect(line[i][0]).toBeGreaterThan(line[i - 1][0]);
    const marks = [...svg.matchAll(/<line x1="([^"]*)"[^>]*stroke-dasharray="1 3"/g)].map(([, x]) =>
      Number(x),
    );
    expect(marks).toHaveLength(2);
    expect(marks[1]).toBeCloseTo(line[6][0], 0);
    expect(labels(svg)).toEqual(expect.arrayContaining(['DM', 'ML', '10']));
  });

  it('thins long histories without losing their extremes', () => {
    const svg = errorHistorySvg(entries(20_000, (i) => ({ magnitude: i === 12_345 ? 1000 : 1 + (i % 3) })));
    const [[line]] = lines(svg);
    expect(line.length).toBeLessThan(4000);
    const top = Math.min(...line.map(([, y]) => y));
    expect(line.filter(([, y]) => y === top)).toHaveLength(1);
    const at = line.findIndex(([, y]) => y === top);
    const [left, right] = [line[0][0], line[line.length - 1][0]];
    expect((line[at][0] - left) / (right - left)).toBeCloseTo(12_345 / 19_999, 2);
  });

  it('ends a line with its engine, and keeps apart what only has the name in common', () => {
    const errors = (): Record<string, number> => ({ magnitude: 2, photon: 1, exit: 3, rfactor: 0.1 });
    const svg = errorHistorySvg([
      ...entries(3, errors),
      ...entries(3, errors, 'EPIE'),
      ...entries(3, () => ({ magnitude: 1, photon: 1, loss: 1.1 }), 'ML'),
    ]);
    expect(labels(svg)).toEqual(
      expect.arrayContaining([
        'magnitude, DM',
        'magnitude, EPIE, ML',
        'photon',
        'exit, DM',
        'exit, EPIE',
        'loss',
      ]),
    );
    const pieces = lines(svg).map((line) => line.map((piece) => piece.length));
    expect(pieces).toEqual([[3], [3, 3], [3, 3, 3], [3], [3], [3, 3], [3]]);
  });

  it('draws one line where two would lie on each other', () => {
    const svg = errorHistorySvg([
      ...entries(3, () => ({ photon: 4 })),
      ...entries(3, (i) => ({ photon: i + 1, loss: (i + 1) * (1 + 1e-9) }), 'ML'),
    ]);
    expect(labels(svg)).toContain('photon, loss');
    expect(lines(svg)).toHaveLength(1);
  });

  it('marks where live ends, and begins its lines anew there', () => {
    const live = entries(4, () => ({ photon: 2 })).map((entry) => ({ ...entry, live: true }));
    const svg = errorHistorySvg([
      ...live,
      ...entries(5, () => ({ photon: 1 })),
      ...entries(2, () => ({}), 'ML'),
    ]);
    expect(labels(svg)).toEqual(expect.arrayContaining(['DM, live', 'live ends: DM', 'ML']));
    expect(lines(svg)[0].map((piece) => piece.length)).toEqual([4, 5]);
    const [end] = [...svg.matchAll(/<line x1="([^"]*)"[^>]*stroke="#595959"(?![^>]*dasharray)/g)].map(
      ([, x]) => Number(x),
    );
    expect(end).toBeCloseTo(lines(svg)[0][1][0][0], 0);
  });
});
