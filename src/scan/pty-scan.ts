/**
 * The base class of every scan: gets raw frames from a subclass, prepares them chunk by chunk, hands out data packages
 * and saves them. Collective calls (every rank makes them): `initialize`, `auto`.
 *
 * A subclass overrides `load`, mostly `loadPositions`, and whatever else its experiment needs.
 */
import type { NdArray, RealDType } from '../array/ndarray.ts';
import { AbortedError, ConfigError, DataError } from '../errors.ts';
import { log } from '../log.ts';
import { onAnyRank } from '../parallel/any-rank.ts';
import { LoadBalance } from '../parallel/balance.ts';
import { isMaster, type Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';
import type { ParamGroup } from '../params/declare.ts';
import { pathsIn } from '../params/paths.ts';
import { SCAN_DATA, withRecipe, type ScanData } from '../params/scan-data.ts';
import { check } from '../params/validate.ts';
import { applyCommon, encodeInfo, type Common } from './common.ts';
import { ChunkPreparation } from './chunk-preparation.ts';
import { checkSaving, requireNotInput, saverFor, type ChunkSaver } from './chunk-saver.ts';
import { EmptyFrames } from './empty-frames.ts';
import { positionsArray, type LoadedFrames, type PositionInput, type RawFrames } from './load.ts';
import { makePackage } from './make-package.ts';
import { EOS, WAIT, type AutoAnswer, type Chunk } from './package.ts';
import type { CenterEstimate } from './prepare/center.ts';
import type { Region } from './prepare/crop.ts';
import type { ScreenCounts } from './prepare/screen.ts';
import type { StoredScan } from '../ptyd/stored-scan.ts';
import { countFrames } from './count-frames.ts';
import { measuredPositions, partOfShare, positionsAt, shareOf, type LoadedShare } from './share.ts';

export interface Availability {
  /** Frames that can be loaded now, at most as many as asked for. */
  readonly accessible: number;
  /** True: nothing comes after these. Undefined: the number of frames decides. */
  readonly endOfScan: boolean | undefined;
  /** Frames that are there and were not asked for. */
  readonly behind?: number;
}

/** The same for all ranks; `isWorth`: as many as are wanted at once. */
interface Available {
  readonly accessible: number;
  readonly end: boolean;
  readonly isWorth: boolean;
}

export interface ScanOptions {
  readonly communicator?: Communicator;
  readonly signal?: AbortSignal | undefined;
  /** The source is still growing: more may come where nothing says that this is all. */
  readonly follow?: boolean;
  /** Go on with a `dfile` that an earlier preparation left unfinished, instead of moving it aside. */
  readonly resume?: boolean;
}

/** Parameters as a user gives them: known names; values are checked when the scan is constructed. */
export type Given<V> = { readonly [K in keyof V]?: unknown };

export class PtyScan<V extends ScanData = ScanData> {
  /** Declarations of this class's parameters. */
  static readonly parameters: ParamGroup = SCAN_DATA;

  /** Checked parameters; geometry found in the raw data is filled in by `initialize`. */
  readonly info: V;
  /** Names of the parameters that were given rather than defaulted. */
  given: ReadonlySet<string>;
  /** What `loadCommon` returned. */
  common: Common = {};
  /** Positions of the whole scan, (N, 2) m; undefined when they come with the frames. */
  positions: NdArray<'float64'> | undefined;
  /** Frames of the whole scan; null when unknown. */
  numFrames: number | null = null;

  protected readonly communicator: Communicator;
  protected readonly signal: AbortSignal | undefined;
  protected readonly follow: boolean;
  readonly #resume: boolean;
  readonly #balance: LoadBalance;
  #preparation: ChunkPreparation | undefined;
  #saver: ChunkSaver | undefined;
  readonly #empty: EmptyFrames;
  #start = 0;
  #chunks = 0;
  /** Scan points that `dfile` holds from an earlier preparation. */
  #done: ReadonlySet<number> = new Set();
  #handedOut = 0;
  #behind = 0;
  #concluded = false;
  #finished = false;

  /** Opens nothing. Throws a ConfigError for unknown names and wrong values. */
  constructor(parameters: Given<V> = {}, options: ScanOptions = {}) {
    const group = new.target.parameters;
    const checked = check(group, withRecipe(group, parameters), { at: [] });
    if (checked.issues.length > 0) throw new ConfigError(checked.issues);
    this.info = { ...checked.values } as unknown as V;
    this.given = checked.given;
    this.communicator = options.communicator ?? singleCommunicator();
    this.signal = options.signal;
    this.follow = options.follow === true;
    this.#resume = options.resume === true;
    this.#balance = new LoadBalance(this.communicator.size);
    this.#empty = new EmptyFrames(this.info, this.communicator);
  }

  /** Switches preparation off: frames are taken as the source has them, and its geometry rules. */
  protected useAsItIs(): void {
    const untouched: Partial<ScanData> = {
      save: null,
      shape: null,
      center: null,
      auto_center: false,
      rebin: null,
      orientation: null,
      force_square: false,
      saturation: null,
      hot_pixels: false,
    };
    Object.assign(this.info, untouched);
    this.given = new Set();
  }

  /** Takes over geometry that turned up after `initialize`, as from `loadCommon`. On every rank alike. */
  protected useCommon(common: Common): void {
    this.common = common;
    Object.assign(this.info, applyCommon(common, this.given));
  }

  // What a subclass overrides

  /** Positions of all scan points, (N, 2) m as (y, x); undefined when `load` brings them. */
  protected loadPositions(): PositionInput | undefined | Promise<PositionInput | undefined> {
    return undefined;
  }

  /** Weight (rows, cols) of the raw frame that all frames share; 0 is invalid. */
  protected loadWeight(): NdArray<RealDType> | undefined | Promise<NdArray<RealDType> | undefined> {
    return undefined;
  }

  /**
   * Anything the whole scan needs. Entries named like geometry parameters (`energy`, `distance`, `psize`, `shape`, …)
   * take effect where the user gave none; `frameShape` (rows, cols) lets `load` read only the region of interest.
   */
  protected loadCommon(): Common | Promise<Common> {
    return {};
  }

  /** Called on every rank when everything common is there. */
  protected postInitialize(): void | Promise<void> {
    return undefined;
  }

  /** Files or folders that change when something new is there; empty: nobody can tell without asking. */
  get sources(): readonly string[] {
    return [];
  }

  /** What must be there before `initialize` and is not yet, beyond the sources themselves. Called on the master only. */
  missing(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  /** What must happen before more frames come, in words, for whoever waits for long. On the master. */
  awaits(): string {
    return 'more frames';
  }

  /** What is there in place of frames, in words, where the scan ended without any. Called on the master only. */
  whatIsThere(): string | undefined {
    return undefined;
  }

  /** Files and folders that are read, by `sources` or by a parameter: nothing is ever written to one of them. */
  inputs(): Promise<readonly string[]> {
    const named = pathsIn((this.constructor as typeof PtyScan).parameters, this.info);
    const paths = named.filter(({ name }) => name !== 'dfile').map(({ path }) => path);
    return Promise.resolve([...new Set([...this.sources, ...paths])]);
  }

  /** Looks for what has come since the last time. Collective; before every `check`. */
  protected refresh(): void | Promise<void> {
    return undefined;
  }

  /** Scan-point index of frame number `ordinal` in the order in which frames are asked for. On every rank alike. */
  protected indexOf(ordinal: number): number {
    return ordinal;
  }

  /** How many of `frames` frames from number `start` on are there. Called on the master only. */
  protected check(frames: number, start: number): Availability | Promise<Availability> {
    const left = this.numFrames === null ? frames : this.numFrames - start;
    return { accessible: Math.max(0, Math.min(frames, left)), endOfScan: undefined };
  }

  /**
   * Raw frames of these scan points. `region`, when given, is the part of the frame that will be used: a loader that
   * can read only that says so in its result.
   */
  protected load(
    indices: readonly number[],
    region: Region | undefined,
  ): LoadedFrames | Promise<LoadedFrames>;
  protected load(): LoadedFrames | Promise<LoadedFrames> {
    throw new DataError(
      `${this.constructor.name} does not say how frames are loaded: override load(indices)`,
    );
  }

  /** Pixel corrections (dark, flat, …) and weights of raw frames. */
  protected correct(raw: RawFrames, common: Common): RawFrames | Promise<RawFrames>;
  protected correct(raw: RawFrames): RawFrames | Promise<RawFrames> {
    return raw;
  }

  /** Lets signals and messages in while much is loaded. Throws an AbortedError when the user wants the end. */
  protected async breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.signal?.aborted === true) throw new AbortedError('preparation was stopped');
  }

  // What a scan offers

  /** Rank of this process is the master. */
  protected get isMaster(): boolean {
    return isMaster(this.communicator);
  }

  /** Automatic centre of the first chunk, when one was determined. */
  get centerEstimate(): CenterEstimate | undefined {
    return this.#preparation?.estimate;
  }

  /** Pixels of a raw frame that are loaded; undefined before `initialize` and where only the frames will tell. */
  get framePixels(): number | undefined {
    const { frameShape } = this.common;
    const { rows, cols } = this.#preparation?.region ?? { rows: frameShape?.[0], cols: frameShape?.[1] };
    return rows === undefined || cols === undefined ? undefined : rows * cols;
  }

  /** Positions of all frames that are there, (n, 2) m, as far as they are known without reading frames. */
  knownPositions(): Promise<NdArray<'float64'> | undefined> {
    return Promise.resolve(this.positions);
  }

  /** Frames that are there beyond those of the last package, where the source tells; on the master. */
  get behind(): number {
    return this.#behind;
  }

  /** Bad pixels masked so far on this rank. */
  get screened(): ScreenCounts {
    return this.#preparation?.screened ?? { notFinite: 0, negative: 0, saturated: 0, hot: 0 };
  }

  /** First I/O: loads what all frames share. `dfile` is made with the first chunk (a complete one moves to `<dfile>.old`). */
  async initialize(): Promise<void> {
    checkSaving(this.info);
    const everywhere = this.info.load_parallel === 'common' || this.info.load_parallel === 'all';
    const loaded = await this.#shared(everywhere, async () => ({
      positions: this.info.positions_theory ?? (await this.loadPositions()),
      weight: await this.loadWeight(),
      common: await this.loadCommon(),
    }));
    this.useCommon(loaded.common);
    if (loaded.positions !== undefined) {
      const source =
        this.info.positions_theory === null ? `${this.constructor.name}.loadPositions` : 'positions_theory';
      this.positions = positionsArray(loaded.positions, source);
    }
    const asked = this.info.positions_theory === null ? this.info.num_frames : null;
    const { frames, note } = countFrames(asked, this.positions?.shape[0]);
    this.numFrames = frames;
    if (note !== undefined && this.isMaster) log[note.level](note.text);
    this.#preparation = new ChunkPreparation(
      this.info,
      this.communicator,
      loaded.weight,
      loaded.common.frameShape,
    );
    await this.postInitialize();
    if (this.info.save !== null) {
      const parameters = (this.constructor as typeof PtyScan).parameters;
      const info = encodeInfo(parameters, this.info, this.positions);
      this.#saver = saverFor(this.info, this.communicator, { irregular: this.follow, info });
      if (this.isMaster) requireNotInput(this.info, await this.inputs());
    }
    const stored = this.#resume ? await this.#saver?.resume() : undefined;
    if (stored === undefined) await this.#saver?.open();
    else await this.#goOnFrom(stored);
  }

  /** `dfile` holds a complete scan that was prepared with just these parameters. After `initialize`; collective. */
  async isPrepared(): Promise<boolean> {
    return (await this.#saver?.holdsSame()) === true;
  }

  /** Nothing more will come: what is there is the whole scan. On every rank. */
  conclude(): void {
    this.#concluded = true;
  }

  /** Frames that an earlier preparation has saved. */
  get resumedFrames(): number {
    return this.#done.size;
  }

  /** Frames that `dfile` holds. */
  get savedFrames(): number {
    return this.#done.size + (this.#saver === undefined ? 0 : this.#handedOut);
  }

  /**
   * The next package of at most `frames` frames, WAIT when too few are there yet, or EOS. Of a scan that goes on, fewer than
   * `gather` (of the master) are too few; those that are there count as `behind`.
   */
  async auto(frames: number, gather = 1): Promise<AutoAnswer> {
    if (await onAnyRank(this.communicator, this.signal?.aborted === true)) {
      throw new AbortedError('preparation was stopped');
    }
    if (this.#finished) return EOS;
    const preparation = this.#preparation;
    if (preparation === undefined) throw new DataError('initialize() must be called before auto()');
    const least = this.info.min_frames * this.communicator.size;
    await this.refresh();
    const { accessible, end, isWorth } = await this.#available(Math.max(frames, least), gather);
    if ((accessible < least || !isWorth) && !end) return WAIT;
    if (accessible <= 0) {
      await this.#finish();
      return EOS;
    }
    const asked = this.#notDone(accessible);
    if (asked.length === 0) return this.#after(accessible, frames, gather);
    const loaded = await this.#loadMine(asked, preparation.region);
    const screened = await preparation.screenRaw(loaded.raw);
    const raw = await this.correct(screened.raw, this.common);
    const indices = (await this.communicator.allGather(raw.indices)).flat();
    // Every frame of the chunk was left out: on to the next one.
    if (indices.length === 0) return this.#after(accessible, frames, gather);
    const prepared = await preparation.prepare(raw, screened);
    // The file is complete with its last chunk, whether or not anybody asks for more.
    const last = end && (accessible < frames || this.#start + accessible >= (this.numFrames ?? Infinity));
    const whole: Chunk = {
      num: this.#chunks,
      indices,
      indicesNode: raw.indices,
      ...prepared,
      positions: await this.#positionsOf(indices, loaded),
    };
    const chunk = await this.#empty.sift(whole, last);
    if (chunk.indices.length === 0) return this.#after(accessible, frames, gather);
    const meta = preparation.meta(this.numFrames);
    await this.#saver?.save(chunk, meta);
    this.#handedOut += chunk.indices.length;
    this.#start += accessible;
    this.#chunks++;
    if (last) await this.#finish();
    return makePackage(chunk, meta);
  }

  #after(skipped: number, frames: number, gather: number): Promise<AutoAnswer> {
    this.#start += skipped;
    return this.auto(frames, gather);
  }

  /** Runs `load` on the master and broadcasts, or on every rank. */
  async #shared<T>(everywhere: boolean, load: () => Promise<T>): Promise<T> {
    if (everywhere) return load();
    const value = this.isMaster ? await load() : undefined;
    return this.communicator.broadcast(value as T);
  }

  /** What there is for `frames` more, as the master sees it; `isWorth`: no more need be waited for. */
  #available(frames: number, gather = 1): Promise<Available> {
    return this.#shared(false, async () => {
      const { accessible, endOfScan, behind = 0 } = await this.check(frames, this.#start);
      this.#behind = behind;
      const isLast = this.numFrames === null ? undefined : this.#start + accessible >= this.numFrames;
      const end = this.#concluded || (endOfScan ?? isLast ?? (this.follow ? false : undefined));
      if (end === undefined) {
        throw new DataError(
          `the end of the scan cannot be told: ${this.constructor.name}.check() does not say, and num_frames is unknown`,
        );
      }
      const isWorth = accessible >= Math.min(frames, gather);
      if (!isWorth && !end) this.#behind += accessible;
      return { accessible, end, isWorth };
    });
  }

  /** Of the next `accessible` frames those that `dfile` does not hold. */
  #notDone(accessible: number): number[] {
    const next = Array.from({ length: accessible }, (_, i) => this.#start + i);
    return this.#done.size === 0 ? next : next.filter((ordinal) => !this.#done.has(this.indexOf(ordinal)));
  }

  /** Makes the plan of the earlier preparation again, if its first chunk decided it. */
  async #goOnFrom(stored: StoredScan): Promise<void> {
    const { chunks } = stored;
    this.#chunks = chunks.length;
    this.#done = new Set(chunks.flat());
    const preparation = this.#preparation;
    if (preparation?.isFixed !== false || chunks.length === 0) return;
    await this.refresh();
    const { accessible } = await this.#available(Number.MAX_SAFE_INTEGER);
    const first = new Set(chunks[0]);
    const ordinals: number[] = [];
    for (let i = 0; i < accessible && ordinals.length < first.size; i++) {
      if (first.has(this.indexOf(i))) ordinals.push(i);
    }
    const loaded = await this.#loadMine(ordinals, preparation.region);
    const screened = await preparation.screenRaw(loaded.raw);
    await preparation.prepare(await this.correct(screened.raw, this.common), screened);
  }

  /** Frames of this rank: loaded here, or by the master and distributed. */
  async #loadMine(asked: readonly number[], region: Region | undefined): Promise<LoadedShare> {
    const { rank, size } = this.communicator;
    const parallel = this.info.load_parallel === 'data' || this.info.load_parallel === 'all';
    if (parallel || size === 1) return this.#loadHere(this.#balance.split(asked)[rank], region);
    const all = await this.#shared(false, () => this.#loadHere(asked, region));
    const counts = this.#balance.assign(all.raw.indices.length);
    const start = counts.slice(0, rank).reduce((sum, count) => sum + count, 0);
    return partOfShare(all, start, start + counts[rank]);
  }

  async #loadHere(indices: readonly number[], region: Region | undefined): Promise<LoadedShare> {
    const loaded = indices.length === 0 ? { frames: [], region } : await this.load(indices, region);
    const needed = this.positions === undefined ? loaded : { ...loaded, positions: undefined };
    return shareOf(needed, indices, this.constructor.name);
  }

  /** Of these frames of all ranks, (n, 2) m. */
  async #positionsOf(indices: readonly number[], { positions }: LoadedShare): Promise<NdArray<'float64'>> {
    if (this.positions !== undefined) return positionsAt(this.positions, indices);
    return measuredPositions(positions, indices.length, this.communicator, this.constructor.name);
  }

  async #finish(): Promise<void> {
    this.#finished = true;
    await this.#preparation?.reportScreened();
    this.#empty.report();
    await this.#saver?.finish();
  }
}
