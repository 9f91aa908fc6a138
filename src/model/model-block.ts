/** Frames in the model. */
import type { Block } from '../compute/backend.ts';

/** Views of one package on this rank. */
export interface ModelBlock {
  readonly scan: string;
  readonly probeId: string;
  readonly objectId: string;
  readonly block: Block;
  /** Pixels of a frame as measured. */
  readonly framePixels: number;
  /** Scan-point indices of the views. */
  readonly indices: readonly number[];
  /** Where the views stand in the scan's lists of indices and positions. */
  readonly rows: readonly number[];
  /** (n, 2) lattice pixels of the views' centres. */
  readonly pixels: Int32Array;
  /** (n, 2) sub-pixel rest of the positions, pixels. */
  readonly residuals: Float64Array;
}
