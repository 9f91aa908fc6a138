/** Asks for the newest state again and again: one question at a time, and not too often. */

/** Between two questions, ms: what eyes follow, and what costs the reconstruction little. */
const LEAST_MS = 300;

export class Refresh {
  readonly #ask: () => Promise<void>;
  readonly #isWanted: () => boolean;
  #isOld = true;
  #isAsking = false;

  /** `ask` never rejects. `isWanted`: somebody would look at an answer. */
  constructor(ask: () => Promise<void>, isWanted: () => boolean) {
    this.#ask = ask;
    this.#isWanted = isWanted;
  }

  /** There is something new since the last question. */
  renew(): void {
    this.#isOld = true;
    void this.look();
  }

  /** Asks as long as there is something new that is wanted. */
  async look(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#isOld && this.#isWanted()) {
      this.#isOld = false;
      const start = performance.now();
      await this.#ask();
      const rest = LEAST_MS - (performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, Math.max(rest, 0)));
    }
    this.#isAsking = false;
  }
}
