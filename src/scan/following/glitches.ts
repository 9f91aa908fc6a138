/**
 * A file that another program writes may be unreadable for moments: not flushed yet, edited in place, or just being replaced.
 * What is unreadable for longer is damaged.
 */
import { FileError } from '../../errors.ts';

/** So long a file may be unreadable, ms. */
const MOST_MS = 10_000;
const PAUSE_MS = 50;

export class Glitches {
  readonly #isPatient: boolean;
  #since: number | undefined;

  /** `isPatient`: the file is still being written; else nothing is waited for. */
  constructor(isPatient: boolean) {
    this.#isPatient = isPatient;
  }

  /** What `look` gives; undefined where a file cannot be read now. Throws its FileError when that has lasted. */
  async pass<T>(look: () => Promise<T>): Promise<T | undefined> {
    try {
      const found = await look();
      this.#since = undefined;
      return found;
    } catch (error) {
      const now = performance.now();
      this.#since ??= now;
      if (!this.#isPatient || !(error instanceof FileError) || now - this.#since > MOST_MS) throw error;
      return undefined;
    }
  }

  /** The same until there is something. */
  async outlast<T>(look: () => Promise<T>): Promise<T> {
    for (;;) {
      const found = await this.pass(async () => ({ value: await look() }));
      if (found !== undefined) return found.value;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
