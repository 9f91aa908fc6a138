/**
 * The automatic optical axis: mean centre of mass of the masked frames, hot pixels left out.
 */
import type { NdArray, RealDType } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';

export interface CenterEstimate {
  readonly center: Pair;
  /** Standard deviation of the frames' centres of mass, pixels (row, col). */
  readonly spread: Pair;
  readonly frames: number;
  readonly hotPixels: number;
}

/**
 * Centres of mass of frames (n, rows, cols), pixels (row, col), counting pixels that are valid and not `hot` (rows·cols,
 * 1 = hot). Frames without counts have none and are left out.
 */
export function centersOfMass(
  frames: NdArray<RealDType>,
  weights: NdArray<RealDType>,
  hot: Uint8Array,
): Pair[] {
  const [count, rows, cols] = frames.shape;
  const size = rows * cols;
  const shared = weights.shape.length === 2;
  const centers: Pair[] = [];
  for (let n = 0; n < count; n++) {
    let [total, sumRow, sumCol] = [0, 0, 0];
    for (let r = 0; r < rows; r++) {
      let rowTotal = 0;
      for (let c = 0; c < cols; c++) {
        const pixel = r * cols + c;
        if (hot[pixel] === 1 || !(weights.data[shared ? pixel : n * size + pixel] > 0)) continue;
        const value = frames.data[n * size + pixel];
        rowTotal += value;
        sumCol += value * c;
      }
      total += rowTotal;
      sumRow += rowTotal * r;
    }
    if (total > 0) centers.push([sumRow / total, sumCol / total]);
  }
  return centers;
}

/** Mean and spread of centres from all ranks; `undefined` when no frame had counts. */
export function estimateCenter(centers: readonly Pair[], hotPixels: number): CenterEstimate | undefined {
  if (centers.length === 0) return undefined;
  const mean = (axis: 0 | 1): number => centers.reduce((sum, c) => sum + c[axis], 0) / centers.length;
  const center: Pair = [mean(0), mean(1)];
  const deviation = (axis: 0 | 1): number =>
    Math.sqrt(centers.reduce((sum, c) => sum + (c[axis] - center[axis]) ** 2, 0) / centers.length);
  return { center, spread: [deviation(0), deviation(1)], frames: centers.length, hotPixels };
}
