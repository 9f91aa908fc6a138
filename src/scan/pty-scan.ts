/**
 * The base class of every scan: gets raw frames from a subclass, prepares them chunk by chunk, hands out data packages
 * and saves them. Collective calls (every rank makes them): `initialize`, `auto`.
 *
 * A subclass overrides `load`, mostly `loadPositions`, and whatever else its experiment needs (`scan-hooks.ts`).
 */
import type { NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import { EOS, WAIT, type AutoAnswer } from '../frames/package.ts';
import type { RawMeta } from '../frames/raw.ts';
import { onAnyRank } from '../parallel/any-rank.ts';
import { fromMaster } from '../parallel/from-master.ts';
import type { Given, ParamGroup } from '../params/declare.ts';
import { pathsIn } from '../params/paths.ts';
import type { ScanGroup } from '../params/scan-data.ts';
import type { PtydReader } from '../ptyd/reading/reader.ts';
import { ChunkMaker, type WholeFrames } from './chunk-maker.ts';
import { countFrames } from './count-frames.ts';
import { requirePossible } from './known-geometry.ts';
import { positionsArray } from './load.ts';
import { makePackage } from './make-package.ts';
import type { CenterEstimate } from './prepare/center.ts';
import { maskFromFile, maskText } from './prepare/mask-file.ts';
import type { ScreenCounts } from './prepare/screen.ts';
import { savingOf } from './saving/check-saving.ts';
import { defaultFiles } from './saving/default-files.ts';
import type { ChunkSaver, ScanFiles } from './saving/files.ts';
import { ScanHooks } from './scan-hooks.ts';
import type { ScanOptions } from './scan-options.ts';
import { ScanProgress } from './scan-progress.ts';
import { stopped } from './stopped.ts';
import type { FrameSource, Incomplete, Origin } from './source/frame-source.ts';
import { PreparedFile } from './source/prepared-file.ts';
import { chosenFile } from './source/source-parameter.ts';

export type { Availability, ScanOptions } from './scan-options.ts';

/**
 * The base class of every scan: a subclass says how frames are loaded, this class prepares them chunk by chunk, hands out data packages and
 * saves them. `G` are the declarations of its parameters.
 */
export class PtyScan<G extends ScanGroup = ScanGroup> extends ScanHooks<G> {
  /** Name of the class in configurations and messages; a class without one of its own has that of its export in its module. */
  static readonly scanName: string = 'PtyScan';

  /** Positions of the whole scan, (N, 2) m; undefined when they come with the frames. */
  positions: NdArray<'float64'> | undefined;

  readonly #options: ScanOptions;
  readonly #source: FrameSource;
  readonly #progress: ScanProgress;
  #begun = false;
  #maker: ChunkMaker | undefined;
  #saver: ChunkSaver | undefined;

  /** Opens nothing. Throws a ConfigError for unknown names and wrong values. */
  constructor(parameters: Given<G> = {}, options: ScanOptions = {}) {
    super(parameters, options);
    this.#options = options;
    const { communicator, follow, info, log } = this;
    const prepared = chosenFile(new.target.parameters, info, this.given);
    if (prepared === undefined) this.#source = this.hookedFrames();
    else {
      this.given = prepared.given;
      const learn = (rawMeta: RawMeta): void => {
        this.useRawMeta(rawMeta);
      };
      const reader = async (): Promise<PtydReader> => (await this.#files()).reader(prepared.file, log);
      this.#source = new PreparedFile(prepared, { communicator, follow, info, log, learn, reader });
    }
    this.#progress = new ScanProgress(this.#source, { communicator, follow, name: this.scanName });
  }

  /** Frames come from a prepared file (`source`): nothing of what the class reads is needed. */
  protected get usesPrepared(): boolean {
    return this.origin !== this;
  }

  // What a scan offers

  /** Where the frames come from: the class itself, or a prepared file. */
  get origin(): Origin {
    return this.#source.origin;
  }

  /** Files and folders that are read, by `sources` or by a parameter: nothing is ever written to one of them. */
  inputs(): Promise<readonly string[]> {
    const named = pathsIn(this.#parameters, this.info);
    const paths = named
      .filter(({ name }) => name !== 'dfile')
      .flatMap(({ name, path }) => (name === 'mask_file' ? [path, path.replace(/:[^:]*$/, '')] : [path]));
    return Promise.resolve([...new Set([...this.origin.sources, ...paths])]);
  }

  /** Frames of a prepared file that announces more of them; undefined: all are there, or nobody knows. */
  get incomplete(): Incomplete | undefined {
    return this.#source.incomplete;
  }

  /** Automatic centre of the first chunk, when one was determined. */
  get centerEstimate(): CenterEstimate | undefined {
    return this.#maker?.estimate;
  }

  /** Pixels of a raw frame that are loaded; undefined before `initialize` and where only the frames will tell. */
  get framePixels(): number | undefined {
    const { frameShape } = this.rawMeta;
    const { rows, cols } = this.#maker?.region ?? { rows: frameShape?.[0], cols: frameShape?.[1] };
    return rows === undefined || cols === undefined ? undefined : rows * cols;
  }

  /** Positions of all frames that are there, (n, 2) m, as far as they are known without reading frames. */
  async knownPositions(): Promise<NdArray<'float64'> | undefined> {
    const found = this.positions ?? (await this.#source.positions());
    const maker = this.#progress.chunks === 0 ? undefined : this.#maker;
    return found === undefined ? undefined : (maker?.placed(found) ?? found);
  }

  /** Frames that are there beyond those of the last package, where the source tells; on the master. */
  get behind(): number {
    return this.#progress.behind;
  }

  /** Frames that an earlier preparation has saved. */
  get resumedFrames(): number {
    return this.#progress.done.size;
  }

  /** Frames that `dfile` holds. */
  get savedFrames(): number {
    return this.resumedFrames + (this.#saver === undefined ? 0 : this.#progress.handedOut);
  }

  /** Bad pixels masked so far on this rank. */
  get screened(): ScreenCounts {
    return this.#maker?.screened ?? { notFinite: 0, negative: 0, saturated: 0, hot: 0 };
  }

  /** `dfile` holds a complete scan that was prepared with just these parameters. After `initialize`; collective. */
  async isPrepared(): Promise<boolean> {
    return (await this.#saver?.holdsSame()) === true;
  }

  /** Nothing more will come: what is there is the whole scan. On every rank. */
  conclude(): void {
    this.#progress.isConcluded = true;
  }

  /**
   * First I/O: loads what all frames share. `dfile` is made with the first chunk (a complete one moves to `<dfile>.old`). Once for a
   * scan. Throws a ConfigError where energy, distance or pixel size are not known.
   */
  async initialize(): Promise<void> {
    if (this.#begun) throw new DataError('initialize() was called before: a scan is initialized once');
    const saving = savingOf(this.info);
    this.#begun = true;
    const { info, communicator, log } = this;
    const everywhere = info.load_parallel === 'common' || info.load_parallel === 'all';
    const look = async () => ({ ...(await this.#source.look()), mask: await this.#mask() });
    const { positions, weight, rawMeta, mask } = await (everywhere ? look() : fromMaster(communicator, look));
    this.useRawMeta(rawMeta);
    const theory = info.positions_theory;
    const given = theory ?? positions;
    const origin = theory === null ? `${this.scanName}.loadPositions` : 'positions_theory';
    if (given !== undefined) this.positions = positionsArray(given, origin);
    const { frames, note } = countFrames(theory === null ? info.num_frames : null, this.positions?.shape[0]);
    this.numFrames = frames;
    if (note !== undefined && this.isMaster) log[note.level](note.text);
    this.#maker = new ChunkMaker({
      ...{ source: this.#source, info, communicator, log, name: this.scanName },
      ...{ positions: this.positions, weight, frameShape: rawMeta.frameShape, mask },
    });
    await this.#source.begin(this.numFrames);
    this.numFrames = this.#source.expected();
    for (const text of requirePossible(info, this.rawMeta.frameShape)) this.#warn(text, text);
    if (saving === undefined) return;
    const { follow, positions: known } = this;
    const saved = {
      ...saving,
      info,
      communicator,
      log,
      follow,
      positions: known,
      parameters: this.#parameters,
    };
    const saver = (await this.#files()).saver(saved);
    this.#saver = saver;
    if (this.isMaster) saver.refuse(await this.inputs());
    const chunks = this.#options.resume === true ? await saver.resume() : undefined;
    if (chunks === undefined) await saver.open();
    else await this.#goOnFrom(chunks);
  }

  get #parameters(): ParamGroup {
    return (this.constructor as typeof PtyScan).parameters;
  }

  async #files(): Promise<ScanFiles> {
    return this.#options.files ?? defaultFiles();
  }

  /** What `mask_file` holds. */
  async #mask(): Promise<NdArray<'uint8'> | undefined> {
    const { mask_file: name } = this.info;
    if (name === null) return undefined;
    const mask = maskFromFile(await (await this.#files()).array(name, 'mask_file'), name);
    if (this.isMaster) this.log.info(maskText(mask, name));
    return mask;
  }

  /** What all ranks know is told once. */
  #warn(text: string, topic: string): void {
    if (this.isMaster) this.log.warn(text, topic);
  }

  /** Looks for what has come since the last time. */
  async #lookAgain(): Promise<void> {
    await this.#source.refresh();
    this.numFrames = this.#source.expected();
  }

  /** Goes on after these chunks; makes the plan of the earlier preparation again, if its first chunk decided it. */
  async #goOnFrom(chunks: readonly (readonly number[])[]): Promise<void> {
    const progress = this.#progress;
    if (this.#maker?.isFixed === false && chunks.length > 0) {
      await this.#lookAgain();
      const { accessible } = await progress.available(Number.MAX_SAFE_INTEGER);
      const first = new Set(chunks[0]);
      const points = progress.next(accessible).filter((point) => first.has(point));
      await this.#maker.decide(points, this.rawMeta);
    }
    progress.chunks = chunks.length;
    progress.done = new Set(chunks.flat());
  }

  /**
   * The next package of at most `frames` frames, WAIT when too few are there yet, or EOS. Of a scan that goes on, fewer than
   * `gather` (of the master) are too few; those that are there count as `behind`.
   */
  async auto(frames: number, gather = 1): Promise<AutoAnswer> {
    if (await onAnyRank(this.communicator, this.signal?.aborted === true)) {
      throw stopped();
    }
    if (!Number.isSafeInteger(frames) || frames < 1) {
      throw new DataError(`auto(frames): expected a whole number of frames of at least 1, got ${frames}`);
    }
    const progress = this.#progress;
    const maker = this.#maker;
    if (progress.isFinished) return EOS;
    if (maker === undefined) throw new DataError('initialize() must be called before auto()');
    await this.#lookAgain();
    const least = this.info.min_frames * this.communicator.size;
    const available = await progress.available(Math.max(frames, least), gather);
    const { accessible, end, isWorth } = available;
    if ((accessible < least || !isWorth) && !end) return WAIT;
    if (accessible <= 0) {
      await this.#finish();
      return EOS;
    }
    const last = progress.isLast(available, frames);
    const chunk = await maker.make(progress.chunks, progress.next(accessible), last, this.rawMeta);
    progress.pass(accessible);
    // Every frame was left out: on to the next ones.
    if (chunk === undefined) return this.auto(frames, gather);
    const meta = maker.meta(this.numFrames);
    await this.#saver?.save(chunk, meta);
    progress.chunks++;
    progress.handedOut += chunk.indices.length;
    // The file is complete with its last chunk, whether or not anybody asks for more.
    if (last) await this.#finish();
    return makePackage(chunk, meta);
  }

  /**
   * A look at raw frames before anything is prepared: how many there are (null: not known), and whole frames by their numbers in the
   * order in which they are handed out. After `initialize`; collective.
   */
  async countRaw(): Promise<number | null> {
    await this.#lookAgain();
    const { accessible } = await this.#progress.available(Number.MAX_SAFE_INTEGER);
    return accessible < Number.MAX_SAFE_INTEGER ? accessible : null;
  }

  /** See `countRaw`. */
  rawFrames(ordinals: readonly number[]): Promise<WholeFrames> {
    if (this.#maker === undefined) throw new DataError('initialize() must be called before rawFrames()');
    return this.#maker.whole(
      ordinals.map((ordinal) => this.#source.indexOf(ordinal)),
      this.rawMeta,
    );
  }

  async #finish(): Promise<void> {
    this.#progress.isFinished = true;
    await this.#maker?.finish();
    await this.#saver?.finish();
  }
}
