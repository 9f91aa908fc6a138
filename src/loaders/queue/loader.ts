/** `QueueScan`: frames that come one by one, from a program, a socket or anything else without a path. */
import { sizeOf, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { ConfigError, DataError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { LoadedFrames, RawMeta } from '../../frames/raw.ts';
import { withDefaults, type Given, type ParamGroup } from '../../params/declare.ts';
import { SCAN_DATA, type ScanGroup } from '../../params/scan-data.ts';
import { Follower, type Look } from '../../scan/following/follower.ts';
import { PtyScan, type Availability, type ScanOptions } from '../../scan/pty-scan.ts';

const PARAMETERS = withDefaults(SCAN_DATA, { shape: null, load_parallel: null });

/** A frame on its way into a `QueueScan`. */
export interface PushedFrame {
  /** (rows, cols) counts. Neither copied nor changed; kept until it is prepared. */
  readonly frame: NdArray<RealDType>;
  /** (y, x) m; not needed where `positions_theory` gives it. */
  readonly position?: readonly [y: number, x: number] | undefined;
  /** Its number in the scan. Default: one more than that of the frame before. */
  readonly point?: number | undefined;
}

/** All of a frame but its pixels. */
interface Queued {
  readonly point: number;
  readonly position: Pair | undefined;
}

/**
 * A scan that is pushed its frames one by one, in any order, while it is followed: `push`, then `end`, or `fail`. All three wake
 * whoever waits, so that nobody asks in between. The master is pushed, and hands frames to other ranks.
 */
export class QueueScan<G extends ScanGroup = ScanGroup> extends PtyScan<G> {
  static override readonly scanName: string = 'QueueScan';
  static override readonly parameters: ParamGroup = PARAMETERS;
  readonly #follower = new Follower<Queued>({
    communicator: this.communicator,
    // Nothing is unreadable for a moment.
    follow: false,
    look: () => this.#look(),
  });
  /** Pushed since the last look. */
  #queued: Queued[] = [];
  /** Of frames that are not prepared yet, by scan point. */
  readonly #frames = new Map<number, NdArray<RealDType>>();
  readonly #points = new Set<number>();
  #frameShape: Pair | undefined;
  #next = 0;
  #isOver = false;
  #failure: Error | undefined;
  #tell: (() => void) | undefined;

  /** Throws a `ConfigError` for parameters that are not known or wrong. */
  constructor(parameters: Given<G> = {}, options: ScanOptions = {}) {
    super(parameters, { ...options, follow: true });
    const { load_parallel } = this.info;
    if (load_parallel === null || this.usesPrepared) return;
    const message = `frames come to the master, which distributes them; got ${load_parallel}, accepted: null`;
    throw new ConfigError([{ path: 'load_parallel', message }]);
  }

  /**
   * Takes a frame. One whose number came before is left out, with a warning. Throws a `DataError` for a frame that does not fit the
   * others, that has no position, or that comes after the end.
   */
  push({ frame, position, point = this.#next }: PushedFrame): void {
    this.#requireOpen(`frame ${point}`);
    if (!Number.isSafeInteger(point) || point < 0) {
      throw new DataError(`${this.scanName}: frames are numbered from 0; got number ${point}`);
    }
    this.#requireFrame(frame, point);
    const { positions_theory: theory } = this.info;
    if (theory === null && position?.every((x) => Number.isFinite(x)) !== true) {
      const given = position === undefined ? 'none' : `(${position.join(', ')})`;
      throw new DataError(
        `${this.scanName}: frame ${point} needs its position, (y, x) in metres; got ${given}`,
      );
    }
    this.#next = point + 1;
    if (this.#points.has(point)) {
      this.log.warn(`${this.scanName}: frame ${point} came again; it is left out`);
      return;
    }
    this.#points.add(point);
    if (point >= this.#most) return;
    this.#frames.set(point, frame);
    this.#queued.push({ point, position });
    this.#tell?.();
  }

  /** No more frames will come: those that have come are the whole scan. */
  end(): void {
    this.#requireOpen('the end');
    this.#isOver = true;
    this.#tell?.();
  }

  /** No more frames can come: what was pushed is prepared, then `error` ends the scan. */
  fail(error: Error): void {
    if (this.#isOver) return;
    this.#failure ??= error;
    this.#tell?.();
  }

  override changed(tell: () => void): (() => void) | undefined {
    this.#tell = tell;
    return () => {
      this.#tell = undefined;
    };
  }

  override awaits(): string {
    const { numFrames } = this;
    return numFrames === null
      ? 'more frames, or the end'
      : `${numFrames - this.#follower.count} of ${numFrames} frames`;
  }

  override whatIsThere(): string {
    return 'it ended before its first frame came';
  }

  protected override loadCommon(): RawMeta {
    return { frameShape: this.#frameShape };
  }

  protected override async refresh(): Promise<void> {
    await this.#follower.refresh();
    if (this.#follower.isOver) this.numFrames = this.#follower.count;
  }

  protected override indexOf(ordinal: number): number {
    return this.#follower.indexOf(ordinal);
  }

  protected override check(frames: number, start: number): Availability {
    return this.#follower.available(frames, start, this.numFrames);
  }

  protected override load(points: readonly number[]): LoadedFrames {
    const frames = points.map((point) => this.#take(point));
    const positions = points.map((point) => this.#follower.get(point)?.position ?? [NaN, NaN]);
    return { frames, positions: this.positions === undefined ? positions : undefined };
  }

  /** Scan points are below this. */
  get #most(): number {
    return Math.min(this.info.num_frames ?? Infinity, this.info.positions_theory?.length ?? Infinity);
  }

  #look(): Look<Queued> {
    const frames = this.#queued;
    this.#queued = [];
    if (this.#failure !== undefined && frames.length === 0) throw this.#failure;
    return { frames, total: this.numFrames, isOver: this.#isOver };
  }

  /** A frame that is loaded is not kept. */
  #take(point: number): NdArray<RealDType> {
    const frame = this.#frames.get(point);
    if (frame === undefined) throw new DataError(`${this.scanName}: frame ${point} was loaded before`);
    this.#frames.delete(point);
    return frame;
  }

  #requireOpen(what: string): void {
    if (this.#isOver || this.#failure !== undefined) {
      throw new DataError(`${this.scanName}: ${what} comes after the end of the scan`);
    }
  }

  #requireFrame({ shape, data }: NdArray<RealDType>, point: number): void {
    const expected = this.#frameShape ?? shape;
    if (shape.length !== 2 || shape.join() !== expected.join() || data.length !== sizeOf(shape)) {
      const others =
        this.#frameShape === undefined ? '(rows, cols)' : `(${expected.join(', ')}), as the first one`;
      throw new DataError(
        `${this.scanName}: frame ${point} has the shape (${shape.join(', ')}); expected ${others}`,
      );
    }
    this.#frameShape = [shape[0], shape[1]];
  }
}
