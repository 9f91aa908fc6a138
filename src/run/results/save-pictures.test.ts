import { describe, expect, it } from 'vitest';
import type { IterationRecord } from '../../ptyr/result.ts';
import { drawnHistory } from './save-pictures.ts';

/** Iterations of an engine; without a number asked for, as many as there were each time. */
function part(engine: string, count: number, numiter?: number): Omit<IterationRecord, 'iterations'>[] {
  return Array.from({ length: count }, (_, i) => ({
    engine,
    iteration: i + 1,
    numiter: numiter ?? i + 1,
    seconds: 0,
    errors: {},
  }));
}

function live(...parts: Omit<IterationRecord, 'iterations'>[][]): string {
  const history = parts.flat().map((record, i) => ({ ...record, iterations: i + 1 }));
  return drawnHistory(history)
    .map(({ live: isLive }) => (isLive === true ? 'l' : '.'))
    .join('');
}

describe('drawnHistory', () => {
  it('tells what ran while frames came', () => {
    expect(live(part('DM', 3), part('DM', 3, 3), part('ML', 2, 2))).toBe('lll.....');
    expect(live(part('DM', 1), part('DM', 3, 3))).toBe('l...');
    expect(live(part('DM', 3))).toBe('lll');
    expect(live(part('DM', 3, 3), part('ML', 2, 2))).toBe('.....');
    expect(live(part('DM', 1, 1), part('ML', 2, 2))).toBe('...');
    expect(live(part('DM', 1, 1))).toBe('.');
    expect(live()).toBe('');
  });
});
