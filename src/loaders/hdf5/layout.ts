/**
 * How scan points lie in HDF5 datasets, from shapes alone. Frames are numbered in storage order: frame (a, b) of data
 * (A, B, rows, cols) is a·B + b.
 *
 * Positions → frames (h×w each):
 * (A, B) → (A, B, h, w) · (k) → (k, h, w) · (C, D) → (C·D, h, w) · (C) + (D) → (C, D, h, w) · (C) + (D) → (C·D, h, w).
 */
import { sizeOf } from '../../array/ndarray.ts';
import { ConfigError } from '../../errors.ts';

/** Numbers in C order with their shape. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Slow and fast position of every frame, and the grid (one or two axes) that bounds and skip count along. */
export interface ScanMap {
  readonly grid: readonly number[];
  readonly slow: Float64Array;
  readonly fast: Float64Array;
}

/** Without the axes of length 1; at least one axis. */
export function squeeze(shape: readonly number[]): readonly number[] {
  const kept = shape.filter((n) => n !== 1);
  return kept.length === 0 ? [1] : kept;
}

/**
 * Pairs positions with frames of these leading axes (the data's without rows and cols). Undefined when no layout fits.
 */
export function mapScan(leading: readonly number[], slow: Values, fast: Values): ScanMap | undefined {
  const frames = sizeOf(leading);
  const axes = squeeze(leading);
  const [slowShape, fastShape] = [squeeze(slow.shape), squeeze(fast.shape)];
  if (axes.length > 2) return undefined;
  if (same(slowShape, fastShape) && slow.data.length === frames) {
    const grid = axes.length === 1 ? slowShape : axes;
    const fits = same(slowShape, grid) || slowShape.length === 1;
    return fits && grid.length <= 2 ? { grid, slow: slow.data, fast: fast.data } : undefined;
  }
  if (slowShape.length !== 1 || fastShape.length !== 1) return undefined;
  const [rows, cols] = [slow.data.length, fast.data.length];
  if (rows * cols !== frames || (axes.length === 2 && !same(axes, [rows, cols]))) return undefined;
  return {
    grid: [rows, cols],
    slow: Float64Array.from({ length: frames }, (_, i) => slow.data[Math.floor(i / cols)]),
    fast: Float64Array.from({ length: frames }, (_, i) => fast.data[i % cols]),
  };
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/** A lower bound, or [min, max). */
export type Bounds = number | readonly [number, number] | null;

export interface Selection {
  readonly slowBounds: Bounds;
  readonly fastBounds: Bounds;
  readonly skip: number;
  /** A value for each frame; those above 0 are kept. */
  readonly filter: Float64Array | undefined;
  /** Which of the frames left comes first, second, … */
  readonly order: readonly number[] | null;
}

/**
 * Frames to use, in order: bounds and skip, then filter, then order. On a plain list of points both bounds count along
 * that list. Throws a ConfigError that names the parameter which leaves nothing or points outside.
 */
export function selectFrames(grid: readonly number[], selection: Selection): Int32Array {
  const { skip, filter, order } = selection;
  const box = 'positions.bounding_box';
  let selected: number[];
  if (grid.length === 1) {
    const slow = range(grid[0], selection.slowBounds, `${box}.slow_axis_bounds`, 'list of scan points');
    const fast = range(grid[0], selection.fastBounds, `${box}.fast_axis_bounds`, 'list of scan points');
    const [start, stop] = [Math.max(slow[0], fast[0]), Math.min(slow[1], fast[1])];
    if (start >= stop) fail(box, `slow and fast bounds have no point of the list in common`);
    selected = every(start, stop, skip);
  } else {
    const [rows, cols] = grid;
    const slow = range(rows, selection.slowBounds, `${box}.slow_axis_bounds`, 'slow axis');
    const fast = range(cols, selection.fastBounds, `${box}.fast_axis_bounds`, 'fast axis');
    const columns = every(fast[0], fast[1], skip);
    selected = every(slow[0], slow[1], skip).flatMap((row) => columns.map((col) => row * cols + col));
  }
  if (filter !== undefined) {
    const before = selected.length;
    selected = selected.filter((frame) => filter[frame] > 0);
    if (selected.length === 0) fail('framefilter', `none of ${before} frames has a value above 0`);
  }
  return Int32Array.from(order === null ? selected : reorder(selected, order));
}

function range(length: number, bounds: Bounds, path: string, axis: string): readonly [number, number] {
  const [min, max] = bounds === null ? [0, length] : typeof bounds === 'number' ? [bounds, length] : bounds;
  if (min < Math.min(max, length)) return [min, Math.min(max, length)];
  return fail(path, `[${min}, ${max}) selects nothing: the ${axis} has the indices 0 to ${length - 1}`);
}

function every(start: number, stop: number, step: number): number[] {
  return Array.from({ length: Math.ceil((stop - start) / step) }, (_, i) => start + i * step);
}

function reorder(frames: readonly number[], order: readonly number[]): number[] {
  const path = 'frameorder.indices';
  const outside = order.find((index) => index >= frames.length);
  if (outside !== undefined) fail(path, `there is no frame ${outside}; ${frames.length} frames are selected`);
  const seen = new Set<number>();
  for (const index of order) {
    if (seen.has(index)) fail(path, `frame ${index} is given more than once`);
    seen.add(index);
  }
  if (order.length === 0) fail(path, 'the list is empty; expected the order of the frames');
  return order.map((index) => frames[index]);
}

function fail(path: string, message: string): never {
  throw new ConfigError([{ path, message }]);
}
