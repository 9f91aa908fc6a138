/** Axes in metres, or pixels of the sample, around an image: x to the right, y downwards, both growing with the array index. */
import type { Pair } from '../../frames/pair.ts';
import { formatNumber } from './numbers.ts';
import { lengthUnit, linearTicks, type Interval, type LengthUnit, type Tick } from './scales.ts';
import { element, FONT_SIZE, INK, line, text, type Box } from './svg.ts';
import { textWidth } from './text-width.ts';

/** Where an array lies, m: from edge to edge of its elements, (first, last). */
export interface Extent {
  readonly y: Interval;
  readonly x: Interval;
  /** Pixels of the sample stand for metres, which are not known. */
  readonly inPixels?: boolean | undefined;
}

/** `originM` is the centre of element (0, 0), as in ptypy's storages. */
export function extentOf(shape: Pair, resolutionM: Pair, originM: Pair, inPixels = false): Extent {
  const along = (axis: 0 | 1): Interval => [
    originM[axis] - resolutionM[axis] / 2,
    originM[axis] + (shape[axis] - 0.5) * resolutionM[axis],
  ];
  return { y: along(0), x: along(1), inPixels };
}

export interface LengthAxis {
  readonly label: string;
  /** `value` in metres. */
  readonly ticks: readonly Tick[];
}

/**
 * Ticks and label of one axis in `unit`. Where the place is more than 1000 times the span away from zero, the round
 * part of it goes into the label, so that the ticks stay short.
 */
export function lengthAxis(
  name: 'x' | 'y',
  [start, stop]: Interval,
  { unit, metres }: LengthUnit,
  length: number,
): LengthAxis {
  const far = Math.max(Math.abs(start), Math.abs(stop)) > 1000 * (stop - start);
  const round = 10 ** Math.ceil(Math.log10(stop - start));
  const offset = far ? Math.round((start + stop) / 2 / round) * round : 0;
  const shown: Interval = [(start - offset) / metres, (stop - offset) / metres];
  const ticks = linearTicks(shown, length, name === 'x' ? 'horizontal' : 'vertical');
  const offsetUnit = lengthUnit(Math.abs(offset), unit === 'pixel');
  const sign = offset > 0 ? '−' : '+';
  const offsetText = `${formatNumber(Math.abs(offset) / offsetUnit.metres, 12)} ${offsetUnit.unit}`;
  return {
    label: offset === 0 ? `${name} (${unit})` : `${name} ${sign} ${offsetText} (${unit})`,
    ticks: ticks.map((tick) => ({ value: tick.value * metres + offset, text: tick.text })),
  };
}

const TICK_LENGTH = 5;
const GAP = 4;

/** Room below an image for ticks, numbers and label, px. */
export const X_AXIS_HEIGHT = TICK_LENGTH + GAP + FONT_SIZE.tick + 8 + FONT_SIZE.label + 4;

function yTicksWidth(axis: LengthAxis): number {
  return TICK_LENGTH + GAP + Math.max(0, ...axis.ticks.map((tick) => textWidth(tick.text, FONT_SIZE.tick)));
}

/** Room to the left of an image for ticks, numbers and label, px. */
export function yAxisWidth(axis: LengthAxis): number {
  return yTicksWidth(axis) + 10 + FONT_SIZE.label;
}

export interface ImageAxes {
  readonly x: LengthAxis;
  readonly y: LengthAxis;
}

/** Both axes of an image of `width` x `height` px, in one unit. */
export function imageAxes(extent: Extent, width: number, height: number): ImageAxes {
  const span = Math.max(extent.x[1] - extent.x[0], extent.y[1] - extent.y[0]);
  const unit = lengthUnit(span, extent.inPixels);
  return { x: lengthAxis('x', extent.x, unit, width), y: lengthAxis('y', extent.y, unit, height) };
}

/** How far the numbers and the label of the x axis stand out to the left and to the right of an image of `width` px. */
export function xAxisOverhang(axis: LengthAxis, [start, stop]: Interval, width: number): Pair {
  let [left, right] = [0, 0];
  const reach = (middle: number, content: string, size: number) => {
    const half = textWidth(content, size) / 2;
    left = Math.max(left, half - middle);
    right = Math.max(right, middle + half - width);
  };
  for (const tick of axis.ticks)
    reach(((tick.value - start) / (stop - start)) * width, tick.text, FONT_SIZE.tick);
  reach(width / 2, axis.label, FONT_SIZE.label);
  return [left, right];
}

/** The frame around `box`, and the axes: all of them, or only what `sides` names (tiles share axes). */
export function drawAxes(
  box: Box,
  extent: Extent,
  axes: ImageAxes,
  sides: { readonly x: boolean; readonly y: boolean } = { x: true, y: true },
): string {
  const bottom = box.y + box.height;
  const frame = element('rect', {
    x: box.x - 0.5,
    y: box.y - 0.5,
    width: box.width + 1,
    height: box.height + 1,
    fill: 'none',
    stroke: INK.axis,
  });
  const parts = [frame];
  if (sides.x) {
    for (const tick of axes.x.ticks) {
      const x = box.x + ((tick.value - extent.x[0]) / (extent.x[1] - extent.x[0])) * box.width;
      parts.push(
        line(x, bottom + 0.5, x, bottom + TICK_LENGTH),
        text(x, bottom + TICK_LENGTH + GAP + FONT_SIZE.tick * 0.8, tick.text, { anchor: 'middle' }),
      );
    }
    parts.push(
      text(box.x + box.width / 2, bottom + X_AXIS_HEIGHT - 5, axes.x.label, {
        anchor: 'middle',
        size: FONT_SIZE.label,
      }),
    );
  }
  if (sides.y) {
    for (const tick of axes.y.ticks) {
      const y = box.y + ((tick.value - extent.y[0]) / (extent.y[1] - extent.y[0])) * box.height;
      parts.push(
        line(box.x - TICK_LENGTH, y, box.x - 0.5, y),
        text(box.x - TICK_LENGTH - GAP, y + FONT_SIZE.tick * 0.36, tick.text, { anchor: 'end' }),
      );
    }
    parts.push(
      text(box.x - yTicksWidth(axes.y) - 8, box.y + box.height / 2, axes.y.label, {
        anchor: 'middle',
        size: FONT_SIZE.label,
        upwards: true,
      }),
    );
  }
  return parts.join('');
}
