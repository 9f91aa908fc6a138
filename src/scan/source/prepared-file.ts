/** The frames of a prepared file: all that a loader does, for `source: file` and `source: PATH`. */
import type { NdArray } from '../../array/ndarray.ts';
import { DataError, FileError } from '../../errors.ts';
import type { CorrectedFrames, LoadedFrames, RawFrames, RawMeta } from '../../frames/raw.ts';
import type { StoredFrames } from '../../frames/stored.ts';
import type { Log } from '../../log.ts';
import { isMaster, type Communicator } from '../../parallel/communicator.ts';
import type { ScanData } from '../../params/scan-data.ts';
import type { PtydReader } from '../../ptyd/reading/reader.ts';
import { availability } from '../following/follower.ts';
import { Glitches } from '../following/glitches.ts';
import { unknownText } from '../known-geometry.ts';
import type { Availability } from '../scan-options.ts';
import type { FrameSource, Incomplete, Origin, Shared } from './frame-source.ts';
import { idleNames, type PreparedChoice } from './source-parameter.ts';

export interface PreparedOptions {
  readonly communicator: Communicator;
  /** The file may still grow. */
  readonly follow: boolean;
  readonly log: Log;
  /** Of the scan, in which `learn` completes what all frames share. */
  readonly info: ScanData;
  readonly learn: (rawMeta: RawMeta) => void;
  /** Of the file, which it does not open. */
  readonly reader: () => Promise<PtydReader>;
}

export class PreparedFile implements FrameSource, Origin {
  readonly #choice: PreparedChoice;
  readonly #options: PreparedOptions;
  /** What is there is the whole scan, however many frames are announced. */
  readonly #accept: boolean;
  readonly #glitches: Glitches;
  /** Since the first look. */
  #opened: PtydReader | undefined;
  /** Most frames that are asked for, whatever the file holds. */
  #limit = Infinity;
  /** Batches of chunks that all ranks know of. */
  #shared = 0;
  /** There are frames, and so the file says their geometry. */
  #started = false;

  /** Opens nothing. */
  constructor(choice: PreparedChoice, options: PreparedOptions) {
    this.#choice = choice;
    this.#options = options;
    this.#glitches = new Glitches(options.follow);
    this.#accept = options.info.on_incomplete === 'accept';
  }

  get origin(): this {
    return this;
  }

  get sources(): readonly string[] {
    return [this.#file];
  }

  changed(): undefined {
    return undefined;
  }

  missing(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  awaits(): string {
    const expected = this.expected();
    return expected === null
      ? `more chunks in ${this.#file}, which does not state yet how many frames it will have`
      : `${expected - this.#frames} of ${expected} frames in ${this.#file}, whose preparation is running or was stopped (resume it with prepare --resume)`;
  }

  whatIsThere(): string {
    return `${this.#file} holds no frames`;
  }

  async look(): Promise<Shared> {
    await this.#look();
    return { positions: undefined, weight: this.#reader.commonWeight, rawMeta: this.#rawMeta };
  }

  /** After the first look: everybody knows what the master found. */
  async begin(numFrames: number | null): Promise<void> {
    this.#limit = numFrames ?? Infinity;
    await this.#share();
    this.#started = this.#frames > 0;
    if (!isMaster(this.#options.communicator)) return;
    if (!this.#options.follow) this.#remark();
    const idle = idleNames(this.#choice, this.#rawMeta, this.#announced ?? this.#frames);
    if (idle.length > 0)
      this.#options.log.warn(`${this.#file} is used as it is; ignored: ${idle.join(', ')}`);
    if (this.#started) this.#tellUnknown();
  }

  async refresh(): Promise<void> {
    if (this.#frames >= (this.expected() ?? Infinity)) return;
    if (isMaster(this.#options.communicator)) await this.#look();
    await this.#share();
    if (this.#started || this.#frames === 0) return;
    this.#started = true;
    this.#options.learn(this.#rawMeta);
    if (isMaster(this.#options.communicator)) this.#tellUnknown();
  }

  expected(): number | null {
    const announced = this.#accept && !this.#options.follow ? this.#frames : this.#announced;
    const expected = Math.min(this.#limit, announced ?? Infinity);
    return expected === Infinity ? null : expected;
  }

  get incomplete(): Incomplete | undefined {
    return this.#isIncomplete && !this.#accept
      ? { file: this.#file, frames: this.#frames, announced: this.#announced ?? 0 }
      : undefined;
  }

  /** While more frames are announced than there are, the end is not reached. */
  available(frames: number, start: number): Promise<Availability> {
    return Promise.resolve(availability(this.#frames, frames, start, this.expected()));
  }

  indexOf(ordinal: number): number {
    return this.#reader.indexOf(ordinal);
  }

  async load(points: readonly number[]): Promise<LoadedFrames> {
    const ordinals = points.map((point) => this.#reader.ordinalOf(point));
    const read = (): Promise<StoredFrames> => this.#reader.readFrames(ordinals);
    const found = await this.#glitches.outlast(read);
    const { data, weights, positions, indices } = found;
    return { frames: data, weights, positions, indices };
  }

  correct(raw: RawFrames): Promise<CorrectedFrames> {
    return Promise.resolve(raw);
  }

  /** As they are stored. */
  positions(): Promise<NdArray<'float64'>> {
    return this.#reader.readPositions();
  }

  get #file(): string {
    return this.#choice.file;
  }

  get #reader(): PtydReader {
    if (this.#opened === undefined)
      throw new DataError(`${this.#file} was not opened: initialize() was not called`);
    return this.#opened;
  }

  get #frames(): number {
    return this.#opened?.frames ?? 0;
  }

  /** Frames that the file says it will hold; null: it does not say, and may still grow. */
  get #announced(): number | null {
    const expected = this.#opened?.expected;
    if (expected !== undefined && expected > this.#frames) return expected;
    // The payload rules where it holds more than announced.
    return this.#options.follow && expected === undefined ? null : this.#frames;
  }

  /** Frames are announced that are not there. */
  get #isIncomplete(): boolean {
    return this.#announced !== null && this.#frames < Math.min(this.#announced, this.#limit);
  }

  /** What `meta` says. Throws a FileError for what cannot be right. */
  get #rawMeta(): RawMeta {
    const { file, frameShape, content, positionsUnit } = this.#reader;
    const { geometry, problems } = content;
    if (problems.length > 0) throw new FileError(`${file}: ${problems.join('; ')}`, { file, entry: 'meta' });
    return { ...geometry, positions_unit: positionsUnit, frameShape };
  }

  async #open(): Promise<PtydReader> {
    return (this.#opened ??= await this.#options.reader());
  }

  async #look(): Promise<void> {
    const reader = await this.#open();
    const look = (): Promise<void> => reader.refresh();
    await this.#glitches.pass(look);
  }

  /** The order of frames depends on when one looked at a growing file: the master's view is everyone's. */
  async #share(): Promise<void> {
    const reader = await this.#open();
    const { communicator } = this.#options;
    const found = await communicator.broadcast(reader.found(this.#shared));
    if (!isMaster(communicator)) reader.adopt(found);
    this.#shared = reader.batches;
  }

  #remark(): void {
    const { log } = this.#options;
    for (const remark of this.#reader.remarks) log.warn(`${this.#file}: ${remark}`);
    if (!this.#isIncomplete || !this.#accept) return;
    log.warn(`${this.#file}: ${this.#frames} of ${this.#announced} frames are there: these are used`);
  }

  #tellUnknown(): void {
    const text = unknownText(this.#options.info);
    if (text !== undefined) this.#options.log.warn(`${this.#file}: ${text}`);
  }
}
