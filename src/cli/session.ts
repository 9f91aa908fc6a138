/** What every command that works for a while shares: events, log level, Ctrl-C, scan classes, the clock. */
import { ScanRegistry } from '../loaders/registry.ts';
import { redirectLog, setLogLevel } from '../log.ts';
import { isMaster } from '../parallel/communicator.ts';
import type { EventListener, RunEvent } from '../run/events.ts';
import type { StageOptions } from '../run/scans/prepare.ts';
import { describe } from './terminal/event-text.ts';
import type { CommonOptions } from './options.ts';
import { createReporter, settleReports } from './terminal/reporter.ts';
import { alone, type World } from './world.ts';

export interface Session {
  readonly onEvent: EventListener;
  readonly registry: ScanRegistry;
  /** Aborted when the user wants the end. Who does not ask for it is ended by Ctrl-C at once. */
  readonly signal: AbortSignal;
  /** Says what begins, with which configuration, and on what. */
  begin(command: string, config: string, backend?: string): void;
  stage(): StageOptions;
  /** Reports what was written and the time it took. */
  finish(files?: readonly string[]): void;
  /** Reports a file that the command is for; `next` is what to do with it. */
  wrote(what: 'config' | 'scan class', file: string, next?: string): void;
  /** The end of a command whose answer is all that a terminal shows; programs hear of it. */
  answered(): void;
}

export function startSession(options: CommonOptions, world: World = alone()): Session {
  const start = performance.now();
  const { communicator } = world;
  const onEvent = listener(options, world);
  const registry = new ScanRegistry();
  if (options.quiet === true) setLogLevel('error');
  redirectLog(logWriter(world, onEvent));
  // MPI calls block: a handler could not run in time, and the launcher has its own.
  let made: AbortSignal | undefined;
  const signal = (): AbortSignal =>
    (made ??= world.signal ?? (world.kind === 'mpi' ? new AbortController().signal : interruptible()));
  const done = (): void => {
    onEvent({ event: 'done', seconds: (performance.now() - start) / 1000 });
  };
  return {
    onEvent,
    registry,
    get signal() {
      return signal();
    },
    begin(command, config, backend) {
      const each = world.kind === 'mpi' ? 'process' : 'thread';
      const ranks = communicator.size;
      onEvent({ event: 'start', command, config, ranks, each, backend: backend ?? null });
    },
    stage: () => ({ registry, communicator, signal: signal(), onEvent }),
    finish(files = []) {
      for (const file of files) onEvent({ event: 'note', message: `wrote ${file}` });
      done();
    },
    wrote(what, file, next) {
      if (options.json === true) {
        onEvent({ event: 'saved', what, file });
        if (next !== undefined) onEvent({ event: 'note', message: next });
      } else if (options.quiet !== true) {
        process.stdout.write(`wrote ${file}${next === undefined ? '' : `; ${next}`}\n`);
      }
    },
    answered() {
      if (options.json === true) done();
    },
  };
}

/** The master reports. */
function listener(options: CommonOptions, world: World): EventListener {
  if (!isMaster(world.communicator)) return () => undefined;
  if (world.say === undefined) return createReporter(options);
  return (event) => world.say?.({ kind: 'event', event });
}

/** Where log messages go: the master's are events, those of other processes are shown as they come. */
function logWriter(world: World, onEvent: EventListener): (type: string, text: string) => void {
  if (world.say !== undefined) return (type, text) => world.say?.({ kind: 'log', type, text });
  const { rank } = world.communicator;
  if (rank === 0) {
    return (type, text) => {
      onEvent(logEvent(type, text));
    };
  }
  return (type, text) => {
    const event = logEvent(type, `rank ${rank}: ${text}`);
    process.stderr.write(`${describe(event) ?? ''}\n`);
  };
}

/** What the library tells on its way, as an event. */
export function logEvent(type: string, message: string): RunEvent {
  return { event: type === 'warn' || type === 'error' ? 'warning' : 'note', message };
}

/**
 * Aborted by the first Ctrl-C or SIGTERM, as batch systems send it before they kill; the second ends the process. What takes long
 * runs in other threads, or lets this one go on in between.
 */
export function interruptible(): AbortSignal {
  const abort = new AbortController();
  const stop = (again: string): void => {
    if (abort.signal.aborted) process.exit(130);
    settleReports();
    process.stderr.write(`\nstopping after this step; ${again} to stop at once\n`);
    abort.abort();
  };
  process.on('SIGINT', () => {
    stop('press Ctrl-C again');
  });
  process.on('SIGTERM', () => {
    stop('SIGTERM again');
  });
  return abort.signal;
}
