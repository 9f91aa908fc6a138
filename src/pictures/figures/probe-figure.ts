/** All modes of a probe as tiles, phase as hue and amplitude as brightness. */
import { DataError } from '../../errors.ts';
import { itemPowers } from '../../array/item-powers.ts';
import { describe, isComplex, item, toNumbers, type NdArray } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import { drawAxes, extentOf, imageAxes, X_AXIS_HEIGHT, xAxisOverhang, yAxisWidth } from '../panels/axes.ts';
import { colourWheel, complexImage, WHEEL_SIZE } from '../panels/complex-image.ts';
import { FIGURE_WIDTH } from '../panels/image-panel.ts';
import { fitImage, shrink } from '../panels/raster.ts';
import { FONT_SIZE, image, INK, picture, text, type Box } from '../panels/svg.ts';
import { fitText, textWidth } from '../panels/text-width.ts';

export interface ProbeFigure {
  /** Complex (modes, rows, cols) or (rows, cols). */
  readonly probe: NdArray;
  /** Size of an element along (rows, cols), m. */
  readonly resolutionM: Pair;
  /** Pixels of the sample stand for metres, which are not known. */
  readonly inPixels?: boolean | undefined;
  readonly title?: string;
}

const MARGIN = 14;
const GAP = 18;
const TILE_TITLE = 26;
const TOP = 40;
/** However flat the tiles, their y labels stand one above the other. */
const LOWEST_SLOT = 56;
const MAX_TILE = 640;

function columnsFor(modes: number): number {
  if (modes <= 3) return modes;
  return Math.min(6, Math.ceil(Math.sqrt(modes)));
}

/**
 * SVG of the modes with their power in %. Metres are counted from element (rows/2, cols/2), where ptypy puts the
 * optical axis. Each mode is as bright as its own largest amplitude, or a weak one would not be seen.
 */
export function probeSvg({ probe: given, resolutionM, inPixels, title = 'probe' }: ProbeFigure): string {
  const probe = given.shape.length === 2 ? { ...given, shape: [1, ...given.shape] } : given;
  if (probe.shape.length !== 3 || !isComplex(probe.dtype) || probe.data.length === 0) {
    throw new DataError(`probe to draw is a complex (modes, rows, cols) array, got ${describe(given)}`);
  }
  const [modes, rows, cols] = probe.shape;
  const powers = itemPowers(probe);
  const columns = columnsFor(modes);
  const lines = Math.ceil(modes / columns);
  const shape: Pair = [rows, cols];
  const originM: Pair = [-Math.floor(rows / 2) * resolutionM[0], -Math.floor(cols / 2) * resolutionM[1]];
  const extent = extentOf(shape, resolutionM, originM, inPixels);
  const assumedAxis = 60;
  const room = FIGURE_WIDTH - 2 * MARGIN - assumedAxis - WHEEL_SIZE.width - GAP;
  const tileRoom = Math.floor((room - (columns - 1) * GAP) / columns);
  const fit = fitImage(shape, resolutionM, Math.min(MAX_TILE, tileRoom), MAX_TILE);
  const axes = imageAxes(extent, fit.width, fit.height);

  const names = powers.map((power, mode) =>
    tileName(`mode ${mode}`, `${(100 * power).toFixed(1)} %`, Math.max(fit.width, tileRoom)),
  );
  const cell = Math.max(fit.width, ...names.map((name) => Math.ceil(textWidth(name, FONT_SIZE.tick))));
  const [toLeft, toRight] = xAxisOverhang(axes.x, extent.x, fit.width);
  const gap = Math.max(GAP, Math.ceil(toLeft + toRight) + 8);
  const left = yAxisWidth(axes.y);
  const needed = left + columns * (cell + gap) + WHEEL_SIZE.width;
  const total = Math.max(FIGURE_WIDTH, Math.ceil(needed) + 2 * MARGIN);
  const start = Math.round((total - needed) / 2 + left);
  const step = Math.max(fit.height, LOWEST_SLOT) + TILE_TITLE + 6;

  const parts: string[] = [];
  for (let mode = 0; mode < modes; mode++) {
    const box: Box = {
      x: start + (mode % columns) * (cell + gap) + Math.floor((cell - fit.width) / 2),
      y: TOP + Math.floor(mode / columns) * step + TILE_TITLE + Math.max(0, (LOWEST_SLOT - fit.height) / 2),
      width: fit.width,
      height: fit.height,
    };
    const values = toNumbers(item(probe, mode));
    const shown = shrink(values, shape, [fit.rows, fit.cols], 2);
    parts.push(
      image(box, complexImage(shown, [fit.rows, fit.cols], largestAmplitude(shown))),
      drawAxes(box, extent, axes, { x: mode + columns >= modes, y: mode % columns === 0 }),
      text(box.x + fit.width / 2, box.y - 9, names[mode], { anchor: 'middle' }),
    );
  }
  const height = TOP + lines * step + X_AXIS_HEIGHT;
  return picture(
    total,
    Math.max(height, TOP + WHEEL_SIZE.height) + 24 + MARGIN,
    text(total / 2, 27, fitText(title, FONT_SIZE.title, total - 2 * MARGIN), {
      anchor: 'middle',
      size: FONT_SIZE.title,
    }),
    ...parts,
    colourWheel(start + columns * (cell + gap), TOP + TILE_TITLE - 14),
    text(
      total / 2,
      Math.max(height, TOP + WHEEL_SIZE.height) + 18,
      'hue: phase; brightness: amplitude over the largest of the mode; %: share of the power',
      { anchor: 'middle', fill: INK.quiet },
    ),
  );
}

/** `mode 3: 1.2 %`, or only the power where tiles are too narrow. */
function tileName(name: string, power: string, width: number): string {
  const full = `${name}: ${power}`;
  return textWidth(full, FONT_SIZE.tick) <= width ? full : power;
}

function largestAmplitude(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i += 2) {
    const amplitude = Math.hypot(values[i], values[i + 1]);
    if (amplitude > largest) largest = amplitude;
  }
  return largest;
}
