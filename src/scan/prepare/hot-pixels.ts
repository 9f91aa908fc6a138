/** Hot pixels of the detector: they stand far out of their neighbourhood in the sum of all frames. */
import type { NdArray, RealDType } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Communicator } from '../../parallel/communicator.ts';

/** Sums over frames, one of each per pixel. */
export interface PixelSums {
  /** (rows, cols) valid counts. */
  readonly sum: NdArray<'float64'>;
  /** (rows, cols) frames in which the pixel is valid. */
  readonly seen: NdArray<'int32'>;
  readonly frames: number;
}

/** Sums of frames (n, rows, cols); of none at all, zeros of `shape`. */
export function sumPixels(
  frames: NdArray<RealDType>,
  weights: NdArray<RealDType>,
  shape: Pair = [frames.shape[1], frames.shape[2]],
): PixelSums {
  const size = shape[0] * shape[1];
  const shared = weights.shape.length === 2;
  const sum = new Float64Array(size);
  const seen = new Int32Array(size);
  for (let n = 0; n < frames.shape[0]; n++) {
    for (let p = 0; p < size; p++) {
      const value = frames.data[n * size + p];
      if (!Number.isFinite(value) || !(weights.data[shared ? p : n * size + p] > 0)) continue;
      sum[p] += value;
      seen[p]++;
    }
  }
  return {
    sum: { dtype: 'float64', shape, data: sum },
    seen: { dtype: 'int32', shape, data: seen },
    frames: frames.shape[0],
  };
}

/** Sums over the frames of all ranks, so that the same pixels are hot however the frames are shared out. Collective. */
export async function sumOverRanks(sums: PixelSums, communicator: Communicator): Promise<PixelSums> {
  const counts = await communicator.allGather(sums.frames);
  return {
    sum: await communicator.allReduce(sums.sum),
    seen: await communicator.allReduce(sums.seen),
    frames: counts.reduce((total, count) => total + count, 0),
  };
}

/** How far above its neighbours a pixel of the summed frame must be to be called hot. */
const HOT_RATIO = 20;
const HOT_SIGMA = 10;

/**
 * Pixels (rows·cols, 1 = hot) above 20 times the median of the valid pixels around (5×5), and above it by 10 standard
 * deviations of its counting noise plus 10 counts a frame.
 */
export function hotPixels({
  sum: { data: sum, shape },
  seen: { data: seen },
  frames,
}: PixelSums): Uint8Array {
  const [rows, cols] = shape;
  const hot = new Uint8Array(rows * cols);
  const around: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const p = r * cols + c;
      if (seen[p] === 0 || sum[p] <= 10 * frames) continue;
      around.length = 0;
      /** Neighbours that are not far below. */
      let near = 0;
      for (let y = Math.max(0, r - 2); y <= Math.min(rows - 1, r + 2); y++) {
        for (let x = Math.max(0, c - 2); x <= Math.min(cols - 1, c + 2); x++) {
          const q = y * cols + x;
          if (q === p || seen[q] === 0) continue;
          around.push(sum[q]);
          if (HOT_RATIO * sum[q] >= sum[p]) near++;
        }
      }
      // Of most pixels that is enough to know that the median is among them.
      if (near >= around.length - (around.length >> 1)) continue;
      around.sort((a, b) => a - b);
      const median = around[around.length >> 1];
      const excess = sum[p] - median;
      if (sum[p] > HOT_RATIO * median && excess > HOT_SIGMA * Math.sqrt(median) + 10 * frames) hot[p] = 1;
    }
  }
  return hot;
}
