/** Messages for people. Events for programs are in `run/events.ts`. */
import { createConsola, type ConsolaInstance } from 'consola';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

const LEVELS: Record<LogLevel, number> = { silent: -999, error: 0, warn: 1, info: 3, debug: 4 };

/** The library's logger. Warnings and up by default; a command sets its own level. Everything goes to stderr. */
export const log: ConsolaInstance = createConsola({
  level: LEVELS.warn,
  ...(typeof process === 'undefined' ? {} : { stdout: process.stderr, stderr: process.stderr }),
});

/** Hands every message to `write`, with its type, instead of showing it. */
export function redirectLog(write: (type: string, text: string) => void): void {
  log.setReporters([
    {
      log: ({ type, args }) => {
        write(type, args.map(String).join(' '));
      },
    },
  ]);
}

const TYPES = ['error', 'info', 'debug'] as const;

/** Shows what `redirectLog` took in another thread; what is of no type known here is a warning. */
export function logAs(type: string, text: string): void {
  log[TYPES.find((known) => known === type) ?? 'warn'](text);
}

export function setLogLevel(level: LogLevel): void {
  log.level = LEVELS[level];
}
