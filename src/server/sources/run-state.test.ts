import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../run/events.ts';
import { RunTracker } from './run-state.ts';

const chunk = (frames: number, behind?: number): RunEvent => ({
  ...{ event: 'chunk', scan: 'S', chunk: 0, frames, before: 0, total: 100, seconds: 1 },
  ...(behind === undefined ? {} : { behind }),
});

const iteration = (engine: string, n: number, seconds: number): RunEvent => ({
  ...{
    event: 'iteration',
    engine,
    key: `${engine}-key`,
    iteration: n,
    iterations: 20,
    errors: { fourier: 1 / n },
    seconds,
  },
});

function tracked(...events: readonly (readonly [RunEvent, number])[]): RunTracker {
  const tracker = new RunTracker('run');
  for (const [event, time] of events) tracker.hear(event, time);
  return tracker;
}

describe('where a run stands', () => {
  it('is preparing, waiting, running, paused and ended, as its events have it', () => {
    const tracker = tracked();
    expect(tracker.state()).toMatchObject({ status: 'preparing', engine: null, iterations: 0 });
    tracker.hear({ event: 'waiting', scan: 'S', source: 'scan.h5' }, 0);
    expect(tracker.state()).toMatchObject({ status: 'waiting', scans: [{ label: 'S', waiting: 'scan.h5' }] });
    tracker.hear(chunk(10), 1);
    expect(tracker.state()).toMatchObject({ status: 'preparing', scans: [{ waiting: null, frames: 10 }] });
    tracker.hear(iteration('DM', 1, 2), 2);
    expect(tracker.state()).toMatchObject({ status: 'running', engine: 'DM', iteration: 1, numiter: 20 });
    tracker.pause(true);
    expect(tracker.state().status).toBe('paused');
    tracker.end('stopped');
    expect(tracker.state().status).toBe('stopped');
  });

  it('knows how fast frames come, until all are there', () => {
    const tracker = tracked([chunk(10, 5), 1000], [chunk(20, 3), 3000]);
    expect(tracker.state().scans).toMatchObject([{ frames: 20, total: 100, behind: 3, rate: 5 }]);
    // Of the last ten seconds alone.
    tracker.hear(chunk(30), 20_000);
    tracker.hear(chunk(50), 22_000);
    expect(tracker.state().scans[0].rate).toBe(10);
    tracker.hear(chunk(100), 23_000);
    expect(tracker.state().scans[0].rate).toBeNull();
  });

  it('counts iterations of all engines, and the time left to the present one', () => {
    const tracker = tracked(
      [iteration('DM', 1, 2), 0],
      [iteration('DM', 2, 4), 1],
      [iteration('ML', 1, 3), 2],
    );
    expect(tracker.history.map(({ engine, iterations }) => [engine, iterations])).toEqual([
      ['DM', 1],
      ['DM', 2],
      ['ML', 3],
    ]);
    expect(tracker.state()).toMatchObject({
      engine: 'ML',
      engineKey: 'ML-key',
      secondsPerIteration: 3,
      secondsLeft: 57,
    });
  });

  it('takes the time of an iteration from the last ones', () => {
    const tracker = tracked();
    for (let n = 1; n <= 20; n++) tracker.hear(iteration('DM', n, n <= 5 ? 10 * n : 50 + (n - 5)), n);
    expect(tracker.state().secondsPerIteration).toBeCloseTo(1, 10);
  });

  it('keeps iterations of halves out', () => {
    expect(tracked([{ ...iteration('DM', 1, 1), half: 1 } as RunEvent, 0]).history).toEqual([]);
  });

  it('takes over what a resumed run did before', () => {
    const tracker = tracked(
      [{ event: 'resume', file: 'a.ptyr', engine: 'DM', iteration: 5, iterations: 20 }, 0],
      [iteration('DM', 6, 1), 1],
    );
    const all = Array.from({ length: 6 }, (_, i) => ({
      ...{ engine: 'DM', iterations: i + 1, iteration: i + 1, numiter: 20, seconds: 1, errors: {} },
    }));
    tracker.adopt(all);
    tracker.hear(iteration('DM', 7, 1), 2);
    expect(tracker.history.map(({ iterations }) => iterations)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('keeps the last lines of the log, and says how many are gone', () => {
    const tracker = tracked();
    for (let n = 0; n < 2010; n++) tracker.hear({ event: 'note', message: `line ${n}` }, n);
    expect([tracker.lines.length, tracker.dropped, tracker.lines[0].text]).toEqual([2000, 10, 'line 10']);
  });

  it('shows warnings of what is wrong as advice, the gravest first', () => {
    const tracker = tracked();
    const warnings = [
      { topic: 'a' },
      { about: 'overlap' },
      {},
      { topic: 'd' },
      { about: 'diverged' },
    ] as const;
    for (const [i, given] of warnings.entries()) {
      tracker.hear({ event: 'warning', message: `line ${i}`, ...given }, 0);
    }
    expect(tracker.state().advice).toEqual(['line 4', 'line 1', 'line 3']);
    expect(tracker.lines.map(({ level, text }) => [level, text])).toEqual(
      warnings.map((_, i) => ['warning', `warning: line ${i}`]),
    );
  });

  it('counts bad frames in one line of advice and few of the log', () => {
    const tracker = tracked();
    for (let count = 1; count <= 100; count++) {
      tracker.hear({ event: 'warning', message: `frame ${count}`, topic: 'bad frames', count }, 0);
    }
    expect(tracker.state().advice).toEqual(['bad frames: 100, the last one: frame 100']);
    tracker.end('ended');
    expect(tracker.lines).toHaveLength(8);
    expect(tracker.lines[7].text).toBe('warning: bad frames: 100, the last one: frame 100');
  });
});
