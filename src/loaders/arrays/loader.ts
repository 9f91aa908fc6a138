/** A scan whose frames and positions are in memory. */
import { isNdArray, item, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { FrameInput, LoadedFrames, PositionInput, RawMeta } from '../../frames/raw.ts';
import type { Given } from '../../params/declare.ts';
import type { SCAN_DATA } from '../../params/scan-data.ts';
import { PtyScan, type ScanOptions } from '../../scan/pty-scan.ts';

/** Neither copied nor changed. */
export interface ScanArrays {
  /** (n, rows, cols) counts, or n arrays (rows, cols). */
  readonly frames: FrameInput;
  /** (n, 2) m, (y, x), or n pairs. */
  readonly positions: PositionInput;
  /** (rows, cols) of all frames; 0: the pixel is not valid. */
  readonly mask?: NdArray<RealDType>;
}

/**
 * Frames from arrays, whole unless `shape` says otherwise. Energy (keV), distance (m) and psize (m) are among the parameters, and
 * whatever else the base class knows.
 * Throws a `DataError` for arrays that do not fit together.
 */
export class ArrayScan extends PtyScan {
  static override readonly scanName: string = 'ArrayScan';
  readonly #arrays: ScanArrays;
  readonly #frames: number;

  constructor(arrays: ScanArrays, parameters: Given<typeof SCAN_DATA> = {}, options: ScanOptions = {}) {
    super(parameters, options);
    this.#arrays = arrays;
    this.#frames = lengthOf(arrays.frames);
    const positions = lengthOf(arrays.positions);
    if (positions !== this.#frames) {
      throw new DataError(
        `ArrayScan: expected a position for each frame, got ${positions} for ${this.#frames} frames`,
      );
    }
  }

  protected override loadPositions(): PositionInput {
    return this.#arrays.positions;
  }

  protected override loadWeight(): NdArray<RealDType> | undefined {
    return this.#arrays.mask;
  }

  protected override loadCommon(): RawMeta {
    const { frames } = this.#arrays;
    const [rows, cols] = isNdArray(frames) ? frames.shape.slice(1) : (frames.at(0)?.shape ?? []);
    return { frameShape: [rows, cols], shape: [rows, cols] };
  }

  protected override load(indices: readonly number[]): LoadedFrames {
    const { frames } = this.#arrays;
    return { frames: indices.map((index) => (isNdArray(frames) ? item(frames, index) : frames[index])) };
  }
}

function lengthOf(stack: FrameInput | PositionInput): number {
  return isNdArray(stack) ? stack.shape[0] : stack.length;
}
