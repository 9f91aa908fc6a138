/** Where the frames of a scan come from: the hooks of its class, or a prepared file. A scan treats both alike. */
import type { NdArray, RealDType } from '../../array/ndarray.ts';
import type { CorrectedFrames, LoadedFrames, PositionInput, RawFrames, RawMeta } from '../../frames/raw.ts';
import type { Region } from '../../frames/region.ts';
import type { Availability } from '../scan-options.ts';

/** What a source says for those who wait for its frames. */
export interface Origin {
  readonly sources: readonly string[];
  changed(tell: () => void): (() => void) | undefined;
  awaits(): string;
  missing(): Promise<string | undefined>;
  whatIsThere(): string | undefined;
}

/** What all frames of a scan share. */
export interface Shared {
  readonly positions: PositionInput | undefined;
  /** (rows, cols) of a raw frame. */
  readonly weight: NdArray<RealDType> | undefined;
  readonly rawMeta: RawMeta;
}

/** Frames that are announced and not all there. */
export interface Incomplete {
  readonly file: string;
  readonly frames: number;
  readonly announced: number;
}

export interface FrameSource {
  readonly origin: Origin;
  /** The first look. On the master, or on every rank. */
  look(): Promise<Shared>;
  /** When every rank has what was found. At most `numFrames` frames are asked for. Collective. */
  begin(numFrames: number | null): Promise<void>;
  /** Looks for what has come since the last time. Collective. */
  refresh(): Promise<void>;
  /** Frames that the scan will have; null when unknown. */
  expected(): number | null;
  /** Undefined: all are there, or nobody knows. */
  readonly incomplete: Incomplete | undefined;
  /** How many of `frames` frames from number `start` on are there. On the master only. */
  available(frames: number, start: number): Promise<Availability>;
  /** Scan point of the frame number `ordinal`. */
  indexOf(ordinal: number): number;
  /** Frames of these scan points; of a region, where the source can. */
  load(points: readonly number[], region: Region | undefined): Promise<LoadedFrames>;
  correct(raw: RawFrames, rawMeta: RawMeta): Promise<CorrectedFrames>;
  /** Of all frames that are there, (n, 2); undefined where they come with the frames only. */
  positions(): Promise<NdArray<'float64'> | undefined>;
}
