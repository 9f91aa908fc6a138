/** Messages for people. Events for programs are in `run/events.ts`. */
import { createConsola, type ConsolaInstance } from 'consola';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

const LEVELS: Record<LogLevel, number> = { silent: -999, error: 0, warn: 1, info: 3, debug: 4 };

/** The library's logger. Warnings and up by default; a command sets its own level. Everything goes to stderr. */
export const log: ConsolaInstance = createConsola({
  level: LEVELS.warn,
  ...(typeof process === 'undefined' ? {} : { stdout: process.stderr, stderr: process.stderr }),
});

export function setLogLevel(level: LogLevel): void {
  log.level = LEVELS[level];
}
