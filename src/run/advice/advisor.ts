/** Gathers what a run says of itself and what is seen of it, and tells what is wrong. */
import type { Prepared } from '../control/snapshot.ts';
import type { RunEvent } from '../events.ts';
import { warningText } from '../words/event-text.ts';
import { inOrder, type Advice } from './advice.ts';
import { adviceOnErrors, type Entry } from './errors.ts';
import { adviceOnMask } from './mask.ts';
import { adviceOnNews } from './news.ts';
import { adviceOnScan } from './scan.ts';

/** Warnings that are kept. */
const MOST_KEPT = 20;

/** A scan is looked at again when so many times as many of its frames are there. */
const GROWTH = 1.5;

interface Coming {
  frames: number;
  total: number | null;
  waiting: string | null;
  /** Frames, when the first and the last of them had come, ms. */
  first: { readonly frames: number; readonly time: number } | undefined;
  last: number;
}

export class Advisor {
  /** What the run said, by its topic or text; the last one is the newest. */
  readonly #said = new Map<string, Advice>();
  readonly #coming = new Map<string, Coming>();
  /** What was seen of a scan, and of how many frames. */
  readonly #seen = new Map<string, { readonly frames: number; readonly advice: readonly Advice[] }>();

  /** An event that came at `time`, ms. */
  hear(event: RunEvent, time: number): void {
    switch (event.event) {
      case 'error':
        this.#say('error', { about: 'failed', text: event.message });
        break;
      case 'warning': {
        const { topic, message } = event;
        const about = event.about ?? (topic === undefined ? undefined : 'data');
        if (about !== undefined) this.#say(topic ?? message, { about, text: warningText(event) });
        break;
      }
      case 'waiting': {
        const scan = this.#coming.get(event.scan);
        if (scan !== undefined) scan.waiting = event.source;
        break;
      }
      case 'chunk': {
        const { scan, frames, total } = event;
        const first = this.#coming.get(scan)?.first ?? { frames, time };
        this.#coming.set(scan, { frames, total, waiting: null, first, last: time });
        break;
      }
      default:
    }
  }

  /** What is prepared. */
  see({ scans, frames }: Prepared): void {
    for (const [label, scan] of Object.entries(scans)) {
      const { length } = scan.indices;
      const isWhole = length === scan.meta.num_frames;
      const seen = this.#seen.get(label);
      if (seen !== undefined && length < GROWTH * seen.frames && !(isWhole && length > seen.frames)) continue;
      const frame = frames.find((one) => one.scan === label);
      const mask = frame === undefined ? undefined : adviceOnMask(label, frame);
      const advice = [...(mask === undefined ? [] : [mask]), ...adviceOnScan(label, scan, isWhole)];
      this.#seen.set(label, { frames: length, advice });
    }
  }

  /** One line each, the gravest first, at `time`, ms. */
  lines(history: readonly Entry[], time: number, most: number): string[] {
    const errors = adviceOnErrors(history);
    const news = [...this.#coming].flatMap(([scan, coming]) => newsOf(scan, coming, time) ?? []);
    const seen = [...this.#seen.values()].flatMap(({ advice }) => advice);
    return inOrder(
      [...seen, ...this.#said.values(), ...news, ...(errors === undefined ? [] : [errors])],
      most,
    );
  }

  #say(topic: string, advice: Advice): void {
    // A later one of the same topic is the newest.
    this.#said.delete(topic);
    this.#said.set(topic, advice);
    for (const oldest of this.#said.keys()) {
      if (this.#said.size <= MOST_KEPT) break;
      this.#said.delete(oldest);
    }
  }
}

function newsOf(
  scan: string,
  { frames, total, waiting, first, last }: Coming,
  time: number,
): Advice | undefined {
  const came = first === undefined ? 0 : frames - first.frames;
  const everyS = first === undefined ? NaN : (last - first.time) / 1000 / came;
  return adviceOnNews({ scan, frames, total, waiting, quietS: (time - last) / 1000, everyS });
}
