/** What is looked at, as planes that a page draws. */
import type { NdArray, RealDType } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import { STATISTICS } from '../../scan/prepare/mask-edits.ts';
import type { PreviewPlanes } from './messages.ts';
import type { RawStatistics } from './pixel-statistics.ts';

export function statisticsPlanes(statistics: RawStatistics): PreviewPlanes {
  const { rows, cols, good, hot } = statistics;
  const size = rows * cols;
  const planes = STATISTICS.length + 1;
  const values = new Float32Array(planes * size);
  STATISTICS.forEach((name, at) => {
    values.set(statistics[name], at * size);
  });
  const flags = values.subarray((planes - 1) * size);
  for (let pixel = 0; pixel < size; pixel++) flags[pixel] = good[pixel] + 2 * hot[pixel];
  return { shape: [rows, cols], planes, values };
}

/** Of one frame (1, rows, cols) and its weights. Throws a `DataError` where it was left out because it cannot be read. */
export function framePlanes(data: NdArray<RealDType>, weights: NdArray<RealDType>): PreviewPlanes {
  const [count, rows, cols] = data.shape;
  if (count === 0) throw new DataError('this frame cannot be read');
  const size = rows * cols;
  const values = new Float32Array(3 * size);
  values.set(data.data, 0);
  values.set(data.data, size);
  values.set(weights.data, 2 * size);
  return { shape: [rows, cols], planes: 3, values };
}
