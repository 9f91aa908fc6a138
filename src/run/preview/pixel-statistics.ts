/** Mean, largest, smallest value and standard deviation of each pixel, over frames that come a few at a time. */
import type { NdArray, RealDType } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import { centersOfMass, estimateCenter } from '../../scan/prepare/center.ts';
import { hotPixels, type PixelSums } from '../../scan/prepare/hot-pixels.ts';
import type { PixelStatistics } from '../../scan/prepare/mask-edits.ts';

/** Of each pixel (rows·cols) over the frames that were read; NaN where it was valid in none. */
export interface RawStatistics extends PixelStatistics {
  /** 1: valid in at least one frame. */
  readonly good: Uint8Array;
}

export class PixelSampler {
  /** Frames so far. */
  frames = 0;
  readonly #shape: Pair;
  /** Valid values: how many, their sum, mean, and sum of squares about it. */
  readonly #seen: Int32Array;
  readonly #sum: Float64Array;
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;
  readonly #max: Float32Array;
  readonly #min: Float32Array;
  readonly #centers: Pair[] = [];
  /** As they were the last time that somebody asked. */
  #hot: Uint8Array | undefined;

  /** Of frames of this shape (rows, cols). */
  constructor(shape: Pair) {
    const size = shape[0] * shape[1];
    this.#shape = shape;
    this.#seen = new Int32Array(size);
    [this.#sum, this.#mean, this.#squares] = [0, 1, 2].map(() => new Float64Array(size));
    this.#max = new Float32Array(size).fill(-Infinity);
    this.#min = new Float32Array(size).fill(Infinity);
  }

  /** Frames (n, rows, cols), and their weights, (rows, cols) or (n, rows, cols). */
  add(frames: NdArray<RealDType>, weights: NdArray<RealDType>): void {
    const [count, rows, cols] = frames.shape;
    const size = rows * cols;
    for (let n = 0; n < count; n++) {
      const start = n * size;
      const own = weights.shape.length === 2 ? weights.data : weights.data.subarray(start, start + size);
      this.#addFrame(frames.data.subarray(start, start + size), own);
    }
    this.frames += count;
    this.#hot ??= hotPixels(this.#sums);
    this.#centers.push(...centersOfMass(frames, weights, this.#hot));
  }

  #addFrame(values: ArrayLike<number>, weights: ArrayLike<number>): void {
    const [seen, sum, mean, squares] = [this.#seen, this.#sum, this.#mean, this.#squares];
    const [max, min] = [this.#max, this.#min];
    for (let pixel = 0; pixel < values.length; pixel++) {
      if (!(weights[pixel] > 0)) continue;
      const value = values[pixel];
      const off = value - mean[pixel];
      sum[pixel] += value;
      mean[pixel] += off / ++seen[pixel];
      squares[pixel] += off * (value - mean[pixel]);
      if (value > max[pixel]) max[pixel] = value;
      if (value < min[pixel]) min[pixel] = value;
    }
  }

  /** Optical axis as preparation finds it: the mean centre of mass of the frames. Null where none has counts. */
  get center(): Pair | null {
    return estimateCenter(this.#centers, 0)?.center ?? null;
  }

  /** As they are now, in memory of their own. */
  now(): RawStatistics {
    const seen = this.#seen;
    const [mean, max, std, min] = [0, 1, 2, 3].map(() => new Float32Array(seen.length).fill(NaN));
    const good = new Uint8Array(seen.length);
    for (let pixel = 0; pixel < seen.length; pixel++) {
      if (seen[pixel] === 0) continue;
      good[pixel] = 1;
      mean[pixel] = this.#mean[pixel];
      max[pixel] = this.#max[pixel];
      std[pixel] = Math.sqrt(this.#squares[pixel] / seen[pixel]);
      min[pixel] = this.#min[pixel];
    }
    const [rows, cols] = this.#shape;
    const hot = hotPixels(this.#sums);
    this.#hot = hot;
    return { rows, cols, mean, max, std, min, good, hot };
  }

  get #sums(): PixelSums {
    return {
      sum: { dtype: 'float64', shape: this.#shape, data: this.#sum },
      seen: { dtype: 'int32', shape: this.#shape, data: this.#seen },
      frames: this.frames,
    };
  }
}
