/** Curves of the errors of a run. */
import type { HistoryEntry } from '../../../src/server/protocol/messages.ts';
import { errorName } from '../text/format.ts';

export interface ErrorSeries {
  /** Iterations of the whole run, ascending. */
  readonly iterations: readonly number[];
  /** One for each engine and error; null where the engine did not run, or the value has no logarithm. */
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

export function errorSeries(history: readonly HistoryEntry[]): ErrorSeries {
  const lines = new Map<string, (number | null)[]>();
  for (const [at, { engine, errors }] of history.entries()) {
    for (const [error, value] of Object.entries(errors)) {
      const name = `${engine} · ${errorName(error)}`;
      const line = lines.get(name) ?? Array.from<null>({ length: history.length }).fill(null);
      line[at] = value > 0 && Number.isFinite(value) ? value : null;
      lines.set(name, line);
    }
  }
  return {
    iterations: history.map(({ iterations }) => iterations),
    lines: [...lines].map(([name, values]) => ({ name, values })),
  };
}

/** Errors by name as each engine had them last: not every iteration knows all of them. */
export function lastErrors(history: readonly HistoryEntry[]): ReadonlyMap<string, HistoryEntry> {
  const last = new Map<string, HistoryEntry>();
  for (const entry of history) {
    last.set(entry.engine, { ...entry, errors: { ...last.get(entry.engine)?.errors, ...entry.errors } });
  }
  return last;
}
