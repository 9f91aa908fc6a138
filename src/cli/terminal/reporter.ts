/** Shows events: a status line on terminals, plain lines elsewhere, JSON lines on request, nothing when quiet. */
import type { EventListener, RunEvent } from '../../run/events.ts';
import { describe } from '../../run/words/event-text.ts';
import { Warnings } from '../../run/words/warnings.ts';
import { Closing } from './closing-text.ts';
import { LiveStatus } from './live-status.ts';
import type { CommonOptions } from '../options.ts';

/** Plain progress lines come at most so often, ms. */
const EVERY_MS = 1000;

let settle = (): void => undefined;

/** What was held back of the progress so far is shown: something else is about to be written to the terminal. */
export function settleReports(): void {
  settle();
}

export function createReporter(options: CommonOptions): EventListener {
  if (options.json === true) {
    return (event) => {
      process.stdout.write(`${JSON.stringify(event)}\n`);
    };
  }
  if (options.quiet === true) return () => undefined;
  const reporter = new Reporter(process.stderr.isTTY ? new Terminal() : new PlainLines());
  settle = () => {
    reporter.settle();
  };
  return (event) => {
    reporter.hear(event);
  };
}

/** Where lines go. */
interface Lines {
  /** How far something has come: the next one of that name takes its place, but the last one stays. */
  progress(name: string, text: string): void;
  /** The last progress of that name. */
  last(name: string, text: string): void;
  line(text: string): void;
  /** Shows what was held back. */
  settle(): void;
}

/** Tells progress from what else happens. While scans are followed all of it makes one status. */
class Reporter {
  readonly #lines: Lines;
  #live = new LiveStatus();
  readonly #closing = new Closing();
  readonly #warnings = new Warnings();

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  hear(event: RunEvent): void {
    this.#closing.hear(event);
    if (this.#live.takes(event)) {
      this.#lines.progress('live', this.#live.text());
      return;
    }
    const totals = this.#live.endsWith(event) ? this.#live.totals() : undefined;
    if (totals !== undefined) {
      this.#lines.last('live', totals);
      this.#live = new LiveStatus();
    }
    for (const warning of this.#warnings.due(event)) this.#lines.line(describe(warning) ?? '');
    const text = event.event === 'warning' ? undefined : describe(event);
    if (text === undefined) return;
    const name = progressName(event);
    if (event.event === 'done') this.#lines.line(text + this.#closing.text());
    else if (name === undefined) this.#lines.line(text);
    else if (isLast(event)) this.#lines.last(name, text);
    else this.#lines.progress(name, text);
  }

  settle(): void {
    const totals = this.#live.totals();
    if (totals !== undefined) this.#lines.last('live', totals);
    this.#live = new LiveStatus();
    this.#lines.settle();
  }
}

/** Whose progress an event tells of; undefined for all else. */
function progressName(event: RunEvent): string | undefined {
  if (event.event === 'chunk') return event.scan;
  return event.event === 'iteration' ? `${event.engine} ${event.half ?? ''}` : undefined;
}

/** The last of a row of progress events. */
function isLast(event: RunEvent): boolean {
  if (event.event === 'chunk') return event.frames === event.total;
  return event.event === 'iteration' && event.iteration === event.iterations;
}

/** At most one progress line a second, everything else at once, and before it what was held back. */
class PlainLines implements Lines {
  readonly #held = new Map<string, string>();
  #shownAt = -Infinity;

  progress(name: string, text: string): void {
    this.#held.set(name, text);
    const now = performance.now();
    if (now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    this.#held.delete(name);
    write(text);
  }

  last(name: string, text: string): void {
    this.#held.delete(name);
    write(text);
  }

  line(text: string): void {
    this.settle();
    write(text);
  }

  settle(): void {
    for (const text of this.#held.values()) write(text);
    this.#held.clear();
  }
}

/** Progress overwrites itself; other lines scroll. */
class Terminal implements Lines {
  /** Whose progress is on the last line. */
  #open: string | undefined;

  progress(name: string, text: string): void {
    if (this.#open !== name) this.settle();
    process.stderr.write(`\r\x1b[2K${text.slice(0, process.stderr.columns - 1)}`);
    this.#open = name;
  }

  last(name: string, text: string): void {
    if (this.#open !== name) this.settle();
    process.stderr.write(`\r\x1b[2K${text}\n`);
    this.#open = undefined;
  }

  line(text: string): void {
    this.settle();
    write(text);
  }

  settle(): void {
    if (this.#open !== undefined) process.stderr.write('\n');
    this.#open = undefined;
  }
}

function write(text: string): void {
  process.stderr.write(`${text}\n`);
}
