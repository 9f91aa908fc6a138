/** Mean, largest, smallest value and standard deviation of each pixel, over frames that come a few at a time. */
import type { NdArray, RealDType } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import { centersOfMass, estimateCenter } from '../../scan/prepare/center.ts';
import { hotPixels, type PixelSums } from '../../scan/prepare/hot-pixels.ts';
import type { PreviewStatistics } from './messages.ts';

export class PixelStatistics {
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
    const size = this.#seen.length;
    const { data } = frames;
    for (let i = 0; i < data.length; i++) {
      if (!(weights.data[i % weights.data.length] > 0)) continue;
      const [value, pixel] = [data[i], i % size];
      const seen = ++this.#seen[pixel];
      const off = value - this.#mean[pixel];
      this.#sum[pixel] += value;
      this.#mean[pixel] += off / seen;
      this.#squares[pixel] += off * (value - this.#mean[pixel]);
      if (value > this.#max[pixel]) this.#max[pixel] = value;
      if (value < this.#min[pixel]) this.#min[pixel] = value;
    }
    this.frames += frames.shape[0];
    this.#centers.push(...centersOfMass(frames, weights, hotPixels(this.#sums)));
  }

  /** Optical axis as preparation finds it: the mean centre of mass of the frames. Null where none has counts. */
  get center(): Pair | null {
    return estimateCenter(this.#centers, 0)?.center ?? null;
  }

  /** As they are now, in memory of their own. */
  now(): PreviewStatistics {
    const seen = this.#seen;
    const where = (value: (pixel: number) => number): Float32Array =>
      Float32Array.from(seen, (count, pixel) => (count === 0 ? NaN : value(pixel)));
    return {
      shape: this.#shape,
      mean: where((pixel) => this.#mean[pixel]),
      max: where((pixel) => this.#max[pixel]),
      std: where((pixel) => Math.sqrt(this.#squares[pixel] / seen[pixel])),
      min: where((pixel) => this.#min[pixel]),
      good: Uint8Array.from(seen, (count) => (count > 0 ? 1 : 0)),
      hot: hotPixels(this.#sums),
    };
  }

  get #sums(): PixelSums {
    return {
      sum: { dtype: 'float64', shape: this.#shape, data: this.#sum },
      seen: { dtype: 'int32', shape: this.#shape, data: this.#seen },
      frames: this.frames,
    };
  }
}
