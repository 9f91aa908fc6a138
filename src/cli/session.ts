/** What every command that works in this thread shares: its events, its log, the clock. */
import type { Log } from '../log.ts';
import { eventLog } from '../run/event-log.ts';
import type { EventListener } from '../run/events.ts';
import type { CommonOptions } from './options.ts';
import { createReporter } from './terminal/reporter.ts';

export interface Session {
  readonly onEvent: EventListener;
  /** What scans and engines tell on the way, as events. */
  readonly log: Log;
  /** Reports a file that the command is for; `next` is what to do with it. */
  wrote(what: 'config' | 'scan class', file: string, next?: string): void;
  /** The end of a command whose answer is all that a terminal shows; programs hear of it. */
  answered(): void;
}

export function startSession(options: CommonOptions): Session {
  const start = performance.now();
  const onEvent = createReporter(options);
  return {
    onEvent,
    log: eventLog(onEvent, () => (options.quiet === true ? 'error' : 'warn')),
    wrote(what, file, next) {
      if (options.json === true) {
        onEvent({ event: 'saved', what, file });
        if (next !== undefined) onEvent({ event: 'note', message: next });
      } else if (options.quiet !== true) {
        process.stdout.write(`wrote ${file}${next === undefined ? '' : `; ${next}`}\n`);
      }
    },
    answered() {
      if (options.json === true) onEvent({ event: 'done', seconds: (performance.now() - start) / 1000 });
    },
  };
}
