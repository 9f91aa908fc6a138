/**
 * Memory that threads share to reduce arrays piece by piece: a window for each rank, in which it shows its piece, and one for
 * results. Sums are made by a kernel in WebAssembly, whose memory this is.
 */
import { fromBase64 } from '../array/base64.ts';
import { SUM_KERNELS } from './generated/kernels.ts';
import type { Numbers } from './collectives.ts';
import type { ReduceOperation } from './communicator.ts';

/** Bytes of a window. A multiple of the size of any number and of a cache line. */
const WINDOW_BYTES = 2 ** 18;
const PAGE_BYTES = 2 ** 16;
/** The kernels' own. */
const FIRST_WINDOW = PAGE_BYTES;

interface SumKernels {
  addFloats(target: number, source: number, count: number): void;
  addDoubles(target: number, source: number, count: number): void;
  addWords(target: number, source: number, count: number): void;
}

/** Memory with windows for `size` ranks. It can be posted to threads. */
export function createWindows(size: number): WebAssembly.Memory {
  const pages = (FIRST_WINDOW + (size + 1) * WINDOW_BYTES) / PAGE_BYTES;
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** The windows as one rank of `size` uses them. */
export class Windows {
  readonly #memory: WebAssembly.Memory;
  readonly #rank: number;
  readonly #size: number;
  #kernels: SumKernels | undefined;

  constructor(memory: WebAssembly.Memory, rank: number, size: number) {
    this.#memory = memory;
    this.#rank = rank;
    this.#size = size;
  }

  /** Numbers of this type that fit in a window. */
  capacity(numbers: Numbers): number {
    return WINDOW_BYTES / numbers.BYTES_PER_ELEMENT;
  }

  /** Shows a piece to the other ranks. */
  show(piece: Numbers): void {
    this.#window(piece, this.#rank).set(piece);
  }

  /**
   * Reduces what all ranks show between `first` and `last`, in the order of the ranks, into the window of results. Every number
   * is reduced by one rank, so that all get the same bits.
   */
  reduce(like: Numbers, first: number, last: number, operation: ReduceOperation): void {
    const bytes = like.BYTES_PER_ELEMENT;
    const target = this.#pointer(this.#size) + first * bytes;
    const result = this.#window(like, this.#size).subarray(first, last);
    result.set(this.#window(like, 0).subarray(first, last));
    for (let other = 1; other < this.#size; other++) {
      const source = this.#pointer(other) + first * bytes;
      if (operation === 'sum') this.#add(like, target, source, last - first);
      else pick(result, this.#window(like, other).subarray(first, last), operation);
    }
  }

  /** The results into the piece. */
  fetch(piece: Numbers): void {
    piece.set(this.#window(piece, this.#size).subarray(0, piece.length));
  }

  #add(like: Numbers, target: number, source: number, count: number): void {
    const kernels = (this.#kernels ??= this.#load());
    if (like instanceof Float32Array) kernels.addFloats(target, source, count);
    else if (like instanceof Float64Array) kernels.addDoubles(target, source, count);
    else kernels.addWords(target, source, count);
  }

  #load(): SumKernels {
    const bytes = fromBase64(SUM_KERNELS);
    const module = new WebAssembly.Module(bytes);
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    return exports as unknown as SumKernels;
  }

  #pointer(window: number): number {
    return FIRST_WINDOW + window * WINDOW_BYTES;
  }

  #window(like: Numbers, window: number): Numbers {
    const { buffer } = this.#memory;
    const [offset, length] = [this.#pointer(window), this.capacity(like)];
    if (like instanceof Float32Array) return new Float32Array(buffer, offset, length);
    if (like instanceof Float64Array) return new Float64Array(buffer, offset, length);
    return new Int32Array(buffer, offset, length);
  }
}

function pick(target: Numbers, part: Numbers, operation: 'min' | 'max'): void {
  const choose = operation === 'min' ? Math.min : Math.max;
  for (let i = 0; i < target.length; i++) target[i] = choose(target[i], part[i]);
}
