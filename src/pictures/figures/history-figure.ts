/** How the errors of a reconstruction went down, engine after engine. */
import { linePanel, type Mark, type Series } from '../panels/line-panel.ts';

/** One reported iteration, as in the run's `iteration` events. */
export interface HistoryEntry {
  readonly engine: string;
  readonly iteration: number;
  /** Made while frames still came. */
  readonly live?: boolean;
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

/**
 * Engines whose error of this name is another quantity: `magnitude` of DM and RAAR is that of the wave handed to the constraint,
 * of the others that of the model; `exit` is a change of stored exit waves, of one view's wave, or of views in a batch.
 */
const APART: Readonly<Record<string, readonly (readonly string[])[]>> = {
  magnitude: [['DM', 'RAAR']],
  exit: [['DM', 'RAAR'], ['LSQML']],
};

function meaning(key: string, engine: string): number {
  return (APART[key] ?? []).findIndex((engines) => engines.includes(engine));
}

/** The lines of an error: one for each quantity of that name, with the engines it is of where there are several. */
function seriesOf(key: string, history: readonly HistoryEntry[]): Series[] {
  const having = history.filter(({ errors }) => key in errors);
  const meanings = new Set(having.map(({ engine }) => meaning(key, engine)));
  return [...meanings].map((one) => {
    const isOne = ({ engine }: HistoryEntry): boolean => meaning(key, engine) === one;
    const engines = [...new Set(having.filter(isOne).map(({ engine }) => engine))];
    const name = NAMES[key] ?? key;
    return {
      name: meanings.size > 1 ? `${name}, ${engines.join(', ')}` : name,
      values: history.map((entry) => (isOne(entry) && key in entry.errors ? entry.errors[key] : NaN)),
    };
  });
}

/** A line that would lie on another one throughout shares its name instead: the loss of ML is its photon error, if nothing is added. */
function withoutTwins(series: readonly Series[]): Series[] {
  const kept: Series[] = [];
  for (const one of series) {
    const twin = kept.findIndex(({ values }) => one.values.every((value, i) => isSame(value, values[i])));
    const isDrawn = one.values.some((value) => value > 0);
    if (twin === -1 || !isDrawn) kept.push(one);
    else kept[twin] = { ...kept[twin], name: `${kept[twin].name}, ${one.name}` };
  }
  return kept;
}

function isSame(value: number, other: number): boolean {
  return Number.isNaN(value) || Math.abs(value - other) <= 1e-6 * Math.abs(other);
}

export interface HistoryLines {
  /** Iterations of the whole history, growing. */
  readonly x: readonly number[];
  readonly series: readonly Series[];
  readonly marks: readonly Mark[];
  /** Indices of x at which every line begins anew. */
  readonly breaks: readonly number[];
}

/**
 * The lines of a history. Where an engine counts its iterations from the start again, they go on after the last. Lines end with their
 * engine, and where live ends: errors of fewer frames, or of another loss, are not those of what follows.
 */
export function historyLines(history: readonly HistoryEntry[]): HistoryLines {
  const x: number[] = [];
  const marks: Mark[] = [];
  const breaks: number[] = [];
  let shift = 0;
  history.forEach(({ engine, iteration, live = false }, i) => {
    const last = x.at(-1);
    const before = history.at(i - 1);
    const isAnew = i === 0 || before?.engine !== engine || iteration <= before.iteration;
    if (last !== undefined && iteration + shift <= last) shift = last + 1 - iteration;
    x.push(iteration + shift);
    const endsLive = i > 0 && before?.live === true && !live;
    if (!isAnew && !endsLive) return;
    breaks.push(i);
    const name = live ? `${engine}, live` : endsLive ? `live ends: ${engine}` : engine;
    marks.push({ x: iteration + shift, name, strong: endsLive });
  });
  const series = withoutTwins(errorKeys(history).flatMap((key) => seriesOf(key, history)));
  return { x, series, marks, breaks };
}

/** SVG of the history. */
export function errorHistorySvg(history: readonly HistoryEntry[], title = 'error history'): string {
  const lines = historyLines(history);
  return linePanel({ title, xLabel: 'iteration', yLabel: 'error (log scale)', ...lines });
}
