/** What the colours mean: a bar with its range, or the wheel of a complex picture, and the colour of no value. */
import { memo, useLayoutEffect, useRef } from 'react';
import { upwards } from './Axes.tsx';
import {
  colourTable,
  LEVELS,
  MASKED,
  MASKED_SHARE,
  MISSING,
  phaseColour,
  type ColourMapName,
} from './colours.ts';
import { BAR, GUTTER, type Box } from './layout.ts';
import { formatNumber } from '../../../src/pictures/panels/numbers.ts';
import type { Range } from './range.ts';
import { textWidth } from './text-width.ts';
import { linearTicks, logTicks, phaseTicks, type Tick } from './ticks.ts';

const TICK = 5;
/** For numbers and the label beside the bar. */
const NUMBERS = GUTTER.right - BAR.gap - BAR.width - TICK - 4 - 18;

export interface ColourBarProps {
  readonly bar: Box;
  readonly colourMap: ColourMapName;
  readonly low: number;
  readonly high: number;
  readonly logarithmic: boolean;
  readonly label: string;
}

function barTicks(range: Range, logarithmic: boolean, length: number): readonly Tick[] {
  if (range[0] === -Math.PI && range[1] === Math.PI) return phaseTicks();
  const room = upwards(length, NUMBERS);
  return logarithmic ? logTicks(range, room) : linearTicks(range, room);
}

/** Numbers and label; the colours are `ColourStrip`, which lies below. */
export const ColourBar = memo(function ColourBar(props: ColourBarProps) {
  const { bar, low, high, logarithmic, label } = props;
  const right = bar.x + bar.width;
  const ticks = barTicks([low, high], logarithmic, bar.height);
  const numbers = Math.max(0, ...ticks.map((tick) => textWidth(tick.text)));
  const [x, y] = [right + TICK + 4 + numbers + 14, bar.y + bar.height / 2];
  return (
    <g className="heatmap-axes">
      <rect {...bar} className="heatmap-frame" />
      {ticks.map((tick) => (
        <g key={tick.value} transform={`translate(${right} ${bar.y + (1 - tick.at) * bar.height})`}>
          <line x2={TICK} />
          <text x={TICK + 4} y={4}>
            {tick.text}
          </text>
        </g>
      ))}
      <text textAnchor="middle" transform={`translate(${x} ${y}) rotate(-90)`}>
        {label}
      </text>
    </g>
  );
});

/** The colours from low at the bottom to high at the top. */
export const ColourStrip = memo(function ColourStrip({
  bar,
  colourMap,
}: Pick<ColourBarProps, 'bar' | 'colourMap'>) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const pixels = context.createImageData(1, LEVELS);
    const table = colourTable(colourMap);
    for (let i = 0; i < LEVELS; i++) pixels.data.set(table.subarray(4 * i, 4 * i + 4), 4 * (LEVELS - 1 - i));
    context.putImageData(pixels, 0, 0);
  }, [colourMap]);
  return (
    <canvas className="heatmap-strip" aria-hidden ref={canvas} width={1} height={LEVELS} style={at(bar)} />
  );
});

const WHEEL_DIAMETER = 56;
/** Pixels along a px of the wheel, so that its rim is smooth. */
const FINE = 3;

function wheelBox(bar: Box): Box {
  return { x: bar.x + 4, y: bar.y + 40, width: WHEEL_DIAMETER, height: WHEEL_DIAMETER };
}

/** Hue and brightness of a complex picture. */
export const ColourWheel = memo(function ColourWheel({ bar }: { readonly bar: Box }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const n = WHEEL_DIAMETER * FINE;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const pixels = context.createImageData(n, n);
    for (let row = 0; row < n; row++) {
      for (let col = 0; col < n; col++) {
        // Phase grows counter-clockwise, although rows grow downwards.
        const [x, y] = [((col + 0.5) * 2) / n - 1, 1 - ((row + 0.5) * 2) / n];
        const size = Math.hypot(x, y);
        pixels.data.set([...phaseColour(Math.atan2(y, x), size), size <= 1 ? 255 : 0], 4 * (row * n + col));
      }
    }
    context.putImageData(pixels, 0, 0);
  }, [n]);
  return (
    <canvas
      className="heatmap-wheel"
      aria-hidden
      ref={canvas}
      width={n}
      height={n}
      style={at(wheelBox(bar))}
    />
  );
});

export interface WheelTextProps {
  readonly bar: Box;
  readonly low: number;
  readonly high: number;
  readonly logarithmic: boolean;
}

export const WheelText = memo(function WheelText({ bar, low, high, logarithmic }: WheelTextProps) {
  const { x, y, width } = wheelBox(bar);
  const radius = width / 2;
  const lines = logarithmic
    ? ['log amplitude', `centre ${formatNumber(low)}`, `rim ${formatNumber(high)}`]
    : ['amplitude', 'centre 0', `rim ${formatNumber(high)}`];
  return (
    <g className="heatmap-axes">
      <circle className="heatmap-frame" cx={x + radius} cy={y + radius} r={radius} />
      <text x={x + radius} y={y - 24} textAnchor="middle">
        phase (rad)
      </text>
      <text x={x + radius} y={y - 6} textAnchor="middle">
        π/2
      </text>
      <text x={x + width + 4} y={y + radius + 4}>
        0
      </text>
      <text x={x - 4} y={y + radius + 4} textAnchor="end">
        π
      </text>
      <text x={x + radius} y={y + width + 14} textAnchor="middle">
        −π/2
      </text>
      {lines.map((line, i) => (
        <text key={line} x={x + radius} y={y + width + 36 + 15 * i} textAnchor="middle">
          {line}
        </text>
      ))}
    </g>
  );
});

/** What else a colour says, below the picture to the right. */
export const Legend = memo(function Legend({ x, y, masked }: { x: number; y: number; masked: boolean }) {
  const share = `${100 * MASKED_SHARE}%`;
  const entries = [
    { text: 'no value', fill: `rgb(${MISSING.join(',')})`, opacity: 1 },
    ...(masked ? [{ text: 'masked', fill: `rgb(${MASKED.join(',')})`, opacity: share }] : []),
  ];
  return (
    <g className="heatmap-axes">
      {entries.map(({ text, fill, opacity }, i) => (
        <g key={text} transform={`translate(${x} ${y - 15 * i})`}>
          <rect className="heatmap-swatch" y={-9} width={10} height={10} fill={fill} fillOpacity={opacity} />
          <text x={15}>{text}</text>
        </g>
      ))}
    </g>
  );
});

/** React sets this through the object model, which a strict policy for styles allows. */
export function at({ x, y, width, height }: Box): {
  left: number;
  top: number;
  width: number;
  height: number;
} {
  return { left: x, top: y, width, height };
}
