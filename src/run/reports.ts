/** What runs report of what they found. */
import type { Meta } from '../frames/chunk.ts';
import type { Pair } from '../frames/pair.ts';

/** A scan as its source has it. */
export interface ScanOutlook {
  readonly scan: string;
  /** Frames of the whole scan; null while that is not known. */
  readonly frames: number | null;
  /** (rows, cols) of a prepared frame, pixels. */
  readonly shape: Pair;
  /** Optical axis in the prepared frame, pixels (row, col). */
  readonly center: Pair;
  /** Pixel of the prepared frame, m. This, distance and energy are null where nobody knows them. */
  readonly psizeM: Pair | null;
  readonly distanceM: number | null;
  readonly energyKeV: number | null;
  readonly propagation: Meta['propagation'];
  /** What follows is in pixels of the sample instead of metres. */
  readonly inPixels?: true;
  /** Sample pixel, m. */
  readonly resolutionM: Pair;
  /** Field of view of one frame at the sample, m. */
  readonly viewM: Pair;
  /** Extent of the scan positions, m; null where they come with the frames. */
  readonly scannedM: Pair | null;
  /** Pixels of the object; null where positions come with the frames. */
  readonly object: Pair | null;
}

/** What a run will need. */
export interface RunOutlook {
  /** About; null while the number of frames is not known. */
  readonly memoryBytes: number | null;
  /** Of all engines on one core, about; null likewise. */
  readonly seconds: number | null;
  readonly engines: readonly { readonly engine: string; readonly seconds: number | null }[];
}

export interface Outlook {
  readonly scans: readonly ScanOutlook[];
  /** Sources that are not there, by the label of the scan. */
  readonly missing: readonly { readonly scan: string; readonly source: string }[];
  /** Undefined where a scan could not be looked at. */
  readonly run: RunOutlook | undefined;
}

export interface ResolutionReport {
  /** Storage ID of the object. */
  readonly object: string;
  readonly halfBit: Resolution;
  readonly oneBit: Resolution;
  /** Pixels (rows, cols) compared, and their size, m. */
  readonly shape: Pair;
  readonly psizeM: Pair;
  /** Lengths are in pixels of the sample, frequencies in 1/pixel, because metres are not known. */
  readonly inPixels?: true;
  /** Pixels (row, col) that the second object was moved by. */
  readonly shift: Pair;
  /** 1/m: rings below have too few pixels to decide anything. */
  readonly decidesFrom: number;
  /** Nothing is in common as they are, but one agrees with the other turned by 180° and conjugated. */
  readonly twin: boolean;
  /** One value for each ring of spatial frequency; frequencies in 1/m. */
  readonly curve: {
    readonly frequency: readonly number[];
    readonly correlation: readonly number[];
    readonly halfBit: readonly number[];
    readonly oneBit: readonly number[];
  };
}

/** Where a correlation falls below one threshold. */
export interface Resolution {
  /** What limits the resolution: the signal (`crossing`), the pixel size; or nothing is in common, or everything. */
  readonly limit: 'crossing' | 'pixel size' | 'nothing in common' | 'identical';
  /** Spatial frequency of the crossing, 1/m, its full period 1/f and half of it, m; null without a crossing. */
  readonly frequency: number | null;
  readonly fullPeriodM: number | null;
  readonly halfPeriodM: number | null;
  /** Longest full period of which they agree, m, where longer ones that decide disagree; else null. */
  readonly longestPeriodM: number | null;
}
