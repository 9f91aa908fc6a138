/** What every command that works for a while shares: events, log level, Ctrl-C, scan classes, the clock. */
import { ScanRegistry } from '../loaders/registry.ts';
import { log, setLogLevel } from '../log.ts';
import { singleCommunicator } from '../parallel/single.ts';
import type { EventListener } from '../run/events.ts';
import type { StageOptions } from '../run/prepare.ts';
import type { CommonOptions } from './options.ts';
import { createReporter } from './reporter.ts';

export interface Session {
  readonly onEvent: EventListener;
  readonly registry: ScanRegistry;
  /** Aborted by the first Ctrl-C; the second ends the process. */
  readonly signal: AbortSignal;
  stage(): StageOptions;
  /** Reports what was written and the time it took. */
  finish(files?: readonly string[]): void;
}

export function startSession(options: CommonOptions): Session {
  const start = performance.now();
  const onEvent = createReporter(options);
  const registry = new ScanRegistry();
  if (options.quiet === true) setLogLevel('error');
  if (options.json === true) {
    log.setReporters([
      {
        log: ({ args }) => {
          onEvent({ event: 'warning', message: args.map(String).join(' ') });
        },
      },
    ]);
  }
  const abort = new AbortController();
  process.once('SIGINT', () => {
    process.stderr.write('\nstopping after this step; press Ctrl-C again to stop at once\n');
    abort.abort();
    process.once('SIGINT', () => process.exit(130));
  });
  return {
    onEvent,
    registry,
    signal: abort.signal,
    stage: () => ({ registry, communicator: singleCommunicator(), signal: abort.signal, onEvent }),
    finish(files = []) {
      for (const file of files)
        process.stderr.write(options.quiet === true || options.json === true ? '' : `wrote ${file}\n`);
      onEvent({ event: 'done', seconds: (performance.now() - start) / 1000 });
    },
  };
}
