/**
 * Where views lie. Pixels are counted on a lattice fixed in space: lattice pixel n is at n·resolution metres. An object
 * grid is a window of the lattice, so that it may grow without moving any view by a rounding step.
 */
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';

/** Views on the lattice of an object. */
export interface ViewPixels {
  /** (n, 2) lattice pixel nearest to each position. */
  readonly pixels: Int32Array;
  /** (n, 2) position minus that pixel, in pixels, within ±0.5. */
  readonly residuals: Float64Array;
}

/** A window of the lattice. */
export interface Grid {
  /** Lattice pixel of the grid's first row and column. */
  readonly first: Pair;
  /** (rows, cols) */
  readonly shape: Pair;
}

/** More pixels than this in an object mean that positions or geometry are wrong (units, most often). */
export const LARGEST_OBJECT = 2 ** 28;

/** Nearest pixels of `positions`, (n, 2) in m. Throws `DataError` for positions that are no numbers or far off. */
export function viewPixels(positions: ArrayLike<number>, resolutionM: Pair): ViewPixels {
  const pixels = new Int32Array(positions.length);
  const residuals = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i++) {
    const exact = positions[i] / resolutionM[i % 2];
    const nearest = Math.round(exact);
    if (!(Math.abs(nearest) < 2 ** 30)) {
      throw new DataError(
        `position ${Math.floor(i / 2)} is ${positions[i]} m at a pixel of ${resolutionM[i % 2]} m: positions are in metres`,
      );
    }
    pixels[i] = nearest;
    residuals[i] = exact - nearest;
  }
  return { pixels, residuals };
}

/**
 * The smallest grid that holds frames of `frameShape` centred (pixel N//2) on `pixels`, and `around` if given.
 * Throws `DataError` without any of them, and for grids of more than 2^28 pixels.
 */
export function gridAround(pixels: Int32Array, frameShape: Pair, around?: Grid): Grid {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const axis of [0, 1] as const) {
    if (around !== undefined) {
      low[axis] = around.first[axis];
      high[axis] = around.first[axis] + around.shape[axis];
    }
    for (let i = axis; i < pixels.length; i += 2) {
      const first = pixels[i] - Math.floor(frameShape[axis] / 2);
      low[axis] = Math.min(low[axis], first);
      high[axis] = Math.max(high[axis], first + frameShape[axis]);
    }
  }
  return gridBetween(low, high);
}

/** The smallest grid that holds two. Throws `DataError` for more than 2^28 pixels. */
export function gridOver(a: Grid, b: Grid): Grid {
  const axes = [0, 1] as const;
  return gridBetween(
    axes.map((axis) => Math.min(a.first[axis], b.first[axis])),
    axes.map((axis) => Math.max(a.first[axis] + a.shape[axis], b.first[axis] + b.shape[axis])),
  );
}

function gridBetween(low: readonly number[], high: readonly number[]): Grid {
  const shape: Pair = [high[0] - low[0], high[1] - low[1]];
  if (!(shape[0] > 0 && shape[1] > 0))
    throw new DataError('object without views: at least one position is needed');
  if (shape[0] * shape[1] > LARGEST_OBJECT) {
    throw new DataError(
      `the positions span an object of ${shape[0]}x${shape[1]} pixels: check that positions are in metres, and ` +
        'energy, distance and psize of the data',
    );
  }
  return { first: [low[0], low[1]], shape };
}

/** First rows and columns of views in the grid, (n, 2). */
export function cornersIn(grid: Grid, pixels: Int32Array, frameShape: Pair): Int32Array {
  return pixels.map((pixel, i) => {
    const axis = i % 2 === 0 ? 0 : 1;
    return pixel - Math.floor(frameShape[axis] / 2) - grid.first[axis];
  });
}

/** sums += factor·plane, with the plane's pixel N//2 at `center`, as far as it lies inside. Both row by row. */
export function addView(
  sums: Float64Array,
  [rows, cols]: Pair,
  plane: Float64Array,
  [height, width]: Pair,
  center: Pair,
  factor = 1,
): void {
  const top = center[0] - Math.floor(height / 2);
  const left = center[1] - Math.floor(width / 2);
  const [start, stop] = [Math.max(0, -left), Math.min(width, cols - left)];
  for (let r = Math.max(0, -top); r < Math.min(height, rows - top); r++) {
    const to = (top + r) * cols + left;
    for (let c = start; c < stop; c++) sums[to + c] += factor * plane[r * width + c];
  }
}
