import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../run/events.ts';
import { createReporter, settleReports } from './reporter.ts';

const chunk = (frames: number, total: number | null, behind?: number): RunEvent => ({
  ...{ event: 'chunk', scan: 'S', chunk: frames, frames, before: 0, total, seconds: frames / 2 },
  ...(behind === undefined ? {} : { behind }),
});

const iteration = (count: number, iterations: number | null): RunEvent => ({
  ...{ event: 'iteration', engine: 'EPIE', key: 'engine00', iteration: count, iterations, seconds: count },
  errors: { magnitude: 3, rfactor: 0.25 },
});

/** What is written to a terminal, or to something else. */
function shown(isTTY: boolean, events: readonly RunEvent[]): string {
  let text = '';
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((data) => {
    text += String(data);
    return true;
  });
  const before = [process.stderr.isTTY, process.stderr.columns] as const;
  Object.assign(process.stderr, { isTTY, columns: 200 });
  const hear = createReporter({});
  for (const event of events) hear(event);
  settleReports();
  write.mockRestore();
  Object.assign(process.stderr, { isTTY: before[0], columns: before[1] });
  return text;
}

const saved: RunEvent = { event: 'saved', what: 'ptyd', file: 'S.ptyd' };

describe('progress', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['at the end', [saved]],
    ['before an error', []],
  ])('is shown to its last state, also where nobody knows how much there is, %s', (_, after) => {
    // All within a second.
    const events = [
      chunk(14, null),
      chunk(20, null),
      chunk(30, null),
      iteration(1, 9),
      iteration(3, 9),
      ...after,
    ];
    const text = shown(false, events);
    expect(text).toMatch(/^S: 14 frames prepared/);
    expect(text).toContain('S: 30 frames prepared in 15 s, 2 frames/s\n');
    expect(text).toContain('EPIE 3/9: magnitude 3.000');
    expect(text).not.toContain('S: 20 frames');
    if (after.length > 0) expect(text).toMatch(/saved S\.ptyd\n$/);
  });

  it('of what is followed is one line, and in the end the totals', () => {
    const events = [chunk(2, null, 0), chunk(10, null, 3), iteration(7, null), chunk(30, null, 0), saved];
    const lines = shown(true, [...events, iteration(1, 9), iteration(9, 9)]).split('\n');
    const states = lines[0].split('\r\x1b[2K');
    expect(states).toContain('S: 10 frames in, 3 behind, 2.00 frames/s');
    expect(states).toContain('S: 10 frames in, 3 behind, 2.00 frames/s; EPIE 7, live, R 0.2500');
    expect(lines.slice(1).join('\n')).toContain(
      'S: 30 frames prepared in 15 s, 2.00 frames/s; EPIE 7, live, R 0.2500',
    );
    expect(lines.slice(-2)[0]).toContain('EPIE 9/9');
  });

  it('keeps its line where something else is said', () => {
    const text = shown(true, [chunk(2, 9), { event: 'warning', message: 'careful' }, chunk(9, 9)]);
    expect(text).toMatch(/S: 2 of 9 frames[^\n]*\nwarning: careful\n/);
    expect(text).toMatch(/S: 9 of 9 frames[^\n]*\n$/);
  });
});
