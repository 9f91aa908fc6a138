/**
 * Edits of a mask: a list of what was done, one after the other, to a mask of good pixels. The page draws with it while a hand paints,
 * and the program that writes the mask applies the same list again. Needs neither Node nor a browser.
 */

/** What is known of each pixel (rows·cols) from raw frames. */
export interface PixelStatistics {
  readonly rows: number;
  readonly cols: number;
  readonly mean: Float32Array;
  readonly max: Float32Array;
  readonly std: Float32Array;
  readonly min: Float32Array;
  /** 1: stands far out of its neighbourhood. */
  readonly hot: Uint8Array;
}

export const STATISTICS = ['mean', 'max', 'std', 'min'] as const;

export type Statistic = (typeof STATISTICS)[number];

/** (row, col) of a frame, counted from the middle of the first pixel; fractions are places between. */
export type Place = readonly [number, number];

/** `masks`: pixels become bad, else good again. */
export type MaskEdit =
  /** All pixels whose middle is within `radius` of the line through `points`. */
  | {
      readonly do: 'brush';
      readonly radius: number;
      readonly points: readonly Place[];
      readonly masks: boolean;
    }
  /** All pixels from one corner to the other, both included. */
  | { readonly do: 'rectangle'; readonly from: Place; readonly to: Place; readonly masks: boolean }
  /** All pixels whose statistic is above or below a value. */
  | {
      readonly do: 'threshold';
      readonly of: Statistic;
      readonly side: 'above' | 'below';
      readonly value: number;
      readonly masks: boolean;
    }
  | { readonly do: 'hot'; readonly masks: boolean }
  /** All pixels are good again. */
  | { readonly do: 'clear' };

/** The mask (rows·cols, 1 = good) that the edits make of one in which all pixels are good. */
export function maskOfEdits(edits: readonly MaskEdit[], statistics: PixelStatistics): Uint8Array {
  const mask = new Uint8Array(statistics.rows * statistics.cols).fill(1);
  for (const edit of edits) applyEdit(mask, edit, statistics);
  return mask;
}

/** Applies one edit to a mask (rows·cols, 1 = good), in place. */
export function applyEdit(mask: Uint8Array, edit: MaskEdit, statistics: PixelStatistics): void {
  switch (edit.do) {
    case 'clear':
      mask.fill(1);
      break;
    case 'hot':
      setWhere(mask, edit.masks, (pixel) => statistics.hot[pixel] === 1);
      break;
    case 'threshold': {
      const { value } = edit;
      const values = statistics[edit.of];
      // NaN is neither above nor below.
      const isMeant =
        edit.side === 'above'
          ? (pixel: number) => values[pixel] > value
          : (pixel: number) => values[pixel] < value;
      setWhere(mask, edit.masks, isMeant);
      break;
    }
    case 'rectangle': {
      const [rows, cols] = [0, 1].map((axis) =>
        [edit.from[axis], edit.to[axis]].map(Math.round).sort((a, b) => a - b),
      );
      paint(mask, statistics, edit.masks, [rows[0], rows[1], cols[0], cols[1]], () => true);
      break;
    }
    case 'brush':
      brush(mask, statistics, edit);
  }
}

function setWhere(mask: Uint8Array, masks: boolean, isMeant: (pixel: number) => boolean): void {
  const value = masks ? 0 : 1;
  for (let pixel = 0; pixel < mask.length; pixel++) if (isMeant(pixel)) mask[pixel] = value;
}

/** First and last row, first and last column. */
type Box = readonly [number, number, number, number];

function paint(
  mask: Uint8Array,
  { rows, cols }: Pick<PixelStatistics, 'rows' | 'cols'>,
  masks: boolean,
  [top, bottom, left, right]: Box,
  isMeant: (row: number, col: number) => boolean,
): void {
  const value = masks ? 0 : 1;
  for (let row = Math.max(0, top); row <= Math.min(rows - 1, bottom); row++) {
    for (let col = Math.max(0, left); col <= Math.min(cols - 1, right); col++) {
      if (isMeant(row, col)) mask[row * cols + col] = value;
    }
  }
}

function brush(
  mask: Uint8Array,
  frame: Pick<PixelStatistics, 'rows' | 'cols'>,
  { points, radius, masks }: Extract<MaskEdit, { do: 'brush' }>,
): void {
  points.forEach((to, i) => {
    const from = points[Math.max(0, i - 1)];
    const box = [0, 1].flatMap((axis) => [
      Math.ceil(Math.min(from[axis], to[axis]) - radius),
      Math.floor(Math.max(from[axis], to[axis]) + radius),
    ]);
    const [y, x] = [to[0] - from[0], to[1] - from[1]];
    const length = y * y + x * x;
    paint(mask, frame, masks, [box[0], box[1], box[2], box[3]], (row, col) => {
      const [down, right] = [row - from[0], col - from[1]];
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, (down * y + right * x) / length));
      const [dy, dx] = [down - along * y, right - along * x];
      return dy * dy + dx * dx <= radius * radius;
    });
  });
}

/** Edits as lists of at most about `characters` of JSON each. A long stroke of the brush becomes several that meet. */
export function inParts(edits: readonly MaskEdit[], characters: number): MaskEdit[][] {
  const parts: MaskEdit[][] = [[]];
  let room = characters;
  for (const edit of edits.flatMap((one) => shorter(one, characters / 2))) {
    const length = JSON.stringify(edit).length + 1;
    if (length > room && parts[parts.length - 1].length > 0) {
      parts.push([]);
      room = characters;
    }
    parts[parts.length - 1].push(edit);
    room -= length;
  }
  return parts;
}

/** Characters of a place, with numbers as the page gives them. */
const PLACE_LENGTH = 24;

function shorter(edit: MaskEdit, characters: number): MaskEdit[] {
  if (edit.do !== 'brush') return [edit];
  const most = Math.max(2, Math.floor(characters / PLACE_LENGTH));
  const strokes: MaskEdit[] = [];
  for (let start = 0; start === 0 || start < edit.points.length - 1; start += most - 1) {
    strokes.push({ ...edit, points: edit.points.slice(start, start + most) });
  }
  return strokes;
}
