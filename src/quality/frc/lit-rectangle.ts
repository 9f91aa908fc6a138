/** The largest rectangle that is lit throughout: what a Fourier transform can take. */
import type { Pair } from '../../frames/pair.ts';
import type { Region } from '../../frames/region.ts';

/** The rectangle with the most pixels that are all above 0 in `lit`, (rows, cols); of 0 rows and columns where nothing is. */
export function largestRectangle(lit: ArrayLike<number>, [rows, cols]: Pair): Region {
  let best: Region = { row: 0, col: 0, rows: 0, cols: 0 };
  /** Lit pixels in a row that end at the present one, upwards, for every column. */
  const heights = new Int32Array(cols + 1);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) heights[c] = lit[r * cols + c] > 0 ? heights[c] + 1 : 0;
    // Columns from which on everything is at least so high, lowest first: each waits for a lower one to end it.
    const starts: { readonly left: number; readonly height: number }[] = [];
    for (let c = 0; c <= cols; c++) {
      let left = c;
      for (let last = starts.at(-1); last !== undefined && last.height > heights[c]; last = starts.at(-1)) {
        if (last.height * (c - last.left) > best.rows * best.cols) {
          best = { row: r - last.height + 1, col: last.left, rows: last.height, cols: c - last.left };
        }
        left = last.left;
        starts.pop();
      }
      if (heights[c] > (starts.at(-1)?.height ?? 0)) starts.push({ left, height: heights[c] });
    }
  }
  return best;
}

/** The same middle, sides shortened to products of 2, 3 and 5, whose transforms are quick. */
export function quickRectangle({ row, col, rows, cols }: Region): Region {
  const [height, width] = [quickSize(rows), quickSize(cols)];
  return {
    row: row + Math.floor((rows - height) / 2),
    col: col + Math.floor((cols - width) / 2),
    rows: height,
    cols: width,
  };
}

/** The largest product of 2, 3 and 5 up to `n`; 0 for 0. */
function quickSize(n: number): number {
  for (let size = n; size > 0; size--) {
    let rest = size;
    for (const factor of [2, 3, 5]) while (rest % factor === 0) rest /= factor;
    if (rest === 1) return size;
  }
  return 0;
}
