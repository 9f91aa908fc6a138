/** From array elements to the pixels of a picture: sizes on the page, averaging down, colouring. */
import type { Pair } from '../../frames/pair.ts';

/** 8-bit RGBA, row after row from the top. */
export interface Rgba {
  readonly rows: number;
  readonly cols: number;
  readonly data: Uint8Array;
}

export type Rgb = readonly [number, number, number];

export function blank(rows: number, cols: number): Rgba {
  return { rows, cols, data: new Uint8Array(rows * cols * 4) };
}

export interface Fit {
  /** Size on the page, px. */
  readonly width: number;
  readonly height: number;
  /** Elements to show: those of the array, or fewer where it is larger than the page allows. */
  readonly rows: number;
  readonly cols: number;
}

/**
 * The largest size within `maxWidth` x `maxHeight` px that keeps metres equal along both axes. Square elements become
 * squares of a whole number of px, so that each looks alike, and may for that exceed the maximum by the factor `slack`;
 * arrays that are too large are to be averaged down.
 */
export function fitImage(
  shape: Pair,
  resolutionM: Pair,
  maxWidth: number,
  maxHeight: number,
  slack = 1,
): Fit {
  const [rows, cols] = shape;
  const [dy, dx] = resolutionM;
  const perMetre = Math.min(maxWidth / (cols * dx), maxHeight / (rows * dy));
  let zoomX = dx * perMetre;
  let zoomY = dy * perMetre;
  if (Math.abs(dx / dy - 1) < 1e-6 && zoomX * slack >= 1) {
    zoomX = Math.floor(zoomX * slack + 1e-9);
    zoomY = zoomX;
  }
  const width = Math.max(1, Math.round(cols * zoomX));
  const height = Math.max(1, Math.round(rows * zoomY));
  return { width, height, rows: Math.min(rows, height), cols: Math.min(cols, width) };
}

/** For each element of an axis the first of the fewer that it goes into, and the share of it that goes there. */
interface Shares {
  readonly first: Int32Array;
  readonly share: Float64Array;
}

function shares(count: number, target: number): Shares {
  const first = new Int32Array(count);
  const share = new Float64Array(count);
  const ratio = target / count;
  for (let i = 0; i < count; i++) {
    const start = (i * target) / count;
    const cell = Math.min(target - 1, Math.floor(start + 1e-9));
    first[i] = cell;
    share[i] = Math.min(1, (cell + 1 - start) / ratio);
    // The last element ends with the last target, whatever the rounding.
    if (cell === target - 1) share[i] = 1;
  }
  return { first, share };
}

/**
 * Area average of a (rows, cols) array to the smaller (toRows, toCols); `components` is 2 for interleaved complex values.
 * NaN is left out; a result of which more than half is NaN is NaN.
 */
export function shrink(
  values: ArrayLike<number>,
  [rows, cols]: Pair,
  [toRows, toCols]: Pair,
  components: 1 | 2 = 1,
): Float64Array {
  const sums = new Float64Array(toRows * toCols * components);
  const weights = new Float64Array(toRows * toCols);
  const down = shares(rows, toRows);
  const across = shares(cols, toCols);
  const line = { sums: new Float64Array(toCols * components), weights: new Float64Array(toCols) };
  const addLine = (toRow: number, share: number) => {
    for (let i = 0; i < line.sums.length; i++) sums[toRow * line.sums.length + i] += share * line.sums[i];
    for (let i = 0; i < toCols; i++) weights[toRow * toCols + i] += share * line.weights[i];
  };
  for (let row = 0; row < rows; row++) {
    line.sums.fill(0);
    line.weights.fill(0);
    addRow(values, row * cols, cols, across, components, line);
    addLine(down.first[row], down.share[row]);
    if (down.share[row] < 1) addLine(down.first[row] + 1, 1 - down.share[row]);
  }
  const half = (0.5 * rows * cols) / (toRows * toCols) - 1e-9;
  for (let i = 0; i < weights.length; i++) {
    for (let k = 0; k < components; k++) {
      const at = i * components + k;
      sums[at] = weights[i] < half ? NaN : sums[at] / weights[i];
    }
  }
  return sums;
}

/** Adds the row of `values` that begins with element `start` to a shorter row of sums and weights. */
function addRow(
  values: ArrayLike<number>,
  start: number,
  cols: number,
  across: Shares,
  components: 1 | 2,
  { sums, weights }: { sums: Float64Array; weights: Float64Array },
): void {
  for (let col = 0; col < cols; col++) {
    const first = values[(start + col) * components];
    const second = components === 2 ? values[(start + col) * 2 + 1] : 0;
    if (Number.isNaN(first + second)) continue;
    const target = across.first[col];
    const share = across.share[col];
    weights[target] += share;
    sums[target * components] += share * first;
    if (components === 2) sums[target * 2 + 1] += share * second;
    if (share >= 1) continue;
    const next = target + 1;
    weights[next] += 1 - share;
    sums[next * components] += (1 - share) * first;
    if (components === 2) sums[next * 2 + 1] += (1 - share) * second;
  }
}

/** Colours a (rows, cols) array of values. */
export function colour(values: ArrayLike<number>, [rows, cols]: Pair, of: (value: number) => Rgb): Rgba {
  const pixels = blank(rows, cols);
  for (let i = 0; i < rows * cols; i++) {
    const [red, green, blue] = of(values[i]);
    pixels.data[4 * i] = red;
    pixels.data[4 * i + 1] = green;
    pixels.data[4 * i + 2] = blue;
    pixels.data[4 * i + 3] = 255;
  }
  return pixels;
}
