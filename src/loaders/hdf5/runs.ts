/** Which parts of a stack of frames to read: as few regular blocks as there are. */
import { squeeze } from './layout.ts';

/** Items start, start + step, … below stop along one axis. */
export interface AxisRange {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

/** One block of frames: a range along each leading axis, and where its frames belong in the result, in storage order. */
export interface FrameRun {
  readonly axes: readonly AxisRange[];
  readonly at: readonly number[];
}

interface Line extends AxisRange {
  readonly count: number;
  /** Index along the first of two axes. */
  readonly row: number;
  readonly at: readonly number[];
}

/**
 * Blocks that hold `frames` (numbers in storage order, none twice) of a dataset with these leading axes, at most two of
 * them longer than 1. Sorted by storage, so that chunks of the file are decompressed once.
 */
export function frameRuns(frames: ArrayLike<number>, leading: readonly number[]): FrameRun[] {
  const at = Array.from({ length: frames.length }, (_, i) => i).sort((a, b) => frames[a] - frames[b]);
  const sorted = at.map((i) => frames[i]);
  const long = squeeze(leading);
  const width = long.length === 2 ? long[1] : Math.max(1, long[0]);
  const runs: FrameRun[] = [];
  for (const block of blocks(lines(sorted, at, width))) {
    const [first] = block;
    const last = block[block.length - 1];
    const rowStep = block.length === 1 ? 1 : block[1].row - first.row;
    const rows: AxisRange = { start: first.row, stop: last.row + 1, step: rowStep };
    const cols: AxisRange = { start: first.start, stop: first.stop, step: first.step };
    const ranges = long.length === 2 ? [rows, cols] : [cols];
    runs.push({ axes: withSingles(leading, ranges), at: block.flatMap((line) => line.at) });
  }
  return runs;
}

/** Arithmetic progressions within one row each. */
function lines(sorted: readonly number[], at: readonly number[], width: number): Line[] {
  const found: Line[] = [];
  for (let i = 0; i < sorted.length;) {
    const row = Math.floor(sorted[i] / width);
    const end = (row + 1) * width;
    const step = i + 1 < sorted.length && sorted[i + 1] < end ? sorted[i + 1] - sorted[i] : 1;
    let n = 1;
    while (i + n < sorted.length && sorted[i + n] < end && sorted[i + n] - sorted[i + n - 1] === step) n++;
    const start = sorted[i] - row * width;
    found.push({
      row,
      start,
      stop: start + (n - 1) * step + 1,
      step: n === 1 ? 1 : step,
      count: n,
      at: at.slice(i, i + n),
    });
    i += n;
  }
  return found;
}

/** Equal lines at a constant distance of rows belong together. */
function blocks(all: readonly Line[]): Line[][] {
  const found: Line[][] = [];
  for (const line of all) {
    const block = found.at(-1);
    const previous = block?.at(-1);
    if (block !== undefined && previous !== undefined && continues(block, previous, line)) block.push(line);
    else found.push([line]);
  }
  return found;
}

function continues(block: readonly Line[], previous: Line, line: Line): boolean {
  const same = line.start === previous.start && line.count === previous.count && line.step === previous.step;
  const step = line.row - previous.row;
  return same && step > 0 && (block.length === 1 || step === block[1].row - block[0].row);
}

/** Ranges of the long axes, with index 0 along those of length 1. */
function withSingles(leading: readonly number[], ranges: readonly AxisRange[]): AxisRange[] {
  const single: AxisRange = { start: 0, stop: 1, step: 1 };
  if (leading.every((n) => n === 1)) return leading.map(() => single);
  const rest = [...ranges];
  return leading.map((n) => (n === 1 ? single : (rest.shift() ?? single)));
}
