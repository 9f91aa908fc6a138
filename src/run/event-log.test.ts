import { describe, expect, it } from 'vitest';
import { LOG_LEVELS, type LogLevel } from '../log.ts';
import { eventLog } from './event-log.ts';
import type { RunEvent } from './events.ts';

/** What comes of a message of every level, the gravest first. */
function heard(level: LogLevel, rank?: number): RunEvent[] {
  const events: RunEvent[] = [];
  const log = eventLog(
    (event) => events.push(event),
    () => level,
    rank,
  );
  for (const of of LOG_LEVELS) log[of](of);
  return events;
}

const EVENTS: readonly RunEvent[] = [
  { event: 'warning', message: 'error' },
  { event: 'warning', message: 'warn' },
  { event: 'note', message: 'info' },
  { event: 'note', message: 'debug' },
];

describe('messages as events of a run', () => {
  it.each(LOG_LEVELS.map((level, i) => [level, i + 1] as const))('level %s: the first %i', (level, count) => {
    expect(heard(level)).toEqual(EVENTS.slice(0, count));
  });

  it('have the level that is wanted when they come', () => {
    const events: RunEvent[] = [];
    let level: LogLevel = 'error';
    const log = eventLog(
      (event) => events.push(event),
      () => level,
    );
    log.warn('too early');
    level = 'warn';
    log.warn('in time');
    expect(events).toEqual([{ event: 'warning', message: 'in time' }]);
  });

  it('name the rank, but for the master', () => {
    expect(heard('error', 0)).toEqual([{ event: 'warning', message: 'error' }]);
    expect(heard('error', 2)).toEqual([{ event: 'warning', message: 'rank 2: error' }]);
  });
});
