/** Where positions come to lie on a plane of pixels. */
import type { Picture } from '../../../src/server/protocol/picture-message.ts';

export interface Position {
  readonly index: number;
  readonly y: number;
  readonly x: number;
}

/** Rows of (index, y, x, measured y, measured x). */
export function positionsOf({ values, rows, cols }: Picture): Position[] {
  return Array.from({ length: rows }, (_, row) => {
    const [index, y, x] = values.subarray(row * cols, row * cols + 3);
    return { index, y, x };
  });
}

/** Pixel = start + scale · length, the same scale for both axes, the whole in the middle. */
export interface Layout {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** Low and high ends of both axes. */
export interface Extent {
  readonly y: readonly [number, number];
  readonly x: readonly [number, number];
}

export function extentOf(positions: readonly Position[]): Extent {
  const range = (axis: 'x' | 'y'): [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    for (const { [axis]: value } of positions) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return [low, high];
  };
  return { y: range('y'), x: range('x') };
}

/** With a share of each axis more at both of its ends. */
export function widened({ y, x }: Extent, share: number): Extent {
  const wider = ([low, high]: readonly [number, number]): [number, number] => {
    return [low - share * (high - low), high + share * (high - low)];
  };
  return { y: wider(y), x: wider(x) };
}

/** Fits `extent` into `width` x `height`, `margin` pixels kept free to the left and below, and half of them elsewhere. */
export function fit(extent: Extent, width: number, height: number, margin: number): Layout {
  const [spanY, spanX] = [extent.y, extent.x].map(([low, high]) => high - low);
  const [roomX, roomY] = [width - 1.5 * margin, height - 1.5 * margin];
  const widest = Math.min(roomX / spanX, roomY / spanY);
  const scale = Number.isFinite(widest) && widest > 0 ? widest : 1;
  return {
    scale,
    left: margin + (roomX - scale * spanX) / 2 - scale * extent.x[0],
    top: margin / 2 + (roomY - scale * spanY) / 2 - scale * extent.y[0],
  };
}

/** Round numbers between `low` and `high`, about `count` of them. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, at) => (first + at) * step);
}

/** The nearest to a place, within `reach`. */
export function nearest(
  positions: readonly Position[],
  y: number,
  x: number,
  reach: number,
): Position | undefined {
  let [found, least]: [Position | undefined, number] = [undefined, reach];
  for (const position of positions) {
    const distance = Math.hypot(position.y - y, position.x - x);
    if (distance <= least) [found, least] = [position, distance];
  }
  return found;
}
