/** From scan points to chunks: loads raw frames, corrects and prepares them, leaves out what is empty. */
import type { NdArray, RealDType } from '../array/ndarray.ts';
import type { Chunk, Meta } from '../frames/chunk.ts';
import type { RawFrames, RawMeta } from '../frames/raw.ts';
import type { Region } from '../frames/region.ts';
import type { Log } from '../log.ts';
import { isMaster, type Communicator } from '../parallel/communicator.ts';
import type { ScanData } from '../params/scan-data.ts';
import { ChunkLoading } from './chunk-loading.ts';
import { ChunkPreparation } from './chunk-preparation.ts';
import { EmptyFrames } from './empty-frames.ts';
import { metaInMetres, positionsInMetres, spanDoubt } from './known-geometry.ts';
import type { CenterEstimate } from './prepare/center.ts';
import { requireMaskFits, withMask } from './prepare/mask-file.ts';
import type { ScreenCounts } from './prepare/screen.ts';
import { Screening, type WeightedFrames } from './screening.ts';
import type { FrameSource } from './source/frame-source.ts';

export interface ChunkMakerOptions {
  readonly source: FrameSource;
  readonly info: ScanData;
  readonly communicator: Communicator;
  readonly log: Log;
  /** Of the scan's class, for errors. */
  readonly name: string;
  /** Of the whole scan, (N, 2); undefined when they come with the frames. */
  readonly positions: NdArray<'float64'> | undefined;
  /** (rows, cols), of raw frames. */
  readonly weight: NdArray<RealDType> | undefined;
  readonly frameShape: RawMeta['frameShape'];
  /** What `mask_file` holds, (rows, cols) of raw frames. */
  readonly mask: NdArray<'uint8'> | undefined;
}

/** Frames (n, rows, cols) of these scan points before they are cropped and turned. */
export interface WholeFrames extends WeightedFrames {
  readonly indices: readonly number[];
}

export class ChunkMaker {
  readonly #options: ChunkMakerOptions;
  readonly #loading: ChunkLoading;
  readonly #screening: Screening;
  readonly #preparation: ChunkPreparation;
  readonly #empty: EmptyFrames;

  constructor(options: ChunkMakerOptions) {
    const { source, info, communicator, log, name, frameShape, mask } = options;
    if (mask !== undefined && frameShape !== undefined) requireMaskFits(mask, frameShape, info.mask_file);
    const weight = options.weight === undefined ? mask : withMask(options.weight, mask);
    this.#options = options;
    this.#loading = new ChunkLoading(source, info, communicator, name);
    this.#screening = new Screening(info, communicator, log, weight);
    this.#preparation = new ChunkPreparation({
      ...{ info, communicator, log, weight, frameShape },
      screening: this.#screening,
    });
    this.#empty = new EmptyFrames(info, communicator, log);
  }

  /** Part of raw frames that is used, when that is known before frames are loaded. */
  get region(): Region | undefined {
    return this.#preparation.region;
  }

  /** Automatic centre, when one was determined. */
  get estimate(): CenterEstimate | undefined {
    return this.#preparation.estimate;
  }

  /** Bad pixels masked so far on this rank. */
  get screened(): ScreenCounts {
    return this.#screening.counts;
  }

  /** Nothing is left for the first chunk to decide. */
  get isFixed(): boolean {
    return this.#preparation.isFixed;
  }

  /** Geometry of the prepared frames, with positions as they are given. After the first chunk. */
  #meta(numFrames: number | null): Meta {
    return this.#preparation.meta(numFrames);
  }

  /** Geometry of the prepared frames. After the first chunk. */
  meta(numFrames: number | null): Meta {
    return metaInMetres(this.#meta(numFrames));
  }

  /** Positions as they are handed out, of positions as they are given. After the first chunk. */
  placed(positions: NdArray<'float64'>): NdArray<'float64'> {
    return positionsInMetres(positions, this.#meta(null));
  }

  /** Decides again what the first chunk decided, which had these scan points. Collective. */
  async decide(points: readonly number[], rawMeta: RawMeta): Promise<void> {
    const { corrected, screened } = await this.#load(points, this.region, rawMeta);
    await this.#preparation.prepare(corrected, screened);
  }

  /**
   * Chunk number `num`, of these scan points; undefined where all their frames are left out. `isLast`: nothing comes after it.
   * Collective.
   */
  async make(
    num: number,
    points: readonly number[],
    isLast: boolean,
    rawMeta: RawMeta,
  ): Promise<Chunk | undefined> {
    if (points.length === 0) return undefined;
    const { communicator, log, positions: whole } = this.#options;
    const { corrected, screened, loaded } = await this.#load(points, this.region, rawMeta);
    const indices = (await communicator.allGather(corrected.indices)).flat();
    if (indices.length === 0) return undefined;
    const prepared = await this.#preparation.prepare(corrected, screened);
    const positions = this.placed(await this.#loading.chunkPositions(indices, loaded, whole));
    const all: Chunk = { num, indices, indicesNode: corrected.indices, ...prepared, positions };
    const chunk = await this.#empty.sift(all, isLast);
    if (chunk.indices.length === 0) return undefined;
    const doubt = num === 0 ? spanDoubt(whole ?? chunk.positions, this.#meta(null)) : undefined;
    if (doubt !== undefined && isMaster(communicator)) log.warn(doubt, 'positions');
    return chunk;
  }

  /** Whole frames of these scan points as they are prepared: corrected, with their weights, neither cropped nor turned. Collective. */
  async whole(points: readonly number[], rawMeta: RawMeta): Promise<WholeFrames> {
    const { screened, corrected } = await this.#load(points, undefined, rawMeta);
    const { indices } = corrected;
    return { indices, ...(await this.#preparation.weighted(corrected, screened)) };
  }

  async #load(points: readonly number[], region: Region | undefined, rawMeta: RawMeta) {
    const loaded = await this.#loading.load(points, region);
    const screened = await this.#screening.before(this.#masked(loaded.raw));
    const corrected = this.#masked(await this.#options.source.correct(screened.raw, rawMeta));
    return { loaded, screened, corrected };
  }

  /** Weights that come with frames, without the pixels that `mask_file` takes away. */
  #masked(frames: RawFrames): RawFrames {
    const { mask, info } = this.#options;
    const { data, weights, region } = frames;
    const [count, rows, cols] = data.shape;
    if (mask === undefined || count === 0) return frames;
    if (region === undefined) requireMaskFits(mask, [rows, cols], info.mask_file);
    return weights === undefined ? frames : { ...frames, weights: withMask(weights, mask, region) };
  }

  /** No chunk comes any more: reports what was masked, and frames without counts. Collective. */
  async finish(): Promise<void> {
    await this.#screening.report();
    this.#empty.report();
  }
}
