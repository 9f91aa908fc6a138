/** The frames of a prepared file on behalf of a scan: all that a loader does, for `source: file` and `source: PATH`. */
import type { NdArray, RealDType } from '../../array/ndarray.ts';
import { FileError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { isMaster, type Communicator } from '../../parallel/communicator.ts';
import { PtydReader, type FramesRead } from '../../ptyd/reading/reader.ts';
import type { Common } from '../common.ts';
import { Glitches } from '../glitches.ts';
import type { LoadedFrames } from '../load.ts';
import type { Origin } from '../scan-hooks.ts';
import type { Availability } from '../scan-options.ts';

export interface PreparedOptions {
  readonly communicator: Communicator;
  /** The file may still grow. */
  readonly follow: boolean;
  /** What is there is the whole scan, however many frames are announced. */
  readonly accept: boolean;
  readonly log: Log;
}

export class PreparedFrames implements Origin {
  /** Most frames that are asked for, whatever the file holds. */
  limit = Infinity;
  readonly #reader: PtydReader;
  readonly #options: PreparedOptions;
  readonly #glitches = new Glitches();
  /** Batches of chunks that all ranks know of. */
  #shared = 0;
  /** There are frames, and so the file says their geometry. */
  #started = false;

  /** Opens nothing. */
  constructor(file: string, options: PreparedOptions) {
    this.#reader = new PtydReader(file, options.log);
    this.#options = options;
  }

  get file(): string {
    return this.#reader.file;
  }

  get sources(): readonly string[] {
    return [this.file];
  }

  missing(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  awaits(): string {
    const { expected, file, frames } = this;
    return expected === null
      ? `more chunks in ${file}, which does not say yet how many frames it will have`
      : `${expected - frames} of ${expected} frames in ${file}, whose preparation goes on or was stopped (prepare --resume goes on with it)`;
  }

  whatIsThere(): string {
    return `${this.file} holds no frames`;
  }

  get frames(): number {
    return this.#reader.frames;
  }

  get commonWeight(): NdArray<RealDType> | undefined {
    return this.#reader.commonWeight;
  }

  /** What `meta` says. Throws a FileError for what cannot be right. */
  get common(): Common {
    const { file, frameShape, content } = this.#reader;
    const { geometry, problems } = content;
    if (problems.length > 0) throw new FileError(`${file}: ${problems.join('; ')}`, { file, entry: 'meta' });
    return { ...geometry, positions_unit: this.#reader.positionsUnit, frameShape };
  }

  async look(): Promise<void> {
    const look = (): Promise<void> => this.#reader.refresh();
    await (this.#options.follow ? this.#glitches.pass(look) : look());
  }

  /** After the first look: everybody knows what the master found. Collective. */
  async begin(): Promise<void> {
    await this.#share();
    this.#started = this.frames > 0;
    const { follow, communicator, log } = this.#options;
    if (follow || !isMaster(communicator)) return;
    const { file, remarks } = this.#reader;
    for (const remark of remarks) log.warn(`${file}: ${remark}`);
    if (this.incomplete && this.#options.accept) {
      log.warn(`${file}: ${this.frames} of ${this.announced} frames are there; they are taken for all`);
    }
  }

  /** What came since the last time; true when the geometry has become known with it. Collective. */
  async refresh(isAll: boolean): Promise<boolean> {
    if (isAll) return false;
    if (isMaster(this.#options.communicator)) await this.look();
    await this.#share();
    const isNew = !this.#started && this.frames > 0;
    this.#started = this.frames > 0;
    return isNew;
  }

  /** Frames that the file says it will hold; null: it does not say, and may still grow. */
  get announced(): number | null {
    const { expected, frames } = this.#reader;
    if (expected !== undefined && expected > frames) return expected;
    // The payload rules where it holds more than announced.
    return this.#options.follow && expected === undefined ? null : frames;
  }

  /** Frames are announced that are not there. */
  get incomplete(): boolean {
    return this.announced !== null && this.frames < Math.min(this.announced, this.limit);
  }

  /** Frames that the scan will have; null: unknown. */
  get expected(): number | null {
    const { accept, follow } = this.#options;
    const announced = (accept && !follow ? this.frames : this.announced) ?? Infinity;
    const expected = Math.min(this.limit, announced);
    return expected === Infinity ? null : expected;
  }

  indexOf(ordinal: number): number {
    return this.#reader.indexOf(ordinal);
  }

  /** Frames that are there. While more are announced, the end is not reached. */
  available(frames: number, start: number, numFrames: number | null): Availability {
    const total = numFrames ?? Infinity;
    const there = Math.max(0, Math.min(this.frames, total) - start);
    const accessible = Math.min(frames, there);
    return { accessible, endOfScan: start + accessible >= total, behind: there - accessible };
  }

  /** Of the frames that are there, (n, 2) as they are stored. */
  positions(): Promise<NdArray<'float64'>> {
    return this.#reader.readPositions();
  }

  async load(points: readonly number[]): Promise<LoadedFrames> {
    const ordinals = points.map((point) => this.#reader.ordinalOf(point));
    const read = (): Promise<FramesRead> => this.#reader.readFrames(ordinals);
    const found = await (this.#options.follow ? this.#glitches.outlast(read) : read());
    const { data, weights, positions, indices } = found;
    return { frames: data, weights, positions, indices };
  }

  /** The order of frames depends on when one looked at a growing file: the master's view is everyone's. */
  async #share(): Promise<void> {
    const reader = this.#reader;
    const { communicator } = this.#options;
    const found = await communicator.broadcast(reader.found(this.#shared));
    if (!isMaster(communicator)) reader.adopt(found);
    this.#shared = reader.batches;
  }
}
