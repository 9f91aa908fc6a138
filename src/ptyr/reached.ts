/** How far the run of another program is, as its history tells. */
import { isMapping } from '../params/values.ts';
import type { RunPoint } from './progress.ts';
import type { IterationRecord } from './result.ts';

/** Engines in the order they run, the one a run is in, and how many iterations of it are done. */
export type Reached = Pick<RunPoint, 'engines' | 'engine' | 'iteration'>;

/**
 * From the engines of a configuration, which ptypy runs in the order of their keys, and the history. Undefined where the two do
 * not go together.
 */
export function reachedBy(config: unknown, history: readonly IterationRecord[]): Reached | undefined {
  const last = history.at(-1);
  const members = isMapping(config) && isMapping(config.engines) ? Object.entries(config.engines) : [];
  if (last === undefined || members.length === 0) return undefined;
  const engines = members
    .map(([key, engine]) => ({ key, name: isMapping(engine) ? String(engine.name) : '' }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  // Iterations are counted from 1 in each engine.
  const begun = history.filter(({ iteration }, i) => i === 0 || iteration <= history[i - 1].iteration);
  const isWhole = history.length === last.iterations && begun[0].iteration === 1;
  const sameName = engines.filter(({ name }) => name === last.engine);
  const current = isWhole ? engines.at(begun.length - 1) : sameName.length === 1 ? sameName[0] : undefined;
  const agrees = !isWhole || begun.every(({ engine }, i) => engines.at(i)?.name === engine);
  if (current === undefined || !agrees || !Number.isInteger(last.iteration)) return undefined;
  return { engines, engine: current.key, iteration: last.iteration };
}
