/** Scan positions in the order they were visited. */
import { DataError } from '../../errors.ts';
import { describe, isComplex, toNumbers, type NdArray } from '../../array/ndarray.ts';
import type { Extent } from '../panels/axes.ts';
import { css } from '../panels/colour-bar.ts';
import { colourOf, VIRIDIS, type ColourScale } from '../panels/colour-maps.ts';
import { framePanel, IMAGE_SIZE } from '../panels/image-panel.ts';
import { blank, fitImage } from '../panels/raster.ts';
import { element, image, type Box } from '../panels/svg.ts';

export interface PositionsFigure {
  /** (n, 2) real, m, (y, x), in scan order. */
  readonly positions: NdArray;
  /** Where the same points were measured, if they have moved since: lines lead from there to the positions. */
  readonly measured?: NdArray;
  /** Pixels of the sample stand for metres, which are not known. */
  readonly inPixels?: boolean | undefined;
  readonly title?: string;
}

/** Above this, points are set as pixels and the path is left out: it would cover everything, and take seconds. */
const MANY = 3000;
/** Positions closer than this, m, are rounding of one. */
const ONE_SPOT = 1e-13;
/** Free border around the points, in parts of the span. */
const BORDER = 0.05;

function spanOf(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** The points and a border around them; a line of points gets some height, a single one a square micrometre. */
function extentAround(y: readonly number[], x: readonly number[]): Extent {
  const [top, bottom] = spanOf(y);
  const [left, right] = spanOf(x);
  const largest = Math.max(bottom - top, right - left);
  const smallest = largest > ONE_SPOT ? 0.15 * largest : 1e-6;
  const widen = (low: number, high: number): readonly [number, number] => {
    const half = Math.max(high - low, smallest) / 2 + BORDER * largest;
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  };
  return { y: widen(top, bottom), x: widen(left, right) };
}

/**
 * SVG of the positions, y downwards as the rows of the object; colour is the scan point, a ring the first. The path of the
 * scan is drawn, or where points were measured.
 */
export function positionsSvg({ positions, measured, inPixels, title }: PositionsFigure): string {
  const values = numbersOf(positions);
  const n = values.length / 2;
  const before = measured === undefined ? values : numbersOf(measured);
  if (before.length !== values.length) {
    throw new DataError(`${before.length / 2} measured positions of ${n} points to draw`);
  }
  const visited = Array.from({ length: n }, (_, i) => i).filter((i) =>
    Number.isFinite(values[2 * i] + values[2 * i + 1] + before[2 * i] + before[2 * i + 1]),
  );
  if (visited.length === 0)
    throw new DataError(`positions ${describe(positions)} hold no finite position to draw`);
  const both = measured === undefined ? [values] : [values, before];
  const around = extentAround(
    both.flatMap((each) => visited.map((i) => each[2 * i])),
    both.flatMap((each) => visited.map((i) => each[2 * i + 1])),
  );
  const extent = { ...around, inPixels };
  const spanY = extent.y[1] - extent.y[0];
  const spanX = extent.x[1] - extent.x[0];
  const { width, height } = fitImage([1, 1], [spanY, spanX], IMAGE_SIZE, IMAGE_SIZE);
  const last = Math.max(1, n - 1);
  const scale: ColourScale = {
    map: VIRIDIS,
    low: 0,
    high: last,
    log: false,
    lowText: 'first',
    highText: 'last',
    integers: true,
  };
  const shown =
    title ?? (measured === undefined ? 'scan positions' : 'refined positions, lines from measured');
  return framePanel(
    { title: `${shown} (${n})`, extent, width, height, bar: { scale, label: 'scan point' } },
    (box) => {
      const place = (each: ArrayLike<number>, i: number): Place => ({
        x: box.x + ((each[2 * i + 1] - extent.x[0]) / spanX) * box.width,
        y: box.y + ((each[2 * i] - extent.y[0]) / spanY) * box.height,
      });
      const points = visited.map((i) => ({ ...place(values, i), colour: colourOf(scale, i) }));
      if (n > MANY) return pixelPoints(box, points);
      const lines = measured === undefined ? [points] : points.map((p, k) => [place(before, visited[k]), p]);
      return linesThrough(lines, measured === undefined ? '#b0b0b0' : '#606060') + roundPoints(box, points);
    },
  );
}

function numbersOf(positions: NdArray): ArrayLike<number> {
  if (positions.shape.length !== 2 || positions.shape[1] !== 2 || isComplex(positions.dtype)) {
    throw new DataError(`positions to draw are a real (n, 2) array, m, (y, x); got ${describe(positions)}`);
  }
  return toNumbers(positions);
}

interface Place {
  readonly x: number;
  readonly y: number;
}

interface Point extends Place {
  readonly colour: readonly [number, number, number];
}

/** One thin line through the places of each group. */
function linesThrough(groups: readonly (readonly Place[])[], stroke: string): string {
  const d = groups.map(
    (places) => `M${places.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`,
  );
  return element('path', {
    d: d.join(''),
    fill: 'none',
    stroke,
    'stroke-width': 1,
    'stroke-linejoin': 'round',
  });
}

function roundPoints(box: Box, points: readonly Point[]): string {
  const spacing = Math.sqrt((box.width * box.height) / points.length);
  const r = Math.min(5, Math.max(1.5, spacing / 5));
  const [first] = points;
  return [
    ...points.map(({ x, y, colour }) => element('circle', { cx: x, cy: y, r, fill: css(colour) })),
    element('circle', {
      cx: first.x,
      cy: first.y,
      r: r + 4,
      fill: 'none',
      stroke: '#d55e00',
      'stroke-width': 2,
    }),
  ].join('');
}

function pixelPoints(box: Box, points: readonly Point[]): string {
  const pixels = blank(box.height, box.width);
  for (const { x, y, colour } of points) {
    const left = Math.floor(x - box.x);
    const top = Math.floor(y - box.y);
    for (let row = top; row < Math.min(top + 2, box.height); row++) {
      for (let col = left; col < Math.min(left + 2, box.width); col++) {
        pixels.data.set([...colour, 255], 4 * (row * box.width + col));
      }
    }
  }
  return image(box, pixels);
}
