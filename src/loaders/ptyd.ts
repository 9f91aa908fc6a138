/** Frames from a prepared file: as it is (`source: file` or none), or prepared anew (`source: PATH`). */
import type { NdArray, RealDType } from '../array/ndarray.ts';
import { ConfigError } from '../errors.ts';
import { extend, param } from '../params/declare.ts';
import { SCAN_DATA, type ScanData } from '../params/scan-data.ts';
import { nullable, path } from '../params/types.ts';
import { numberOf, pairOf, textOf } from '../ptyd/meta-values.ts';
import { PtydReader, type FramesRead } from '../ptyd/reader.ts';
import type { Common } from '../scan/common.ts';
import type { LoadedFrames } from '../scan/load.ts';
import { PtyScan, type Availability, type Given, type ScanOptions } from '../scan/pty-scan.ts';
import { Glitches } from './glitches.ts';

const PARAMETERS = extend(SCAN_DATA, {
  source: param(nullable(path('file')), {
    default: 'file',
    help: '`file` or none: `dfile` is read as it is, preparation parameters are ignored. A path: that file is prepared anew.',
  }),
});

export class PtydScan extends PtyScan {
  static override readonly parameters = PARAMETERS;
  readonly #reader: PtydReader;
  /** Batches of chunks that all ranks know of. */
  #shared = 0;
  /** There are frames, and so the file says their geometry. */
  #started = false;
  readonly #glitches = new Glitches();
  /** Most frames that are asked for, whatever the file holds. */
  #limit = Infinity;

  constructor(parameters: Given<ScanData> = {}, options: ScanOptions = {}) {
    super(parameters, options);
    const { source, dfile } = this.info;
    const asItIs = source === null || source === 'file';
    const file = asItIs ? dfile : source;
    if (file === null) {
      throw new ConfigError([
        { path: 'dfile', message: 'PtydScan needs the file to read: give its path as dfile, or as source' },
      ]);
    }
    if (asItIs) this.useAsItIs();
    this.#reader = new PtydReader(file);
  }

  /** Geometry of the file, where the user gave none; the frames are as large as they are. */
  protected override async loadCommon(): Promise<Common> {
    await this.#look();
    return this.#geometry();
  }

  protected override async loadWeight(): Promise<NdArray<RealDType> | undefined> {
    await this.#look();
    return this.#reader.commonWeight;
  }

  protected override async postInitialize(): Promise<void> {
    this.#limit = this.numFrames ?? Infinity;
    await this.#share();
    this.#started = this.#reader.frames > 0;
    this.numFrames = this.#expected();
  }

  override get sources(): readonly string[] {
    return [this.#reader.file];
  }

  override awaits(): string {
    const { file, frames } = this.#reader;
    return this.numFrames === null
      ? `more chunks in ${file}, which does not say yet how many frames it will have`
      : `${this.numFrames - frames} of ${this.numFrames} frames in ${file}, whose preparation goes on or was stopped (prepare --resume goes on with it)`;
  }

  override whatIsThere(): string {
    return `${this.#reader.file} holds no frames`;
  }

  /** What came since the last time; the writer may also have found that fewer frames will come. */
  protected override async refresh(): Promise<void> {
    const reader = this.#reader;
    if (reader.frames >= (this.numFrames ?? Infinity)) return;
    if (this.isMaster) await this.#look();
    await this.#share();
    if (!this.#started && reader.frames > 0) this.useCommon(this.#geometry());
    this.#started = reader.frames > 0;
    this.numFrames = this.#expected();
  }

  protected override indexOf(ordinal: number): number {
    return this.#reader.indexOf(ordinal);
  }

  /** Frames that are there. While `meta/num_frames` says that more will come, the end is not reached. */
  protected override check(frames: number, start: number): Availability {
    const total = this.numFrames ?? Infinity;
    const there = Math.max(0, Math.min(this.#reader.frames, total) - start);
    const accessible = Math.min(frames, there);
    return { accessible, endOfScan: start + accessible >= total, behind: there - accessible };
  }

  async #look(): Promise<void> {
    const look = (): Promise<void> => this.#reader.refresh();
    await (this.follow ? this.#glitches.pass(look) : look());
  }

  /** Frames that the scan will have; null: the file does not say, and may still grow. */
  #expected(): number | null {
    const announced = this.#reader.expected ?? (this.follow ? Infinity : this.#reader.frames);
    const expected = Math.min(this.#limit, announced);
    return expected === Infinity ? null : expected;
  }

  override async knownPositions(): Promise<NdArray<'float64'> | undefined> {
    return this.positions ?? (await this.#reader.readPositions());
  }

  protected override async load(indices: readonly number[]): Promise<LoadedFrames> {
    const read = (): Promise<FramesRead> => this.#reader.readFrames(indices);
    const {
      data,
      weights,
      positions,
      indices: stored,
    } = await (this.follow ? this.#glitches.outlast(read) : read());
    return { frames: data, weights, positions, indices: stored };
  }

  /** The order of frames depends on when one looked at a growing file: the master's view is everyone's. */
  async #share(): Promise<void> {
    const reader = this.#reader;
    const found = await this.communicator.broadcast(reader.found(this.#shared));
    if (!this.isMaster) reader.adopt(found);
    this.#shared = reader.batches;
  }

  #geometry(): Common {
    const { meta, frameShape } = this.#reader;
    return {
      energy: numberOf(meta.energy),
      distance: numberOf(meta.distance),
      psize: pairOf(meta.psize),
      center: textOf(meta.center) ?? pairOf(meta.center),
      propagation: textOf(meta.propagation),
      label: textOf(meta.label),
      experimentID: textOf(meta.experimentID),
      electron_data: meta.electron_data === true || meta.electron_data === 1 ? true : undefined,
      frameShape,
      shape: frameShape ?? pairOf(meta.shape),
    };
  }
}
