/** The positions of a scan as one array. */
import { ndarray, type NdArray } from '../../array/ndarray.ts';
import type { ScanPositions } from '../../ptyr/result.ts';

/** (n, 5): scan-point index, y, x, and both as measured. */
export function positionRows({
  indices,
  positions,
  measured,
}: Pick<ScanPositions, 'indices' | 'positions' | 'measured'>): NdArray<'float64'> {
  const data = new Float64Array(5 * indices.length);
  for (const [i, index] of indices.entries()) {
    const pair = (of: NdArray<'float64'>): Float64Array => of.data.subarray(2 * i, 2 * i + 2);
    data.set([index, ...pair(positions), ...pair(measured)], 5 * i);
  }
  return ndarray('float64', [indices.length, 5], data);
}
