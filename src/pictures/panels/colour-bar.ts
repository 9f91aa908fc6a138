/** The bar that says which colour means which value, its limits, and the colour of missing values. */
import { scaleTicks, type ColourScale } from './colour-maps.ts';
import { blank, type Rgb } from './raster.ts';
import { element, FONT_SIZE, image, INK, line, text, type Box } from './svg.ts';
import { textWidth } from './text-width.ts';

/** Values that are not shown, and what the colour bar calls them. */
export interface Missing {
  readonly colour: Rgb;
  readonly label: string;
}

export interface ColourBar {
  readonly scale: ColourScale;
  /** Quantity and unit. */
  readonly label: string;
  readonly missing?: Missing;
}

const BAR_WIDTH = 18;
const TICK_LENGTH = 5;
const GAP = 4;
const SWATCH = 12;

/** Room a bar needs below for its lower limit and the swatch, px. */
export const COLOUR_BAR_FOOT = 44;
/** Bars are not shorter than this, however flat the image. */
export const SHORTEST_BAR = 120;

export function css([red, green, blue]: Rgb): string {
  return `rgb(${red},${green},${blue})`;
}

function ticksWidth(bar: ColourBar, height: number): number {
  const widths = scaleTicks(bar.scale, height).major.map((tick) => textWidth(tick.text, FONT_SIZE.tick));
  return TICK_LENGTH + GAP + Math.max(0, ...widths);
}

/** Width of bar, numbers and label, px. */
export function colourBarWidth(bar: ColourBar, height: number): number {
  const { scale, missing } = bar;
  return Math.max(
    BAR_WIDTH + ticksWidth(bar, height) + 10 + FONT_SIZE.label,
    textWidth(scale.lowText, FONT_SIZE.tick),
    textWidth(scale.highText, FONT_SIZE.tick),
    missing === undefined ? 0 : SWATCH + 6 + textWidth(missing.label, FONT_SIZE.tick),
  );
}

/** A vertical bar, low values at the bottom; the limits stand above and below it. */
export function drawColourBar(left: number, top: number, height: number, bar: ColourBar): string {
  const { scale, label, missing } = bar;
  const { colours } = scale.map;
  const strip = blank(colours.length, 1);
  colours.forEach((rgb, i) => {
    strip.data.set([...rgb, 255], 4 * (colours.length - 1 - i));
  });
  const box: Box = { x: left, y: top, width: BAR_WIDTH, height };
  const place = (value: number) => {
    const t = scale.log
      ? Math.log(value / scale.low) / Math.log(scale.high / scale.low)
      : (value - scale.low) / (scale.high - scale.low);
    return top + height * (1 - t);
  };
  const right = left + BAR_WIDTH;
  const { major, minor } = scaleTicks(scale, height);
  const parts = [
    image(box, strip),
    element('rect', {
      x: box.x - 0.5,
      y: box.y - 0.5,
      width: box.width + 1,
      height: box.height + 1,
      fill: 'none',
      stroke: INK.axis,
    }),
    ...minor.map((value) => line(right + 0.5, place(value), right + 3, place(value))),
  ];
  for (const tick of major) {
    const y = place(tick.value);
    parts.push(
      line(right + 0.5, y, right + TICK_LENGTH, y),
      text(right + TICK_LENGTH + GAP, y + FONT_SIZE.tick * 0.36, tick.text),
    );
  }
  parts.push(
    text(right + ticksWidth(bar, height) + 6 + FONT_SIZE.label, top + height / 2, label, {
      anchor: 'middle',
      size: FONT_SIZE.label,
      upwards: true,
    }),
  );
  if (scale.highText !== '') parts.push(text(left, top - 10, scale.highText, { fill: INK.quiet }));
  if (scale.lowText !== '') parts.push(text(left, top + height + 19, scale.lowText, { fill: INK.quiet }));
  if (missing !== undefined) {
    const y = top + height + 28;
    parts.push(
      element('rect', {
        x: left + 0.5,
        y: y + 0.5,
        width: SWATCH,
        height: SWATCH,
        fill: css(missing.colour),
        stroke: INK.axis,
      }),
      text(left + SWATCH + 6, y + SWATCH - 1, missing.label, { fill: INK.quiet }),
    );
  }
  return parts.join('');
}
