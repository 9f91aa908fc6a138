/** How a command ends: 0 done, 1 the work failed, 2 wrong usage or configuration. */
import { settleReports } from './terminal/reporter.ts';
import { AbortedError, ConfigError, messageOf, PtyflowError } from '../errors.ts';

/** Stopped by Ctrl-C: what shells expect of SIGINT. */
const INTERRUPTED = 130;

export function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return 2;
  if (error instanceof AbortedError) return INTERRUPTED;
  return 1;
}

/** The last event, for programs. */
export function printError(message: string): void {
  process.stdout.write(`${JSON.stringify({ event: 'error', message })}\n`);
}

/** One line that says what, where and what would be right; the stack only with `--debug`. */
export function reportError(
  error: unknown,
  { debug, json, rank }: { debug: boolean; json: boolean; rank: number },
): void {
  settleReports();
  if (json) printError(messageOf(error));
  if (debug && error instanceof Error) {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
      process.stderr.write(`caused by ${cause.stack ?? cause.message}\n`);
    }
    return;
  }
  const known = error instanceof PtyflowError;
  const text = known ? error.message : `${messageOf(error)} (unexpected; --debug shows where)`;
  process.stderr.write(`ptyflow: ${rank === 0 ? '' : `rank ${rank}: `}${text}\n`);
}
