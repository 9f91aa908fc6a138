/** Where a run stands, as its events tell. */
import { Advisor } from '../../run/advice/advisor.ts';
import type { Prepared } from '../../run/control/snapshot.ts';
import type { RunEvent } from '../../run/events.ts';
import { describe } from '../../run/words/event-text.ts';
import { Warnings } from '../../run/words/warnings.ts';
import type { HistoryEntry, LogLine, RunState, ScanProgress } from '../protocol/messages.ts';

/** Over which the rate of frames is taken, ms. */
const RATE_MS = 10_000;

/** Iterations over which the time of one is taken. */
const RECENT = 10;

/** Log lines that are kept. */
const MOST_LINES = 2000;

/** Lines of advice that are shown. */
const MOST_ADVICE = 3;

interface Scan {
  frames: number;
  total: number | null;
  behind: number | null;
  waiting: string | null;
  /** When how many frames had come. */
  came: { readonly time: number; readonly frames: number }[];
}

export class RunTracker {
  readonly #source: string;
  readonly #scans = new Map<string, Scan>();
  readonly history: HistoryEntry[] = [];
  readonly lines: LogLine[] = [];
  dropped = 0;
  #status: RunState['status'] = 'preparing';
  #engineKey: string | null = null;
  #isPaused = false;
  /** What was before is not in the history yet. */
  #isResumed = false;
  #time = 0;
  readonly #advisor = new Advisor();
  readonly #warnings = new Warnings();

  constructor(source: string) {
    this.#source = source;
  }

  /** Takes an event in that came at `time`, ms since 1970. */
  hear(event: RunEvent, time: number): void {
    this.#time = time;
    this.#follow(event, time);
    this.#advisor.hear(event, time);
    for (const warning of this.#warnings.due(event)) this.#tellOf(warning, time);
    if (event.event !== 'warning') this.#tellOf(event, time);
  }

  /** Takes in what is prepared. */
  see(prepared: Prepared): void {
    this.#advisor.see(prepared);
  }

  #tellOf(event: RunEvent, time: number): void {
    const text = describe(event) ?? (event.event === 'error' ? event.message : undefined);
    if (text === undefined) return;
    const level = event.event === 'warning' || event.event === 'error' ? event.event : 'info';
    this.tell({ time, level, text });
  }

  tell(line: LogLine): void {
    this.lines.push(line);
    if (this.lines.length <= MOST_LINES) return;
    this.lines.shift();
    this.dropped++;
  }

  /** Takes over what a resumed run did before; `records` are all that it has done by now. */
  adopt(records: readonly HistoryEntry[]): void {
    if (!this.#isResumed || records.length < this.history.length) return;
    this.#isResumed = false;
    this.history.splice(0, this.history.length, ...records);
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
  }

  end(how: 'ended' | 'stopped' | 'failed'): void {
    for (const warning of this.#warnings.rest()) this.#tellOf(warning, this.#time);
    this.#status = how;
    this.#isPaused = false;
  }

  /** `time`: now, ms since 1970. */
  state(time = this.#time): RunState {
    const last = this.history.at(-1);
    const secondsPerIteration = this.#secondsPerIteration();
    const { numiter = null } = last ?? {};
    const left =
      last === undefined || numiter === null || secondsPerIteration === null
        ? null
        : (numiter - last.iteration) * secondsPerIteration;
    return {
      source: this.#source,
      status: this.#isPaused ? 'paused' : this.#status,
      engine: last?.engine ?? null,
      engineKey: this.#engineKey,
      iteration: last?.iteration ?? 0,
      numiter,
      iterations: last?.iterations ?? 0,
      secondsPerIteration,
      secondsLeft: left,
      scans: [...this.#scans].map(([label, scan]) => this.#progress(label, scan)),
      advice: this.#advisor.lines(this.history, time, MOST_ADVICE),
    };
  }

  #follow(event: RunEvent, time: number): void {
    switch (event.event) {
      case 'scan':
        this.#scan(event.scan).total = event.frames;
        break;
      case 'waiting':
        this.#scan(event.scan).waiting = event.source;
        if (this.history.length === 0) this.#status = 'waiting';
        break;
      case 'prepared':
      case 'chunk': {
        const scan = this.#scan(event.scan);
        Object.assign(scan, { frames: event.frames, total: event.total, waiting: null });
        if (event.event === 'chunk') scan.behind = event.behind ?? null;
        scan.came.push({ time, frames: event.frames });
        if (this.#status === 'waiting') this.#status = 'preparing';
        break;
      }
      case 'iteration':
        // Of halves only the whole is shown.
        if (event.half !== undefined) break;
        this.#status = 'running';
        this.#engineKey = event.key;
        this.history.push({
          engine: event.engine,
          iterations: (this.history.at(-1)?.iterations ?? 0) + 1,
          iteration: event.iteration,
          numiter: event.iterations,
          seconds: event.seconds,
          errors: event.errors,
        });
        break;
      case 'resume':
        this.#isResumed = true;
        break;
      default:
    }
  }

  #scan(label: string): Scan {
    const known = this.#scans.get(label);
    if (known !== undefined) return known;
    const scan: Scan = { frames: 0, total: null, behind: null, waiting: null, came: [] };
    this.#scans.set(label, scan);
    return scan;
  }

  #progress(label: string, { came, ...scan }: Scan): ScanProgress {
    while (came.length > 2 && came[0].time < this.#time - RATE_MS) came.shift();
    const [first, last] = [came.at(0), came.at(-1)];
    const isComplete = scan.total !== null && scan.frames >= scan.total;
    const rate =
      first === undefined || last === undefined || isComplete || last.time <= first.time
        ? null
        : (1000 * (last.frames - first.frames)) / (last.time - first.time);
    return { label, ...scan, rate };
  }

  /** Over the last iterations of this engine. */
  #secondsPerIteration(): number | null {
    const last = this.history.at(-1);
    if (last === undefined || last.iteration < 1) return null;
    const before = this.history.at(-1 - RECENT);
    if (before === undefined || before.engine !== last.engine || before.iteration >= last.iteration) {
      return last.seconds / last.iteration;
    }
    return (last.seconds - before.seconds) / (last.iteration - before.iteration);
  }
}
