/** Reading frames, or anything laid out like them: only the frames and pixels asked for, in blocks as large as can be. */
import { allocate, astype, isBig, zeros, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { FileError, messageOf } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Region } from '../../frames/region.ts';
import type { H5File } from '../../hdf5/file.ts';
import { clipRegion, cropPad } from '../../scan/prepare/crop.ts';
import type { OpenFiles } from './files.ts';
import { frameRuns, type FrameRun } from './runs.ts';
import { describeSource, type Source } from './sources.ts';

/** Rows and columns of padding: top, bottom, left, right. */
export type Padding = readonly [number, number, number, number];

/** A dataset of frames: (…outer, …leading, rows, cols). */
export interface Stack extends Source {
  /** Index along each leading axis that belongs to no frame. */
  readonly outer: readonly number[];
  /** Axes that frames are numbered along. */
  readonly leading: readonly number[];
  /** (rows, cols) */
  readonly frame: Pair;
  /**
   * Counts of a detector: pixels between its tiles, which a virtual dataset maps nothing to, are marked as bad, and frames
   * that were never written are bad.
   */
  readonly isCounts?: boolean;
}

/** A frame that could not be read. */
export interface BadFrame {
  /** Position in the list that was asked for. */
  readonly at: number;
  /** Frame in storage order. */
  readonly frame: number;
  readonly error: unknown;
}

export interface StackRead {
  /** (n, rows, cols) of the region. Frames that could not be read are zero. */
  readonly data: NdArray<RealDType>;
  readonly bad: readonly BadFrame[];
}

/** The padded frame. */
export function paddedShape([rows, cols]: Pair, [top, bottom, left, right]: Padding): Pair {
  return [rows + top + bottom, cols + left + right];
}

/** `region` of the padded frame in pixels of the frame itself. */
export function unpad(region: Region, [top, , left]: Padding): Region {
  return { ...region, row: region.row - top, col: region.col - left };
}

/**
 * `region` (pixels of the unpadded frame; it may lie partly outside) of `frames`, which are numbered in storage order.
 * Pixels outside the frame are `fill`.
 */
export async function readStack(
  files: OpenFiles,
  stack: Stack,
  frames: readonly number[],
  region: Region,
  fill = 0,
): Promise<StackRead> {
  const { h5, dtype: stored } = await files.find(stack);
  const dtype = isBig(stored) ? 'float64' : stored;
  const inside = clipRegion(region, stack.frame);
  if (inside === undefined || frames.length === 0) {
    const empty = zeros(dtype, [frames.length, region.rows, region.cols]);
    if (fill !== 0) empty.data.fill(fill);
    return { data: empty, bad: [] };
  }
  const whole = inside.rows === region.rows && inside.cols === region.cols;
  const { data, bad } = readWindow(h5, stack, frames, inside, dtype);
  return { data: whole ? data : placeInto(data, inside, region, fill), bad };
}

function readWindow(
  h5: H5File,
  stack: Stack,
  frames: readonly number[],
  window: Region,
  dtype: RealDType,
): StackRead {
  const size = window.rows * window.cols;
  const bad: BadFrame[] = [];
  const parts: { run: FrameRun; part: NdArray<RealDType> }[] = [];
  const read = (run: FrameRun): void => {
    parts.push({ run, part: readBlock(h5, stack, run, window) });
  };
  for (const run of frameRuns(frames, stack.leading)) {
    try {
      read(run);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      // Which of the block's frames is it? The others can still be read.
      for (const at of run.at) {
        const frame = frames[at];
        try {
          for (const single of frameRuns([frame], stack.leading)) read({ ...single, at: [at] });
        } catch (reason) {
          if (!(reason instanceof FileError)) throw reason;
          bad.push({ at, frame, error: reason });
        }
      }
    }
  }
  const shape = [frames.length, window.rows, window.cols];
  if (parts.length === 1 && parts[0].run.at.every((at, i) => at === i) && bad.length === 0) {
    return { data: { ...parts[0].part, shape }, bad };
  }
  const data = allocate(dtype, frames.length * size);
  for (const { run, part } of parts) {
    run.at.forEach((at, i) => {
      data.set(part.data.subarray(i * size, (i + 1) * size), at * size);
    });
  }
  return { data: { dtype, shape, data }, bad: bad.sort((a, b) => a.at - b.at) };
}

function readBlock(h5: H5File, stack: Stack, run: FrameRun, window: Region): NdArray<RealDType> {
  const array = h5.read(
    stack.key,
    [
      ...stack.outer.map((index) => ({ start: index, stop: index + 1 })),
      ...run.axes,
      { start: window.row, stop: window.row + window.rows },
      { start: window.col, stop: window.col + window.cols },
    ],
    stack.isCounts === true ? { gaps: 'mark', unwritten: 'error' } : {},
  );
  return realArray(array);
}

/** 64-bit integers become doubles (exact up to 2^53). */
export function realArray(array: NdArray): NdArray<RealDType> {
  return (isBig(array.dtype) ? astype(array, 'float64') : array) as NdArray<RealDType>;
}

/** `window` of each frame put where it belongs in `region`; the rest is `fill`. */
export function placeInto(
  array: NdArray<RealDType>,
  window: Region,
  region: Region,
  fill: number,
): NdArray<RealDType> {
  const count = array.shape.length === 2 ? 1 : array.shape[0];
  const data = allocate(array.dtype, count * region.rows * region.cols);
  if (fill !== 0) data.fill(fill);
  const [top, left] = [window.row - region.row, window.col - region.col];
  for (let n = 0; n < count; n++) {
    for (let r = 0; r < window.rows; r++) {
      const from = (n * window.rows + r) * window.cols;
      data.set(
        array.data.subarray(from, from + window.cols),
        (n * region.rows + top + r) * region.cols + left,
      );
    }
  }
  const shape = [...array.shape.slice(0, -2), region.rows, region.cols];
  return { dtype: array.dtype, shape, data };
}

/** `region` of one frame (rows, cols); pixels outside are `fill`. */
export function cropFrame(array: NdArray<RealDType>, region: Region, fill: number): NdArray<RealDType> {
  const [rows, cols] = array.shape;
  const inside = clipRegion(region, [rows, cols]);
  if (inside !== undefined) return placeInto(cropPad(array, inside), inside, region, fill);
  const empty = zeros(array.dtype, [region.rows, region.cols]);
  return { ...empty, data: empty.data.fill(fill) };
}

/** The error for a frame that cannot be read: frame, file and cause. */
export function badFrameError(stack: Stack, bad: BadFrame): FileError {
  const cause = messageOf(bad.error).replace(`${stack.file}: `, '');
  const message = `frame ${bad.frame} of ${describeSource(stack)} cannot be read: ${cause}`;
  return new FileError(message, { file: stack.file, entry: stack.key }, { cause: bad.error });
}
