/**
 * What a scan class overrides to read its data. Nothing of it is called where frames come from a prepared file (`source`).
 */
import type { NdArray, RealDType } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { CorrectedFrames, LoadedFrames, PositionInput, RawFrames, RawMeta } from '../frames/raw.ts';
import type { Region } from '../frames/region.ts';
import type { ScanGroup } from '../params/scan-data.ts';
import { requireGeometry } from './known-geometry.ts';
import { ScanBase } from './scan-base.ts';
import type { Availability } from './scan-options.ts';
import { fromClass } from './source/class-errors.ts';
import type { FrameSource, Origin } from './source/frame-source.ts';

export abstract class ScanHooks<G extends ScanGroup = ScanGroup> extends ScanBase<G> implements Origin {
  /** Frames of the whole scan; null when unknown. */
  numFrames: number | null = null;

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
   * take effect where the user gave none; without energy, distance and pixel size nothing is prepared. `frameShape` (rows, cols) lets `load` read only the region of interest.
   */
  protected loadCommon(): RawMeta | Promise<RawMeta> {
    return {};
  }

  /** How the data of this class could say its energy, distance or pixel size: a hint for who gave none. */
  protected geometryHint(name: 'energy' | 'distance' | 'psize'): string | undefined {
    return `return ${name} from loadCommon`;
  }

  /** Called on every rank when everything common is there. */
  protected postInitialize(): void | Promise<void> {
    return undefined;
  }

  /** Files or folders that change when something new is there; empty: there are none. */
  get sources(): readonly string[] {
    return [];
  }

  /**
   * For a source without a path, as a socket or a queue: calls `tell` whenever something may be new (a frame, the end), and returns what
   * ends that, which may close the source. Between two calls of `tell` nobody asks for frames. Undefined: nothing announces news, so
   * that the scan is asked now and then. Called on the master only, once, before `missing` and `initialize`.
   */
  changed(tell: () => void): (() => void) | undefined;
  changed(): (() => void) | undefined {
    return undefined;
  }

  /** What must be there before `initialize` and is not yet, beyond the sources themselves. Called on the master only. */
  missing(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  /** What must happen before more frames come, in words, for whoever waits for long. On the master. */
  awaits(): string {
    return this.numFrames === null ? 'more frames' : `more of ${this.numFrames} frames`;
  }

  /** What is there in place of frames, in words, where the scan ended without any. Called on the master only. */
  whatIsThere(): string | undefined {
    return undefined;
  }

  /** Looks for what has come since the last time. Collective; before every `check`. */
  protected refresh(): void | Promise<void> {
    return undefined;
  }

  /** Scan point of frame number `ordinal` in the order in which frames are handed out. On every rank alike. */
  protected indexOf(ordinal: number): number {
    return ordinal;
  }

  /** How many of `frames` frames from number `start` on are there. Called on the master only. */
  protected check(frames: number, start: number): Availability | Promise<Availability> {
    const left = this.numFrames === null ? frames : this.numFrames - start;
    return { accessible: Math.max(0, Math.min(frames, left)), endOfScan: undefined };
  }

  /**
   * Raw frames of these scan points, each once; some may be left out, which `indices` of the result says. `region`, when given, is
   * the part of the frame that will be used: a loader that can read only that says so in its result.
   */
  protected load(
    indices: readonly number[],
    region: Region | undefined,
  ): LoadedFrames | Promise<LoadedFrames>;
  protected load(): LoadedFrames | Promise<LoadedFrames> {
    throw new DataError(`${this.scanName} cannot load frames: override load(indices)`);
  }

  /** Pixel corrections (dark, flat, …) and weights of raw frames. */
  protected correct(raw: RawFrames, rawMeta: RawMeta): CorrectedFrames | Promise<CorrectedFrames>;
  protected correct(raw: RawFrames): CorrectedFrames | Promise<CorrectedFrames> {
    return raw;
  }

  /** The frames that these hooks give. What they throw says which one it was. */
  protected hookedFrames(): FrameSource {
    const { info } = this;
    const called = { scanName: this.scanName, signal: this.signal };
    const call = <T>(hook: string, act: () => T | Promise<T>): Promise<T> => fromClass(called, hook, act);
    return {
      origin: this,
      look: async () => ({
        positions:
          info.positions_theory === null
            ? await call('loadPositions', () => this.loadPositions())
            : undefined,
        weight: await call('loadWeight', () => this.loadWeight()),
        rawMeta: await call('loadCommon', () => this.loadCommon()),
      }),
      begin: async () => {
        requireGeometry(info, this.scanName, (name) => this.geometryHint(name));
        await call('postInitialize', () => this.postInitialize());
      },
      refresh: () => call('refresh', () => this.refresh()),
      expected: () => this.numFrames,
      incomplete: undefined,
      available: (frames, start) => call('check', () => this.check(frames, start)),
      indexOf: (ordinal) => this.indexOf(ordinal),
      load: (points, region) => call('load', () => this.load(points, region)),
      correct: (raw, rawMeta) => call('correct', () => this.correct(raw, rawMeta)),
      positions: () => Promise.resolve(undefined),
    };
  }
}
