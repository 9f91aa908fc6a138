/** Messages of scans and engines as events of a run. */
import { LOG_LEVELS, logTo, type Log, type LogLevel } from '../log.ts';
import type { EventListener } from './events.ts';

/**
 * The log of one rank; the master's messages are as they come, those of others begin with `rank N: `. Errors and warnings become
 * warnings, all else notes. `level` is asked each time: nothing below it is heard.
 */
export function eventLog(onEvent: EventListener, level: () => LogLevel, rank = 0): Log {
  const counts = new Map<string, number>();
  return logTo((of, text, topic) => {
    if (LOG_LEVELS.indexOf(of) > LOG_LEVELS.indexOf(level())) return;
    const message = rank === 0 ? text : `rank ${rank}: ${text}`;
    if (of !== 'error' && of !== 'warn') {
      onEvent({ event: 'note', message });
    } else if (topic === undefined) {
      onEvent({ event: 'warning', message });
    } else {
      const count = (counts.get(topic) ?? 0) + 1;
      counts.set(topic, count);
      onEvent({ event: 'warning', message, topic: rank === 0 ? topic : `rank ${rank}: ${topic}`, count });
    }
  });
}
