/** Memory of the kernels for the time of one call. */
import type { Kernels } from './kernels.ts';

export class Scratch {
  readonly #kernels: Kernels;
  readonly #taken: number[] = [];

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  take(bytes: number): number {
    const pointer = this.#kernels.take(bytes);
    this.#taken.push(pointer);
    return pointer;
  }

  takeZeroed(bytes: number): number {
    const pointer = this.take(bytes);
    this.#kernels.clear(pointer, bytes);
    return pointer;
  }

  /** A list of pointers. */
  pointers(list: readonly number[]): number {
    const pointer = this.take(4 * list.length);
    this.#kernels.writePointers(pointer, list);
    return pointer;
  }

  release(): void {
    for (const pointer of this.#taken.splice(0)) this.#kernels.give(pointer);
  }
}

export function withScratch<T>(kernels: Kernels, work: (scratch: Scratch) => T): T {
  const scratch = new Scratch(kernels);
  try {
    return work(scratch);
  } finally {
    scratch.release();
  }
}
