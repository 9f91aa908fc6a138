/** Frames without any counts: named at the end of a scan, left out where that is asked for. */
import { takeFirst, type NdArray, type RealDType } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Chunk } from '../frames/chunk.ts';
import type { Log } from '../log.ts';
import { isMaster, type Communicator } from '../parallel/communicator.ts';
import type { ScanData } from '../params/scan-data.ts';

/** So many are named. */
const NAMED = 10;

export class EmptyFrames {
  readonly #drop: boolean;
  readonly #communicator: Communicator;
  readonly #log: Log;
  readonly #empty: number[] = [];
  #frames = 0;

  constructor({ drop_frames: drop }: ScanData, communicator: Communicator, log: Log) {
    this.#drop = drop === 'empty';
    this.#communicator = communicator;
    this.#log = log;
  }

  /**
   * The chunk as it is, or without its empty frames. `isLast`: nothing comes after it. Throws `DataError` where a scan that ends
   * has no other frames. Collective.
   */
  async sift(chunk: Chunk, isLast: boolean): Promise<Chunk> {
    const own = chunk.indicesNode.filter((_, view) => isEmpty(chunk, view));
    const empty = (await this.#communicator.allGather(own)).flat();
    this.#frames += chunk.indices.length;
    this.#empty.push(...empty);
    if (isLast) this.#requireCounts();
    return this.#drop && empty.length > 0 ? without(chunk, new Set(empty)) : chunk;
  }

  /** One line on them, if there are any. Throws like `sift`. */
  report(): void {
    this.#requireCounts();
    if (this.#empty.length === 0 || !isMaster(this.#communicator)) return;
    const sorted = [...this.#empty].sort((a, b) => a - b);
    const named = sorted.slice(0, NAMED).join(', ') + (sorted.length > NAMED ? ', …' : '');
    const done = this.#drop ? 'they are left out' : 'drop_frames: empty leaves them out';
    this.#log.warn(
      `${sorted.length} of ${this.#frames} frames have no counts on valid pixels: ${named}; ${done}`,
    );
  }

  #requireCounts(): void {
    if (this.#frames === 0 || this.#empty.length < this.#frames) return;
    throw new DataError(
      `none of the ${this.#frames} frames has counts on valid pixels: is the mask inverted, or the shutter closed?`,
    );
  }
}

function isEmpty({ data, weights }: Chunk, view: number): boolean {
  const pixels = data.shape[1] * data.shape[2];
  const start = view * pixels;
  const offset = weights.shape.length === 3 ? start : 0;
  for (let i = 0; i < pixels; i++) {
    if (data.data[start + i] > 0 && weights.data[offset + i] > 0) return false;
  }
  return true;
}

function without(chunk: Chunk, left: ReadonlySet<number>): Chunk {
  const rows = (indices: readonly number[]): number[] =>
    indices.flatMap((index, row) => (left.has(index) ? [] : [row]));
  const [all, own] = [rows(chunk.indices), rows(chunk.indicesNode)];
  const take = <A extends RealDType>(array: NdArray<A>): NdArray<A> => takeFirst(array, own);
  return {
    num: chunk.num,
    indices: all.map((row) => chunk.indices[row]),
    indicesNode: own.map((row) => chunk.indicesNode[row]),
    data: take(chunk.data),
    weights: chunk.weights.shape.length === 3 ? take(chunk.weights) : chunk.weights,
    positions: takeFirst(chunk.positions, all),
  };
}
