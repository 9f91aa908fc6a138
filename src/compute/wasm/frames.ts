/**
 * Numbers of every view, kept in the memory of the kernels or, where that is full, outside of it. Those outside are brought in
 * and out by views.
 */
import { OutOfMemory, type Kernels } from './kernels.ts';

export class ViewStore {
  readonly bytes: number;
  readonly #kernels: Kernels;
  readonly #inside: number | undefined;
  readonly #outside: readonly Float32Array[];

  /** `bytes` for each view, zeros. `spare`: bytes of the kernels' memory that must stay free. */
  constructor(kernels: Kernels, views: number, bytes: number, spare: number) {
    this.#kernels = kernels;
    this.bytes = bytes;
    this.#inside = kernels.available - views * bytes > spare ? tryTake(kernels, views * bytes) : undefined;
    this.#outside =
      this.#inside === undefined ? Array.from({ length: views }, () => new Float32Array(bytes / 4)) : [];
  }

  /** Whether views have to be brought in. */
  get isOutside(): boolean {
    return this.#inside === undefined;
  }

  /** Where a view is; only inside. */
  pointer(view: number): number {
    if (this.#inside === undefined) throw new Error('frames outside the memory of the kernels have no place');
    return this.#inside + view * this.bytes;
  }

  /** The numbers of a view, valid until memory is taken. */
  view(view: number): Float32Array {
    if (this.#inside === undefined) return this.#outside[view];
    return this.#kernels.floats(this.pointer(view), this.bytes / 4);
  }

  free(): void {
    if (this.#inside !== undefined) this.#kernels.give(this.#inside);
  }
}

/** One large piece may be missing though enough is free. */
function tryTake(kernels: Kernels, bytes: number): number | undefined {
  try {
    return kernels.takeZeroed(bytes);
  } catch (error) {
    if (error instanceof OutOfMemory) return undefined;
    throw error;
  }
}
