/** What every command that works for a while shares: events, log level, Ctrl-C, scan classes, the clock. */
import { ScanRegistry } from '../loaders/registry.ts';
import type { Log, LogLevel } from '../log.ts';
import { isMaster } from '../parallel/communicator.ts';
import { eventLog } from '../run/event-log.ts';
import type { EventListener } from '../run/events.ts';
import type { StageOptions } from '../run/scans/prepare.ts';
import { describe } from './terminal/event-text.ts';
import type { CommonOptions } from './options.ts';
import { createReporter, settleReports } from './terminal/reporter.ts';
import { alone, type World } from './world.ts';

export interface Session {
  readonly onEvent: EventListener;
  /** What scans and engines tell on the way, as events. */
  readonly log: Log;
  readonly registry: ScanRegistry;
  /** Aborted when the user wants the end. Who does not ask for it is ended by Ctrl-C at once. */
  readonly signal: AbortSignal;
  /** How much of the log is heard from now on. */
  setLogLevel(level: LogLevel): void;
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
  let level: LogLevel = options.quiet === true ? 'error' : 'warn';
  const log = eventLog(logListener(world, onEvent), () => level, communicator.rank);
  // MPI calls block: a handler could not run in time, and the launcher has its own.
  let made: AbortSignal | undefined;
  const signal = (): AbortSignal =>
    (made ??= world.signal ?? (world.kind === 'mpi' ? new AbortController().signal : interruptible()));
  const done = (): void => {
    onEvent({ event: 'done', seconds: (performance.now() - start) / 1000 });
  };
  return {
    onEvent,
    log,
    registry,
    get signal() {
      return signal();
    },
    setLogLevel(wanted) {
      level = wanted;
    },
    begin(command, config, backend) {
      const each = world.kind === 'mpi' ? 'process' : 'thread';
      const ranks = communicator.size;
      onEvent({ event: 'start', command, config, ranks, each, backend: backend ?? null });
    },
    stage: () => ({ registry, communicator, signal: signal(), onEvent, log }),
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
  return world.say;
}

/** The master's log is among its events; other ranks, which report none, tell the user themselves. */
function logListener({ communicator, say }: World, onEvent: EventListener): EventListener {
  if (isMaster(communicator)) return onEvent;
  return (
    say ??
    ((event) => {
      process.stderr.write(`${describe(event) ?? ''}\n`);
    })
  );
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
