/** In which order frames are looked through. */
import type { Picture } from '../../../src/server/protocol/picture-message.ts';

export interface Rated {
  /** Scan-point index. */
  readonly index: number;
  readonly rfactor: number;
}

/** Rows of index and R-factor, the worst first; frames without one, all of whose pixels are masked, come last. */
export function worstFirst({ rows, values }: Pick<Picture, 'rows' | 'values'>): Rated[] {
  const rated = Array.from({ length: rows }, (_, i) => ({
    index: values[2 * i],
    rfactor: values[2 * i + 1],
  }));
  const height = ({ rfactor }: Rated): number => (Number.isNaN(rfactor) ? -Infinity : rfactor);
  return rated.sort((a, b) => height(b) - height(a) || a.index - b.index);
}
