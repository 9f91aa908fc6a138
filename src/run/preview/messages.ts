/** What the thread that looks at a scan's raw frames and its owner say to each other. Structured-clonable. */
import type { PlainError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { LogLevel } from '../../log.ts';
import type { MaskEdit } from '../../scan/prepare/mask-edits.ts';
import type { ScanConfig } from '../config/config-check.ts';
import type { PreparedValues, PreviewState, Saved } from './state.ts';

export interface PreviewTask {
  /** The configuration, and its text when it was read. */
  readonly file: string;
  readonly text: string;
  readonly entry: ScanConfig;
  /** Files with scan classes of the user. */
  readonly scanModules: readonly string[];
}

/** Planes (rows·cols), one after the other. */
export interface PreviewPlanes {
  readonly shape: Pair;
  readonly planes: number;
  readonly values: Float32Array;
}

export interface SaveRequest {
  readonly edits: readonly MaskEdit[];
  /** Pixels that are masked in all, as whoever asks counts them: nothing is written where others would be. */
  readonly masked: number;
  readonly values: PreparedValues;
  /** Only the mask, a new configuration beside the given one, or the given one. */
  readonly into: 'mask' | 'new' | 'given';
}

export type ToPreview =
  | { readonly kind: 'stop' }
  | { readonly kind: 'frame'; readonly id: number; readonly ordinal: number }
  | { readonly kind: 'save'; readonly id: number; readonly request: SaveRequest };

export type FromPreview =
  | { readonly kind: 'state'; readonly state: PreviewState }
  /** Mean, max, std, min of each pixel, and 1 where it is good plus 2 where it is hot. */
  | { readonly kind: 'statistics'; readonly statistics: PreviewPlanes }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }
  | { readonly kind: 'failed'; readonly error: PlainError }
  /** Of a frame: counts, counts again, weights. */
  | { readonly kind: 'answer'; readonly id: number; readonly answer: PreviewPlanes | Saved }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: PlainError };
