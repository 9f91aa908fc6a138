/** Curves of the errors of a run. */
import type { HistoryEntry } from '../../../src/server/protocol/messages.ts';
import { errorName } from '../text/format.ts';

export interface ErrorLine {
  readonly name: string;
  /** Number of its engine among those that ran, from 0. */
  readonly engine: number;
  /** null where the engine did not run, or did not compute it. */
  readonly values: readonly (number | null)[];
}

export interface ErrorSeries {
  /** Iterations of the whole run, ascending. */
  readonly iterations: readonly number[];
  /** One for each engine and error. */
  readonly lines: readonly ErrorLine[];
  /** Where each engine began, by the number of iterations of the whole run. */
  readonly marks: readonly { readonly at: number; readonly name: string }[];
}

/** Entries with a name of the engine that no other engine has: a second ML is `ML (2)`. */
function named(
  history: readonly HistoryEntry[],
): { entry: HistoryEntry; engine: string; isFirst: boolean }[] {
  const times = new Map<string, number>();
  return history.map((entry, i) => {
    const before = i === 0 ? undefined : history[i - 1];
    const isFirst = before?.engine !== entry.engine || entry.iteration <= before.iteration;
    const time = (times.get(entry.engine) ?? 0) + (isFirst ? 1 : 0);
    times.set(entry.engine, time);
    return { entry, engine: time > 1 ? `${entry.engine} (${time})` : entry.engine, isFirst };
  });
}

export function errorSeries(history: readonly HistoryEntry[]): ErrorSeries {
  const lines = new Map<string, { engine: number; values: (number | null)[] }>();
  const marks: { at: number; name: string }[] = [];
  for (const [at, { entry, engine, isFirst }] of named(history).entries()) {
    if (isFirst) marks.push({ at: entry.iterations, name: engine });
    for (const [error, value] of Object.entries(entry.errors)) {
      const name = `${engine} · ${errorName(error)}`;
      const line = lines.get(name) ?? {
        engine: marks.length - 1,
        values: Array.from<null>({ length: history.length }).fill(null),
      };
      line.values[at] = Number.isFinite(value) ? value : null;
      lines.set(name, line);
    }
  }
  return {
    iterations: history.map(({ iterations }) => iterations),
    lines: [...lines].map(([name, line]) => ({ name, ...line })),
    marks,
  };
}

/** What has no logarithm is left out. */
export function forLogarithms(values: ErrorLine['values']): (number | null)[] {
  return values.map((value) => (value !== null && value > 0 ? value : null));
}

/** Errors by name as each engine had them last, by its name: not every iteration knows all of them. */
export function lastErrors(history: readonly HistoryEntry[]): ReadonlyMap<string, HistoryEntry> {
  const last = new Map<string, HistoryEntry>();
  for (const { entry, engine } of named(history)) {
    // Its own, not those of an entry.
    const errors = Object.assign(last.get(engine)?.errors ?? {}, entry.errors);
    last.set(engine, { ...entry, engine, errors });
  }
  return last;
}
