/** Whether a scan that is followed has become silent. */
import { duration } from '../words/event-text.ts';
import type { Advice } from './advice.ts';

/** Exposures may be long: as many s, and so many times what a frame has taken so far. */
const LEAST_S = 60;
const TIMES = 10;

export interface ScanNews {
  readonly scan: string;
  readonly frames: number;
  /** Null: not known. */
  readonly total: number | null;
  /** What it waits for. Null: it does not wait. */
  readonly waiting: string | null;
  /** Since the last frame came, s. */
  readonly quietS: number;
  /** Between two frames, as they have come so far, s; NaN before the second. */
  readonly everyS: number;
}

/** Nothing is said of scans that have not begun: they are waited for. */
export function adviceOnNews({ scan, frames, total, waiting, quietS, everyS }: ScanNews): Advice | undefined {
  if (waiting === null || frames === 0 || frames === total) return undefined;
  if (quietS < quietAfterS(everyS)) return undefined;
  const all = total === null ? '' : ` of ${total}`;
  return {
    about: 'quiet',
    text:
      `scan ${scan}: no new frame for ${duration(quietS)}, ${frames}${all} are there; it waits for ${waiting}. ` +
      'Has the scan stopped, or does it write to another place?',
  };
}

/** s */
export function quietAfterS(everyS: number): number {
  return Math.max(LEAST_S, TIMES * (Number.isFinite(everyS) ? everyS : 0));
}
