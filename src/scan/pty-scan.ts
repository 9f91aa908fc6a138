/**
 * The base class of every scan: gets raw frames from a subclass, prepares them chunk by chunk, hands out data packages
 * and saves them. Collective calls (every rank makes them): `initialize`, `auto`.
 *
 * A subclass overrides `load`, mostly `loadPositions`, and whatever else its experiment needs (`scan-hooks.ts`).
 */
import type { NdArray, RealDType } from '../array/ndarray.ts';
import { AbortedError, ConfigError, DataError } from '../errors.ts';
import { consoleLog, type Log } from '../log.ts';
import { onAnyRank } from '../parallel/any-rank.ts';
import { LoadBalance } from '../parallel/balance.ts';
import { isMaster, type Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';
import type { ParamGroup } from '../params/declare.ts';
import { pathsIn } from '../params/paths.ts';
import { SCAN_DATA, withRecipe, type ScanData } from '../params/scan-data.ts';
import { check } from '../params/validate.ts';
import { fromClass } from './source/class-errors.ts';
import { applyCommon, encodeInfo, type Common } from './common.ts';
import { ChunkPreparation } from './chunk-preparation.ts';
import { checkSaving, requireNotInput, saverFor, type ChunkSaver } from './saving/chunk-saver.ts';
import { EmptyFrames } from './empty-frames.ts';
import { positionsArray, type LoadedFrames, type PositionInput, type RawFrames } from './load.ts';
import { makePackage } from './make-package.ts';
import { EOS, WAIT, type AutoAnswer, type Chunk } from './package.ts';
import type { CenterEstimate } from './prepare/center.ts';
import type { Region } from './prepare/crop.ts';
import type { ScreenCounts } from './prepare/screen.ts';
import type { StoredScan } from '../ptyd/reading/stored-scan.ts';
import { countFrames } from './count-frames.ts';
import {
  inMetres,
  positionsOf,
  requireGeometry,
  requirePossible,
  spanDoubt,
  unknownText,
} from './known-geometry.ts';
import { PreparedFrames } from './source/prepared-frames.ts';
import { contradicted, forgetDefaults, preparedSource, useAsItIs, worthAWord } from './source/source-parameter.ts';
import { ScanHooks, type Origin } from './scan-hooks.ts';
import type { Availability, Given, ScanOptions } from './scan-options.ts';
import { measuredPositions, partOfShare, positionsAt, shareOf, type LoadedShare } from './share.ts';

export type { Availability, Given, ScanOptions } from './scan-options.ts';

/** The same for all ranks; `isWorth`: as many as are wanted at once. */
interface Available {
  readonly accessible: number;
  readonly end: boolean;
  readonly isWorth: boolean;
}

export class PtyScan<V extends ScanData = ScanData> extends ScanHooks {
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

  protected readonly communicator: Communicator;
  protected readonly signal: AbortSignal | undefined;
  /** For what a user should know: `this.log.warn('…')`. Every rank has one. */
  protected readonly log: Log;
  protected readonly follow: boolean;
  readonly #resume: boolean;
  /** The file that the frames come from with `source`, instead of the class. */
  readonly #prepared: PreparedFrames | undefined;
  readonly #label: string | undefined;
  /** With `source: file`, of the given parameters: names of those without effect, and values that the file may contradict. */
  readonly #ignored: readonly string[] = [];
  readonly #overruled: Readonly<Record<string, unknown>> = {};
  #begun = false;
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
    super();
    const group = new.target.parameters;
    const checked = check(group, withRecipe(group, parameters), { at: [] });
    if (checked.issues.length > 0) throw new ConfigError(checked.issues);
    this.info = { ...checked.values } as unknown as V;
    this.given = checked.given;
    this.#label = options.label;
    this.communicator = options.communicator ?? singleCommunicator();
    this.signal = options.signal;
    this.log = options.log ?? consoleLog;
    this.follow = options.follow === true;
    this.#resume = options.resume === true;
    this.#balance = new LoadBalance(this.communicator.size);
    this.#empty = new EmptyFrames(this.info, this.communicator, this.log);
    const file = preparedSource(group, this.info);
    if (file === undefined) return;
    forgetDefaults(this.info, checked.given);
    if (this.info.source === 'file') {
      this.#ignored = useAsItIs(this.info, checked.given);
      this.#overruled = Object.fromEntries([...checked.given].map((name) => [name, checked.values[name]]));
      this.given = new Set();
    }
    this.#prepared = new PreparedFrames(file, {
      communicator: this.communicator,
      follow: this.follow,
      accept: this.info.on_incomplete === 'accept',
      log: this.log,
    });
  }

  /** Frames come from a prepared file (`source`): nothing of what the class reads is needed. */
  protected get usesPrepared(): boolean {
    return this.#prepared !== undefined;
  }

  /** Takes over geometry that turned up after `initialize`, as from `loadCommon`. On every rank alike. */
  #useCommon(common: Common): void {
    this.common = common;
    Object.assign(this.info, applyCommon(common, this.given));
    if (this.info.label === null) Object.assign(this.info, { label: this.#label ?? null });
  }

  /** Lets signals and messages in while much is loaded. Throws an AbortedError when the user wants the end. */
  protected async breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.signal?.aborted === true) throw new AbortedError('preparation was stopped');
  }

  // What a scan offers

  /** Where the frames come from: the class itself, or a prepared file. */
  get origin(): Origin {
    return this.#prepared ?? this;
  }

  /** Files and folders that are read, by `sources` or by a parameter: nothing is ever written to one of them. */
  inputs(): Promise<readonly string[]> {
    const named = pathsIn((this.constructor as typeof PtyScan).parameters, this.info);
    const paths = named.filter(({ name }) => name !== 'dfile').map(({ path }) => path);
    return Promise.resolve([...new Set([...this.origin.sources, ...paths])]);
  }

  /** Frames of a prepared file that announces more of them; undefined: all are there, or nobody knows. */
  get incomplete():
    { readonly file: string; readonly frames: number; readonly announced: number } | undefined {
    const prepared = this.#prepared;
    if (prepared?.incomplete !== true || this.info.on_incomplete === 'accept') return undefined;
    return { file: prepared.file, frames: prepared.frames, announced: prepared.announced ?? 0 };
  }

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
  async knownPositions(): Promise<NdArray<'float64'> | undefined> {
    const found = this.positions ?? (await this.#prepared?.positions());
    const meta = this.#chunks === 0 ? undefined : this.#preparation?.meta(this.numFrames);
    return found === undefined || meta === undefined ? found : positionsOf(found, meta);
  }

  /** Frames that are there beyond those of the last package, where the source tells; on the master. */
  get behind(): number {
    return this.#behind;
  }

  /** Bad pixels masked so far on this rank. */
  get screened(): ScreenCounts {
    return this.#preparation?.screened ?? { notFinite: 0, negative: 0, saturated: 0, hot: 0 };
  }

  /**
   * First I/O: loads what all frames share. `dfile` is made with the first chunk (a complete one moves to `<dfile>.old`). Once for a
   * scan. Throws a ConfigError where energy, distance or pixel size are not known.
   */
  async initialize(): Promise<void> {
    if (this.#begun) throw new DataError('initialize() was called before: a scan is initialized once');
    checkSaving(this.info);
    this.#begun = true;
    const everywhere = this.info.load_parallel === 'common' || this.info.load_parallel === 'all';
    const loaded = await this.#shared(everywhere, () => this.#loadShared());
    this.#useCommon(loaded.common);
    if (loaded.positions !== undefined) {
      const source =
        this.info.positions_theory === null ? `${this.constructor.name}.loadPositions` : 'positions_theory';
      this.positions = positionsArray(loaded.positions, source);
    }
    const asked = this.info.positions_theory === null ? this.info.num_frames : null;
    const { frames, note } = countFrames(asked, this.positions?.shape[0]);
    this.numFrames = frames;
    if (note !== undefined && this.isMaster) this.log[note.level](note.text);
    this.#preparation = new ChunkPreparation(
      this.info,
      this.communicator,
      this.log,
      loaded.weight,
      loaded.common.frameShape,
    );
    await this.#begin();
    for (const text of requirePossible(this.info, this.common.frameShape)) this.#warn(text);
    if (this.info.save !== null) {
      const parameters = (this.constructor as typeof PtyScan).parameters;
      const info = encodeInfo(parameters, this.info, this.positions);
      this.#saver = saverFor(this.info, this.communicator, {
        irregular: this.follow,
        info,
        log: this.log,
      });
      if (this.isMaster) requireNotInput(this.info, await this.inputs());
    }
    const stored = this.#resume ? await this.#saver?.resume() : undefined;
    if (stored === undefined) await this.#saver?.open();
    else await this.#goOnFrom(stored);
  }

  async #loadShared(): Promise<{
    positions: PositionInput | undefined;
    weight: NdArray<RealDType> | undefined;
    common: Common;
  }> {
    const prepared = this.#prepared;
    const { positions_theory: theory } = this.info;
    if (prepared === undefined) {
      return {
        positions: theory ?? (await fromClass(this, 'loadPositions', () => this.loadPositions())),
        weight: await fromClass(this, 'loadWeight', () => this.loadWeight()),
        common: await fromClass(this, 'loadCommon', () => this.loadCommon()),
      };
    }
    await prepared.look();
    return { positions: theory ?? undefined, weight: prepared.commonWeight, common: prepared.common };
  }

  /** What the class does when everything common is there; of a prepared file, what is found there. */
  async #begin(): Promise<void> {
    const prepared = this.#prepared;
    if (prepared === undefined) {
      requireGeometry(this.info, this.constructor.name, (name) => this.geometryHint(name));
      await fromClass(this, 'postInitialize', () => this.postInitialize());
      return;
    }
    prepared.limit = this.numFrames ?? Infinity;
    await prepared.begin();
    this.numFrames = prepared.expected;
    if (!this.isMaster) return;
    const stated = { ...this.common, num_frames: prepared.announced ?? prepared.frames };
    const idle = worthAWord(this.#ignored, this.#overruled, stated);
    const ignored = [...new Set([...idle, ...contradicted(this.#overruled, this.common)])];
    if (ignored.length > 0)
      this.log.warn(`${prepared.file} is used as it is; ignored: ${ignored.join(', ')}`);
    if (prepared.frames > 0) this.#tellUnknown(prepared.file);
  }

  #tellUnknown(file: string): void {
    const text = unknownText(this.info);
    if (text !== undefined) this.#warn(`${file}: ${text}`);
  }

  /** What all ranks know is told once. */
  #warn(text: string): void {
    if (this.isMaster) this.log.warn(text);
  }

  /** Looks for what has come since the last time. */
  async #lookAgain(): Promise<void> {
    const prepared = this.#prepared;
    if (prepared === undefined) return fromClass(this, 'refresh', () => this.refresh());
    if (await prepared.refresh(prepared.frames >= (this.numFrames ?? Infinity))) {
      this.#useCommon(prepared.common);
      this.#tellUnknown(prepared.file);
    }
    this.numFrames = prepared.expected;
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
    if (!Number.isSafeInteger(frames) || frames < 1) {
      throw new DataError(`auto(frames): expected a whole number of frames of at least 1, got ${frames}`);
    }
    if (this.#finished) return EOS;
    const preparation = this.#preparation;
    if (preparation === undefined) throw new DataError('initialize() must be called before auto()');
    const least = this.info.min_frames * this.communicator.size;
    await this.#lookAgain();
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
    const raw = await this.#correct(screened.raw);
    const indices = (await this.communicator.allGather(raw.indices)).flat();
    // Every frame of the chunk was left out: on to the next one.
    if (indices.length === 0) return this.#after(accessible, frames, gather);
    const prepared = await preparation.prepare(raw, screened);
    const meta = preparation.meta(this.numFrames);
    // The file is complete with its last chunk, whether or not anybody asks for more.
    const last = end && (accessible < frames || this.#start + accessible >= (this.numFrames ?? Infinity));
    const whole: Chunk = {
      num: this.#chunks,
      indices,
      indicesNode: raw.indices,
      ...prepared,
      positions: positionsOf(await this.#positionsOf(indices, loaded), meta),
    };
    const chunk = await this.#empty.sift(whole, last);
    if (chunk.indices.length === 0) return this.#after(accessible, frames, gather);
    const doubt = this.#chunks === 0 ? spanDoubt(this.positions ?? chunk.positions, meta) : undefined;
    if (doubt !== undefined) this.#warn(doubt);
    await this.#saver?.save(chunk, inMetres(meta));
    this.#handedOut += chunk.indices.length;
    this.#start += accessible;
    this.#chunks++;
    if (last) await this.#finish();
    return makePackage(chunk, inMetres(meta));
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
      const { accessible, endOfScan, behind = 0 } = await this.#check(frames);
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

  async #check(frames: number): Promise<Availability> {
    const there = this.#prepared?.available(frames, this.#start, this.numFrames);
    return there ?? fromClass(this, 'check', () => this.check(frames, this.#start));
  }

  #indexOf(ordinal: number): number {
    return this.#prepared === undefined ? this.indexOf(ordinal) : this.#prepared.indexOf(ordinal);
  }

  async #correct(raw: RawFrames): Promise<RawFrames> {
    if (this.#prepared !== undefined) return raw;
    return fromClass(this, 'correct', () => this.correct(raw, this.common));
  }

  /** Scan points of the next `accessible` frames, without those that `dfile` holds. */
  #notDone(accessible: number): number[] {
    const next = Array.from({ length: accessible }, (_, i) => this.#indexOf(this.#start + i));
    return next.filter((point) => !this.#done.has(point));
  }

  /** Makes the plan of the earlier preparation again, if its first chunk decided it. */
  async #goOnFrom(stored: StoredScan): Promise<void> {
    const { chunks } = stored;
    this.#chunks = chunks.length;
    this.#done = new Set(chunks.flat());
    const preparation = this.#preparation;
    if (preparation?.isFixed !== false || chunks.length === 0) return;
    await this.#lookAgain();
    const { accessible } = await this.#available(Number.MAX_SAFE_INTEGER);
    const first = new Set(chunks[0]);
    const points: number[] = [];
    for (let i = 0; i < accessible && points.length < first.size; i++) {
      const point = this.#indexOf(i);
      if (first.has(point)) points.push(point);
    }
    const loaded = await this.#loadMine(points, preparation.region);
    const screened = await preparation.screenRaw(loaded.raw);
    await preparation.prepare(await this.#correct(screened.raw), screened);
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
    const load = (): LoadedFrames | Promise<LoadedFrames> =>
      this.#prepared?.load(indices) ?? fromClass(this, 'load', () => this.load(indices, region));
    const loaded = indices.length === 0 ? { frames: [], region } : await load();
    // Positions that come with the frames were measured with them; those of the parameters replace all.
    const needed = this.info.positions_theory === null ? loaded : { ...loaded, positions: undefined };
    return shareOf(needed, indices, this.constructor.name);
  }

  /** Of these frames of all ranks, (n, 2) as they are given: those that come with them, or of the whole scan. */
  async #positionsOf(indices: readonly number[], { positions }: LoadedShare): Promise<NdArray<'float64'>> {
    const whole = this.positions;
    const about = { name: this.constructor.name, isWhole: whole !== undefined };
    const measured = await measuredPositions(positions, indices.length, this.communicator, about);
    return measured ?? positionsAt(whole, indices);
  }

  async #finish(): Promise<void> {
    this.#finished = true;
    await this.#preparation?.reportScreened();
    this.#empty.report();
    await this.#saver?.finish();
  }
}
