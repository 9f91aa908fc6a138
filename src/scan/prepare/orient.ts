/**
 * Orientation of frames: three bits, applied in the order transpose (4), flip rows (2), flip columns (1).
 */
import { allocate, type NdArray, type RealDType } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';

export interface Orientation {
  readonly transpose: boolean;
  /** Rows reversed (up-down). */
  readonly flipRows: boolean;
  /** Columns reversed (left-right). */
  readonly flipCols: boolean;
}

export function orientationFrom(code: number | readonly boolean[] | null): Orientation {
  if (code === null) return { transpose: false, flipRows: false, flipCols: false };
  if (typeof code === 'number') {
    return { transpose: (code & 4) !== 0, flipRows: (code & 2) !== 0, flipCols: (code & 1) !== 0 };
  }
  return { transpose: code[0], flipRows: code[1], flipCols: code[2] };
}

export function isIdentity(orientation: Orientation): boolean {
  return !orientation.transpose && !orientation.flipRows && !orientation.flipCols;
}

/** Where the optical axis of a frame of `shape` (before) comes to lie. */
export function orientCenter(center: Pair, shape: Pair, orientation: Orientation): Pair {
  let [row, col] = orientation.transpose ? [center[1], center[0]] : center;
  const [rows, cols] = orientPair(shape, orientation);
  if (orientation.flipRows) row = rows - 1 - row;
  if (orientation.flipCols) col = cols - 1 - col;
  return [row, col];
}

/** A (row, col) pair such as shape or pixel size, after the transpose. */
export function orientPair(pair: Pair, orientation: Orientation): Pair {
  return orientation.transpose ? [pair[1], pair[0]] : pair;
}

/** Each frame of a stack (n, rows, cols), or one frame, in its new orientation. */
export function orient<D extends RealDType>(array: NdArray<D>, orientation: Orientation): NdArray<D> {
  if (isIdentity(orientation)) return array;
  const [height, width] = array.shape.slice(-2);
  const [rows, cols] = orientPair([height, width], orientation);
  const count = array.shape.length === 2 ? 1 : array.shape[0];
  const source = array.data;
  const out = allocate(array.dtype, count * rows * cols);
  // Walk the target; source strides say where each step in a target row or column lands.
  const [rowStride, colStride] = orientation.transpose ? [1, width] : [width, 1];
  for (let n = 0; n < count; n++) {
    const base = n * height * width;
    for (let r = 0; r < rows; r++) {
      const sourceRow = base + (orientation.flipRows ? rows - 1 - r : r) * rowStride;
      let from = orientation.flipCols ? sourceRow + (cols - 1) * colStride : sourceRow;
      const step = orientation.flipCols ? -colStride : colStride;
      const to = (n * rows + r) * cols;
      for (let c = 0; c < cols; c++, from += step) out[to + c] = source[from];
    }
  }
  return { dtype: array.dtype, shape: [...array.shape.slice(0, -2), rows, cols], data: out };
}
