/**
 * Messages for people. Who does the work is given a log and writes to it; who gave it decides what is shown. Events for programs
 * are in `run/events.ts`.
 */

/** Levels, the gravest first. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Takes messages for people, each a plain text without an end of line. */
export interface Log {
  /** Details of what happens. */
  debug(text: string): void;
  /** Good to know; nothing is wrong. */
  info(text: string): void;
  /**
   * Something is odd, and the work goes on. `topic`: the result is likely to suffer, by what; of many with the same one the first, the
   * last and their number say all.
   */
  warn(text: string, topic?: string): void;
  /** Something went wrong. What ends the work is thrown instead. */
  error(text: string): void;
}

/** Hands every message to `write`. */
export function logTo(write: (level: LogLevel, text: string, topic?: string) => void): Log {
  const at =
    (level: LogLevel) =>
    (text: string, topic?: string): void => {
      write(level, text, topic);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** For those who give no log: warnings and errors go to the console, in Node to stderr. */
export const consoleLog: Log = logTo((level, text) => {
  if (level === 'warn' || level === 'error') console[level](`ptyflow: ${text}`);
});

/** Shows nothing. */
export const silentLog: Log = logTo(() => undefined);
