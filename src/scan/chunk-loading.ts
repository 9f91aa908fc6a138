/** Raw frames of a chunk, shared among the ranks, and the positions that belong to them. */
import type { NdArray } from '../array/ndarray.ts';
import type { Region } from '../frames/region.ts';
import { LoadBalance } from '../parallel/balance.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { fromMaster } from '../parallel/from-master.ts';
import type { ScanData } from '../params/scan-data.ts';
import { loadedShare, measuredPositions, partOfShare, positionsAt, type LoadedShare } from './share.ts';
import type { FrameSource } from './source/frame-source.ts';

export class ChunkLoading {
  readonly #source: FrameSource;
  readonly #communicator: Communicator;
  readonly #balance: LoadBalance;
  readonly #isParallel: boolean;
  /** Positions that come with the frames count. */
  readonly #measured: boolean;
  /** Of the scan's class, for errors. */
  readonly #name: string;

  constructor(source: FrameSource, info: ScanData, communicator: Communicator, name: string) {
    this.#source = source;
    this.#communicator = communicator;
    this.#balance = new LoadBalance(communicator.size);
    this.#isParallel =
      communicator.size === 1 || info.load_parallel === 'data' || info.load_parallel === 'all';
    this.#measured = info.positions_theory === null;
    this.#name = name;
  }

  /** Frames of this rank, of the scan points `asked` of all: loaded here, or by the master and distributed. Collective. */
  async load(asked: readonly number[], region: Region | undefined): Promise<LoadedShare> {
    const { rank } = this.#communicator;
    if (this.#isParallel) return this.#loadHere(this.#balance.split(asked)[rank], region);
    const all = await fromMaster(this.#communicator, () => this.#loadHere(asked, region));
    const counts = this.#balance.assign(all.raw.indices.length);
    const start = counts.slice(0, rank).reduce((sum, count) => sum + count, 0);
    return partOfShare(all, start, start + counts[rank]);
  }

  async #loadHere(points: readonly number[], region: Region | undefined): Promise<LoadedShare> {
    const loaded = points.length === 0 ? { frames: [], region } : await this.#source.load(points, region);
    return loadedShare(this.#measured ? loaded : { ...loaded, positions: undefined }, points, this.#name);
  }

  /**
   * Of these frames of all ranks, (n, 2) as they are given: those that were loaded here with them, or those of the `whole` scan.
   * Collective.
   */
  async chunkPositions(
    indices: readonly number[],
    { positions }: LoadedShare,
    whole: NdArray<'float64'> | undefined,
  ): Promise<NdArray<'float64'>> {
    const about = { name: this.#name, isWhole: whole !== undefined };
    const measured = await measuredPositions(positions, indices.length, this.#communicator, about);
    return measured ?? positionsAt(whole, indices);
  }
}
