/** How a look at raw frames stands, and what can be written of it. A page shows it: nothing here needs Node. */
import type { Pair } from '../../frames/pair.ts';

/** How far the look has come, and what the configuration says of preparation. */
export interface PreviewState {
  readonly status: 'opening' | 'reading' | 'ready' | 'stopped';
  /** Null: not known. */
  readonly frames: number | null;
  /** Frames that are to be read for the statistics, and those that have been. */
  readonly sample: number;
  readonly read: number;
  /** (rows, cols) of a raw frame; null before the first. */
  readonly shape: Pair | null;
  readonly given: GivenPreparation;
  /** Optical axis as it is found in the frames so far. */
  readonly found: Pair | null;
}

export interface GivenPreparation {
  /** Null: found in the frames. */
  readonly center: Pair | null;
  /** Null: whole frames. */
  readonly shape: Pair | null;
  readonly rebin: number;
  readonly rebinMode: 'sum' | 'mean';
  readonly orientation: number;
  readonly forceSquare: boolean;
}

/** Values to write; absent: stays as it is. */
export interface PreparedValues {
  readonly center?: Pair | undefined;
  readonly shape?: Pair | undefined;
  readonly rebin?: number | undefined;
  readonly orientation?: number | undefined;
}

/** Names of the files, below the folder of the configuration. */
export interface Saved {
  readonly mask: string | null;
  readonly config: string | null;
}
