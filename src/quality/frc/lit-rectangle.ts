/** The largest rectangle that is lit throughout: what a Fourier transform can take. */

export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly cols: number;
}

/** The rectangle with the most pixels that are all above 0 in `lit`, (rows, cols); of 0 rows and columns where nothing is. */
export function largestRectangle(lit: ArrayLike<number>, [rows, cols]: readonly [number, number]): Rectangle {
  let best: Rectangle = { top: 0, left: 0, rows: 0, cols: 0 };
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
          best = { top: r - last.height + 1, left: last.left, rows: last.height, cols: c - last.left };
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
export function quickRectangle({ top, left, rows, cols }: Rectangle): Rectangle {
  const [height, width] = [quickSize(rows), quickSize(cols)];
  return {
    top: top + Math.floor((rows - height) / 2),
    left: left + Math.floor((cols - width) / 2),
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
