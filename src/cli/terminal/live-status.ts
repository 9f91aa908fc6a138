/** One status of all scans that are followed and of the engine that reconstructs them meanwhile. */
import type { RunEvent } from '../../run/events.ts';
import { duration } from '../../run/words/event-text.ts';

type ChunkEvent = Extract<RunEvent, { event: 'chunk' }>;
type Iteration = Extract<RunEvent, { event: 'iteration' }>;

/** The rate is that of the last frames, s. */
const RATE_S = 10;

export class LiveStatus {
  /** Chunks of each scan: the last ones, and the first. */
  readonly #scans = new Map<string, ChunkEvent[]>();
  #iteration: Iteration | undefined;

  /** Whether the event is part of what is followed. */
  takes(event: RunEvent): boolean {
    if (event.event === 'iteration' && event.iterations === null) {
      this.#iteration = event;
      return true;
    }
    if (event.event !== 'chunk' || event.behind === undefined) return false;
    const before = (this.#scans.get(event.scan) ?? []).filter(
      ({ seconds }) => event.seconds - seconds < RATE_S,
    );
    this.#scans.set(event.scan, [...before, event]);
    return true;
  }

  /** Whether nothing more will be followed after this event. */
  endsWith(event: RunEvent): boolean {
    if (event.event === 'iteration' || event.event === 'done' || event.event === 'error') return true;
    return (
      event.event === 'saved' &&
      (event.what === 'ptyr' || this.#iteration === undefined) &&
      event.what !== 'picture'
    );
  }

  text(): string {
    const scans = [...this.#scans.values()].map((chunks) => {
      const last = chunks[chunks.length - 1];
      return `${last.scan}: ${framesOf(last)} frames in, ${last.behind ?? 0} behind, ${rateOf(chunks)} frames/s`;
    });
    return [...scans, ...this.#engine()].join('; ');
  }

  /** In the end; undefined where nothing was followed. */
  totals(): string | undefined {
    if (this.#scans.size === 0 && this.#iteration === undefined) return undefined;
    const scans = [...this.#scans.values()].map((chunks) => {
      const last = chunks[chunks.length - 1];
      const now = last.frames - last.before;
      const mean = last.seconds > 0 ? `, ${(now / last.seconds).toPrecision(3)} frames/s` : '';
      return `${last.scan}: ${framesOf(last)} frames prepared in ${duration(last.seconds)}${mean}`;
    });
    return [...scans, ...this.#engine()].join('; ');
  }

  #engine(): string[] {
    if (this.#iteration === undefined) return [];
    const { engine, iteration, errors } = this.#iteration;
    const [name, value] =
      'rfactor' in errors ? ['R', errors.rfactor] : (Object.entries(errors).at(0) ?? ['', NaN]);
    const error = Number.isFinite(value) ? `, ${name} ${value.toPrecision(4)}` : '';
    return [`${engine} ${iteration}, live${error}`];
  }
}

function framesOf({ frames, total }: ChunkEvent): string {
  return total === null ? String(frames) : `${frames} of ${total}`;
}

function rateOf(chunks: readonly ChunkEvent[]): string {
  const [first, last] = [chunks[0], chunks[chunks.length - 1]];
  const [frames, seconds] =
    chunks.length > 1
      ? [last.frames - first.frames, last.seconds - first.seconds]
      : [last.frames - last.before, last.seconds];
  return seconds > 0 ? (frames / seconds).toPrecision(3) : '–';
}
