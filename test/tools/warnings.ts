/** A log that remembers. */
import { logTo, type Log } from '../../src/log.ts';

/** `log` for what is to be heard; its warnings so far, one text each. */
export function hearing(): { readonly log: Log; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const log = logTo((level, text) => {
    if (level === 'warn') warnings.push(text);
  });
  return { log, warnings };
}
