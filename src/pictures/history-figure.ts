/** How the errors of a reconstruction went down, engine after engine. */
import { linePanel, type Mark } from './line-panel.ts';

/** One reported iteration, as in the run's `iteration` events. */
export interface HistoryEntry {
  readonly engine: string;
  readonly iteration: number;
  /** By name: `magnitude`, `photon`, `exit`, `rfactor`, `loss`, or others; NaN where not computed. */
  readonly errors: Readonly<Record<string, number>>;
}

const NAMES: Readonly<Record<string, string>> = {
  magnitude: 'magnitude',
  photon: 'photon',
  exit: 'exit',
  rfactor: 'R-factor',
  loss: 'loss',
};

/** The known errors first, in the order of the specification, then the others as they come. */
function errorKeys(history: readonly HistoryEntry[]): string[] {
  const found = new Set(history.flatMap(({ errors }) => Object.keys(errors)));
  const known = Object.keys(NAMES).filter((key) => found.has(key));
  return [...known, ...[...found].filter((key) => !(key in NAMES))];
}

/** SVG of the history. Where an engine counts its iterations from the start again, they go on after the last. */
export function errorHistorySvg(history: readonly HistoryEntry[], title = 'error history'): string {
  const x: number[] = [];
  const marks: Mark[] = [];
  let shift = 0;
  history.forEach(({ engine, iteration }, i) => {
    const last = x.at(-1);
    if (last !== undefined && iteration + shift <= last) shift = last + 1 - iteration;
    if (i === 0 || history[i - 1].engine !== engine) marks.push({ x: iteration + shift, name: engine });
    x.push(iteration + shift);
  });
  const series = errorKeys(history).map((key) => ({
    name: NAMES[key] ?? key,
    values: history.map(({ errors }) => (key in errors ? errors[key] : NaN)),
  }));
  return linePanel({ title, xLabel: 'iteration', yLabel: 'error (log scale)', x, series, marks });
}
