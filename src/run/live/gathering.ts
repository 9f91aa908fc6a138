/** When frames that come one by one are enough for a chunk: a file for each would be many. */

/**
 * Frames are handed out when there are as many as a chunk holds, when somebody waits for them, or when the first of them has
 * waited for so long: in the beginning, and later this fraction of the time since then, s.
 */
const LEAST_S = 1;
const FRACTION = 0.05;
const MOST_S = 5;

export class Gathering {
  readonly #isWanted: () => boolean;
  readonly #now: () => number;
  readonly #begunS: number;
  /** Since when frames wait. */
  #sinceS: number | undefined;

  /** `isWanted`: somebody has nothing to do until there are frames. `now`: s. */
  constructor(isWanted: () => boolean, now = (): number => performance.now() / 1000) {
    this.#isWanted = isWanted;
    this.#now = now;
    this.#begunS = now();
  }

  /** Fewer frames than that are left where they are for now. */
  least(most: number): number {
    if (this.#isWanted()) return 1;
    const now = this.#now();
    const bound = Math.min(MOST_S, Math.max(LEAST_S, FRACTION * (now - this.#begunS)));
    return this.#sinceS !== undefined && now - this.#sinceS >= bound ? 1 : most;
  }

  /** There are some. */
  wait(): void {
    this.#sinceS ??= this.#now();
  }

  /** They make a chunk. */
  handOut(): void {
    this.#sinceS = undefined;
  }
}
