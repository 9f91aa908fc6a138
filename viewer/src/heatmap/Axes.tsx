/** Axes in metres, or pixels, around a picture, and a scale bar on it. */
import { memo } from 'react';
import { GUTTER, type Box } from './layout.ts';
import { scaleBar } from './lengths.ts';
import { FONT_SIZE, textWidth } from './text-width.ts';
import { lengthAxis, type Interval, type Room } from './ticks.ts';

const TICK = 5;
/** Of the y axis: between the numbers and the label. */
const LABEL = 16;

export function across(length: number): Room {
  return { length, along: (text) => textWidth(text) + 12, fits: () => true };
}

/** `widest` px for a number beside the axis. */
export function upwards(length: number, widest: number): Room {
  return { length, along: () => FONT_SIZE * 1.6, fits: (text) => textWidth(text) <= widest };
}

export interface AxesProps {
  readonly image: Box;
  /** m, of what is shown. */
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly unit: 'm' | 'px';
}

export const Axes = memo(function Axes({ image, top, left, height, width, unit }: AxesProps) {
  const span = Math.max(height, width);
  const [yRange, xRange]: [Interval, Interval] = [
    [top, top + height],
    [left, left + width],
  ];
  const y = lengthAxis('y', yRange, span, unit, upwards(image.height, GUTTER.left - LABEL - TICK - 8));
  const x = lengthAxis('x', xRange, span, unit, across(image.width));
  const bottom = image.y + image.height;
  const middle = image.y + image.height / 2;
  const yNumbers = Math.max(0, ...y.ticks.map((tick) => textWidth(tick.text)));
  const labelX = image.x - TICK - 4 - yNumbers - 8;
  return (
    <g className="heatmap-axes">
      <rect {...image} className="heatmap-frame" />
      {x.ticks.map((tick) => (
        <g key={tick.value} transform={`translate(${image.x + tick.at * image.width} ${bottom})`}>
          <line y2={TICK} />
          <text y={TICK + 13} textAnchor="middle">
            {tick.text}
          </text>
        </g>
      ))}
      <text x={image.x + image.width / 2} y={bottom + 37} textAnchor="middle">
        {x.label}
      </text>
      {y.ticks.map((tick) => (
        <g key={tick.value} transform={`translate(${image.x} ${image.y + tick.at * image.height})`}>
          <line x2={-TICK} />
          <text x={-TICK - 4} y={4} textAnchor="end">
            {tick.text}
          </text>
        </g>
      ))}
      <text textAnchor="middle" transform={`translate(${labelX} ${middle}) rotate(-90)`}>
        {y.label}
      </text>
      <ScaleBar image={image} width={width} unit={unit} />
    </g>
  );
});

function ScaleBar({ image, width, unit }: Pick<AxesProps, 'image' | 'width' | 'unit'>) {
  const { length, text } = scaleBar(width, unit);
  const bar = (length / width) * image.width;
  const plate = { width: Math.max(bar, textWidth(text)) + 14, height: 28 };
  if (plate.width > image.width - 16 || plate.height > image.height - 16) return null;
  const [x, y] = [image.x + 8, image.y + image.height - plate.height - 8];
  const middle = x + plate.width / 2;
  return (
    <g className="heatmap-scale-bar">
      <rect x={x} y={y} {...plate} rx={3} />
      <text x={middle} y={y + 14} textAnchor="middle">
        {text}
      </text>
      <rect className="heatmap-scale-bar-length" x={middle - bar / 2} y={y + 20} width={bar} height={3} />
    </g>
  );
}
