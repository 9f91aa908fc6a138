/**
 * `WatchLoader`: a folder of frames, one a file, complete or still filling; `FilesLoader` is another name for it. The number in
 * a file's name is its scan point, frames are taken as they come.
 */
import { join } from 'node:path';
import { astype, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { ConfigError, FileError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { LoadedFrames, RawMeta } from '../../frames/raw.ts';
import { extend, param, withDefaults, type Given } from '../../params/declare.ts';
import { SCAN_DATA } from '../../params/scan-data.ts';
import { float, int, nullable, pair, path, text, two } from '../../params/types.ts';
import { Follower, type Look } from '../../scan/following/follower.ts';
import { PtyScan, type Availability, type ScanOptions } from '../../scan/pty-scan.ts';
import { FrameFolder, type NewFrame } from './frame-folder.ts';
import { readImage } from './image-file.ts';

const PARAMETERS = extend(withDefaults(SCAN_DATA, { shape: null }), {
  base_path: param(nullable(path()), { default: null, help: 'Folder of the scan.' }),
  pattern: param(text(), {
    default: '*',
    help:
      'Names of the frames (`.npy`, `.tif`, `.png`), in `base_path` or a folder in it: `%d` or `%06d` is the number of the frame, ' +
      '`*` and `?` anything else, e.g. `ccd/frame_%06d.npy`. Without `%d` the last number in the name is meant.',
  }),
  first_index: param(int({ min: 0 }), { default: 0, help: 'Number of the first frame.' }),
  positions_file: param(nullable(path()), {
    default: null,
    help: 'Text or CSV file of the positions, a line for each scan point; it may grow with the frames. None: `positions_theory`.',
  }),
  positions_columns: param(nullable(two(int({ min: 0 }), 'y, x')), {
    default: null,
    help: 'Columns of y and x in `positions_file`, from 0. None: the first two, behind a column of file names where there is one.',
  }),
  positions_multiplier: param(pair(float(), 'y, x'), {
    default: [1, 1],
    help: 'Factors that turn the positions into metres.',
  }),
  end_file: param(nullable(text()), {
    default: null,
    help: 'Name of a file in `base_path` that appears when the scan is over.',
  }),
});

/** A folder of frames, one a file (NumPy, TIFF, PNG), complete or still filling. The number in a file's name is its scan point. */
export class WatchLoader extends PtyScan<typeof PARAMETERS> {
  static override readonly scanName: string = 'WatchLoader';
  static override readonly parameters = PARAMETERS;
  readonly #folder!: FrameFolder;
  readonly #follower = new Follower<NewFrame>({
    communicator: this.communicator,
    follow: this.follow,
    look: () => this.#look(),
  });
  /** The first look, until everybody knows what it found. */
  #first: Look<NewFrame> | undefined;

  constructor(parameters: Given<typeof PARAMETERS> = {}, options: ScanOptions = {}) {
    super(parameters, options);
    if (this.usesPrepared) return;
    const { base_path, positions_file, positions_theory, pattern, first_index, end_file } = this.info;
    if (base_path === null) {
      throw new ConfigError([{ path: 'base_path', message: 'is needed: the folder of the frames' }]);
    }
    if (positions_file === null && positions_theory === null) {
      throw new ConfigError([
        { path: 'positions_file', message: 'is needed where positions_theory does not give the positions' },
      ]);
    }
    this.#folder = new FrameFolder({
      ...{ base: base_path, pattern, follow: this.follow, log: this.log },
      firstIndex: first_index,
      positionsFile: positions_theory === null ? positions_file : null,
      columns: this.info.positions_columns,
      multiplier: this.info.positions_multiplier,
      endFile: end_file,
    });
  }

  override get sources(): readonly string[] {
    const { positions_file, positions_theory } = this.info;
    const needsFile = positions_file !== null && positions_theory === null;
    return [this.#folder.folder, ...(needsFile ? [positions_file] : [])];
  }

  protected override geometryHint(): undefined {
    return undefined;
  }

  override awaits(): string {
    const { base_path, end_file } = this.info;
    const end = end_file === null ? '' : ` or ${join(base_path ?? '', end_file)}`;
    const expected =
      this.numFrames === null
        ? 'more frames'
        : `${this.numFrames - this.#follower.count} of ${this.numFrames} frames`;
    return `${expected} in ${this.#folder.folder}${end}`;
  }

  override whatIsThere(): string {
    return this.#folder.whatIsThere();
  }

  /** Frames that are there already tell their size. */
  protected override async loadCommon(): Promise<RawMeta> {
    const everywhere = this.info.load_parallel === 'common' || this.info.load_parallel === 'all';
    const look = (): Pair | undefined => {
      this.#first = this.#look();
      const frame = this.#first.frames.at(0);
      return frame === undefined ? undefined : frameShape(this.#read(frame));
    };
    if (!everywhere) return { frameShape: look() };
    return { frameShape: await this.communicator.broadcast(this.isMaster ? look() : undefined) };
  }

  protected override postInitialize(): Promise<void> {
    return this.refresh();
  }

  protected override async refresh(): Promise<void> {
    const wasOver = this.#follower.isOver;
    await this.#follower.refresh();
    if (wasOver || !this.#follower.isOver) return;
    this.#reportMissing();
    // A scan that is over has the frames that have come.
    this.numFrames = this.#follower.count;
  }

  protected override indexOf(ordinal: number): number {
    return this.#follower.indexOf(ordinal);
  }

  protected override check(frames: number, start: number): Availability {
    return this.#follower.available(frames, start, this.numFrames);
  }

  protected override load(asked: readonly number[]): LoadedFrames {
    const points: number[] = [];
    const frames: NdArray<RealDType>[] = [];
    for (const point of asked) {
      try {
        frames.push(this.#read(this.#follower.get(point)));
        points.push(point);
      } catch (error) {
        if (!(error instanceof FileError) || this.info.on_bad_frame === 'error') throw error;
        this.log.warn(`${error.message}; left out`, 'frames that cannot be read');
      }
    }
    const positions = points.map((point) => this.#follower.get(point)?.position ?? [NaN, NaN]);
    return {
      frames: ofOneType(frames),
      positions: this.positions === undefined ? positions : undefined,
      indices: points,
    };
  }

  override conclude(): void {
    super.conclude();
    if (!this.#follower.isOver) this.#reportMissing();
  }

  /** Scan points are below this. */
  get #most(): number {
    return Math.min(this.info.num_frames ?? Infinity, this.info.positions_theory?.length ?? Infinity);
  }

  #look(): Look<NewFrame> {
    const first = this.#first;
    this.#first = undefined;
    return first ?? { ...this.#folder.look(this.#most), total: this.numFrames };
  }

  #reportMissing(): void {
    if (!this.isMaster) return;
    const total = this.#most === Infinity ? null : this.#most;
    for (const line of this.#folder.missing(total)) this.log.warn(line);
  }

  #read(frame: NewFrame | undefined): NdArray<RealDType> {
    return readImage(join(this.#folder.folder, frame?.name ?? ''));
  }
}

function frameShape({ shape: [rows, cols] }: NdArray): Pair {
  return [rows, cols];
}

/** Frames of different files may differ in type: then all are floating point. */
function ofOneType(frames: readonly NdArray<RealDType>[]): readonly NdArray<RealDType>[] {
  const isMixed = frames.some(({ dtype }) => dtype !== frames[0].dtype);
  return isMixed ? frames.map((frame) => astype(frame, 'float64')) : frames;
}
