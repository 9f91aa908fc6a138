/** A real array as an image with axes in metres and a colour bar. */
import type { Pair } from '../../frames/pair.ts';
import {
  drawAxes,
  extentOf,
  imageAxes,
  X_AXIS_HEIGHT,
  xAxisOverhang,
  yAxisWidth,
  type Extent,
} from './axes.ts';
import {
  COLOUR_BAR_FOOT,
  colourBarWidth,
  drawColourBar,
  SHORTEST_BAR,
  type ColourBar,
} from './colour-bar.ts';
import { colourOf } from './colour-maps.ts';
import { colour, type Fit, fitImage, type Rgb } from './raster.ts';
import { FONT_SIZE, image, picture, text, type Box } from './svg.ts';
import { fitText } from './text-width.ts';

/** Width of a figure, px; only labels that would be cut make one wider. */
export const FIGURE_WIDTH = 900;
const MARGIN = 14;
const TITLE_HEIGHT = 38;
/** Room for the upper limit of the colour bar. */
const HEAD = 24;
/** Between image and colour bar, px, where numbers need no more. */
const GAP = 22;
/** Largest image, px, and by what factor whole px for each element may exceed it. */
export const IMAGE_SIZE = 690;
const SLACK = 1.18;

const WHITE: Rgb = [255, 255, 255];

/** Size of the image of an array in a panel. */
export function fitPanel(shape: Pair, resolutionM: Pair): Fit {
  return fitImage(shape, resolutionM, IMAGE_SIZE, IMAGE_SIZE, SLACK);
}

export interface PanelFrame {
  readonly title: string;
  readonly extent: Extent;
  /** Size of the image, px. */
  readonly width: number;
  readonly height: number;
  readonly bar: ColourBar;
}

/** Title, axes and colour bar around whatever `content` draws into the box it is given. */
export function framePanel(frame: PanelFrame, content: (box: Box) => string): string {
  const { extent, width, height, bar } = frame;
  const axes = imageAxes(extent, width, height);
  const barHeight = Math.max(SHORTEST_BAR, height);
  const left = yAxisWidth(axes.y);
  // The lower limit of the bar stands as high as the numbers of the x axis.
  const gap = Math.max(GAP, Math.ceil(xAxisOverhang(axes.x, extent.x, width)[1]) + 8);
  const needed = left + width + gap + colourBarWidth(bar, barHeight);
  const total = Math.max(FIGURE_WIDTH, Math.ceil(needed) + 2 * MARGIN);
  const top = TITLE_HEIGHT + HEAD;
  const box: Box = {
    x: Math.round((total - needed) / 2 + left),
    y: top + Math.round((barHeight - height) / 2),
    width,
    height,
  };
  const below = Math.max(COLOUR_BAR_FOOT, X_AXIS_HEIGHT - (barHeight - height) / 2);
  return picture(
    total,
    top + barHeight + below + MARGIN,
    text(total / 2, 27, fitText(frame.title, FONT_SIZE.title, total - 2 * MARGIN), {
      anchor: 'middle',
      size: FONT_SIZE.title,
    }),
    content(box),
    drawAxes(box, extent, axes),
    drawColourBar(box.x + width + gap, top, barHeight, bar),
  );
}

export interface ImagePanel {
  readonly title: string;
  /** (rows, cols) of the array, m per element along both, and the centre of element (0, 0), m. */
  readonly shape: Pair;
  readonly resolutionM: Pair;
  readonly originM: Pair;
  /** Pixels of the sample stand for metres, which are not known. */
  readonly inPixels?: boolean | undefined;
  /** Elements to show, `fit.rows` x `fit.cols` (fewer than the array has where it is too large); NaN is missing. */
  readonly values: ArrayLike<number>;
  readonly fit: Fit;
  readonly bar: ColourBar;
}

/** SVG of the panel. Row 0 is at the top; every element is a rectangle of one colour. */
export function imagePanel(panel: ImagePanel): string {
  const { bar, fit, values } = panel;
  const missing = bar.missing?.colour ?? WHITE;
  const pixels = colour(values, [fit.rows, fit.cols], (value) =>
    Number.isNaN(value) ? missing : colourOf(bar.scale, value),
  );
  return framePanel(
    {
      title: panel.title,
      extent: extentOf(panel.shape, panel.resolutionM, panel.originM, panel.inPixels),
      width: fit.width,
      height: fit.height,
      bar,
    },
    (box) => image(box, pixels),
  );
}
