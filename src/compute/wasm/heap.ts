/** Which parts of a memory are taken: first fit, neighbours that are free grow together again. */

/** Everything starts at a multiple of this: a cache line. */
const ALIGNMENT = 64;

interface Range {
  readonly start: number;
  readonly bytes: number;
}

export class Heap {
  readonly #end: number;
  /** In the order of their starts, never touching each other. */
  #free: Range[];
  readonly #taken = new Map<number, number>();

  /** Manages what lies from `start` up to `end`. */
  constructor(start: number, end: number) {
    const first = roundUp(start);
    this.#end = end;
    this.#free = [{ start: first, bytes: end - first }];
  }

  /** Bytes that are free, in one piece or not. */
  get available(): number {
    return this.#free.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The end of what was taken. */
  get top(): number {
    const last = this.#free.at(-1);
    return last !== undefined && last.start + last.bytes === this.#end ? last.start : this.#end;
  }

  /** Where `bytes` are now taken; undefined where no free piece is large enough. */
  take(bytes: number): number | undefined {
    const size = roundUp(Math.max(bytes, 1));
    const found = this.#free.findIndex((range) => range.bytes >= size);
    if (found < 0) return undefined;
    const { start, bytes: whole } = this.#free[found];
    const rest = whole > size ? [{ start: start + size, bytes: whole - size }] : [];
    this.#free.splice(found, 1, ...rest);
    this.#taken.set(start, size);
    return start;
  }

  /** Gives back what `take` gave. Throws for anything else. */
  give(start: number): void {
    let bytes = this.#taken.get(start);
    if (bytes === undefined) throw new Error(`nothing is taken at ${start}`);
    this.#taken.delete(start);
    let first = start;
    let at = this.#free.findIndex((range) => range.start > start);
    if (at < 0) at = this.#free.length;
    let removed = 0;
    if (at < this.#free.length && this.#free[at].start === start + bytes) {
      bytes += this.#free[at].bytes;
      removed++;
    }
    if (at > 0 && this.#free[at - 1].start + this.#free[at - 1].bytes === start) {
      at--;
      first = this.#free[at].start;
      bytes += this.#free[at].bytes;
      removed++;
    }
    this.#free.splice(at, removed, { start: first, bytes });
  }
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
