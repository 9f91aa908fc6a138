/**
 * Shares the items of successive chunks among ranks in contiguous blocks, so that the running totals stay balanced:
 * after `total` items rank r holds floor((total + r)/size) of them. The remainder goes to the last ranks, as ptypy's
 * LoadManager does.
 */
export class LoadBalance {
  readonly size: number;
  #total = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** How many of the next `count` items each rank gets. */
  assign(count: number): number[] {
    const before = this.#total;
    this.#total += count;
    return Array.from(
      { length: this.size },
      (_, rank) => share(this.#total, rank, this.size) - share(before, rank, this.size),
    );
  }

  /** The next items' blocks, one for each rank, in rank order. */
  split<T>(items: readonly T[]): T[][] {
    let start = 0;
    return this.assign(items.length).map((count) => {
      start += count;
      return items.slice(start - count, start);
    });
  }
}

function share(total: number, rank: number, size: number): number {
  return Math.floor((total + rank) / size);
}
