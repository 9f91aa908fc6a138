/**
 * Rebinning: r×r pixels become one. The sum keeps photon counts counts; the mean is what ptypy does.
 */
import { allocate, type NdArray, type RealDType } from '../../array/ndarray.ts';

export type RebinMode = 'sum' | 'mean';

/** Element type that holds the sum or mean of many pixels exactly (integers) or as precisely as the input (floats). */
function rebinnedType(dtype: RealDType, mode: RebinMode): RealDType {
  if (dtype === 'float32' || dtype === 'float64') return dtype;
  if (mode === 'mean' || dtype === 'int32' || dtype === 'uint32') return 'float64';
  return 'int32'; // 32² pixels of 16 bits fit
}

/** Bins each frame of a stack (n, rows, cols), or one frame. `factor` must divide rows and columns. */
export function rebin(array: NdArray<RealDType>, factor: number, mode: RebinMode): NdArray<RealDType> {
  if (factor === 1) return array;
  const [height, width] = array.shape.slice(-2);
  const [rows, cols] = [height / factor, width / factor];
  const count = array.shape.length === 2 ? 1 : array.shape[0];
  const dtype = rebinnedType(array.dtype, mode);
  const out = allocate(dtype, count * rows * cols);
  const scale = mode === 'mean' ? factor * factor : 1;
  const sums = new Float64Array(cols);
  for (let row = 0; row < count * rows; row++) {
    sums.fill(0);
    for (let y = 0; y < factor; y++) addRow(array.data, (row * factor + y) * width, factor, sums);
    for (let c = 0; c < cols; c++) out[row * cols + c] = sums[c] / scale;
  }
  return { dtype, shape: [...array.shape.slice(0, -2), rows, cols], data: out };
}

function addRow(data: ArrayLike<number>, start: number, factor: number, sums: Float64Array): void {
  for (let c = 0, i = start; c < sums.length; c++) {
    for (let x = 0; x < factor; x++, i++) sums[c] += data[i];
  }
}

/**
 * Bins weights (n, rows, cols) or (rows, cols): the mean of the r×r weights where all of them are valid, else 0.
 * A super-pixel is valid only if all its pixels are.
 */
export function rebinWeights(weights: NdArray<RealDType>, factor: number): NdArray<RealDType> {
  if (factor === 1) return weights;
  const out = rebin(weights, factor, 'mean');
  const valid: NdArray<'uint8'> = {
    dtype: 'uint8',
    shape: weights.shape,
    data: Uint8Array.from(weights.data as ArrayLike<number>, (w) => (w > 0 ? 1 : 0)),
  };
  const counts = rebin(valid, factor, 'sum');
  for (let i = 0; i < out.data.length; i++) if (counts.data[i] < factor * factor) out.data[i] = 0;
  return out;
}
