/** Lines over a whole-numbered x axis with a logarithmic y axis. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { line as linePath } from 'd3-shape';
import { DataError } from '../../errors.ts';
import { styleOf, type Style } from './line-style.ts';
import { linearTicks, logTicks, type Interval } from './scales.ts';
import { element, FONT_SIZE, INK, line, picture, text, type Box } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';

export interface Series {
  readonly name: string;
  /** One value for each x; NaN leaves a gap, values that are not above zero are marked at the foot of the plot. */
  readonly values: readonly number[];
}

/** A vertical line with a name: something begins here. */
export interface Mark {
  readonly x: number;
  readonly name: string;
  /** Drawn through. */
  readonly strong?: boolean;
}

export interface LinePanel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Whole numbers, growing. */
  readonly x: readonly number[];
  readonly series: readonly Series[];
  readonly marks: readonly Mark[];
  /** Indices of x at which every line begins anew. */
  readonly breaks?: readonly number[];
}

const WIDTH = 900;
const PLOT_HEIGHT = 380;
const MARGIN = 14;
const MARK_ROW = 17;
const MARK_ROWS = 4;
const LEGEND_ROW = 24;
const LEGEND_LINE = 40;
/** Between the frame and the outermost points. */
const INSET = 10;

function positive(value: number): boolean {
  return value > 0 && value < Infinity;
}

/** The powers of ten around all values that can be drawn; null when there are none. */
function logDomain(series: readonly Series[]): Interval | null {
  let low = Infinity;
  let high = 0;
  for (const { values } of series) {
    for (const value of values) {
      if (!positive(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (high === 0) return null;
  // A constant still gets an axis with numbers on it.
  return high / low < 1.5 ? [low / 2, high * 2] : [low / (high / low) ** 0.05, high * (high / low) ** 0.05];
}

interface PlacedMark {
  readonly strong: boolean;
  readonly at: number;
  readonly left: number;
  readonly row: number;
  readonly name: string;
}

/** Names beside their lines, on as few rows as keep them apart; names that find no room are left out. */
function placeMarks(marks: readonly Mark[], plot: Box, place: (x: number) => number): PlacedMark[] {
  const ends: number[] = [];
  return marks.map(({ x, name, strong = false }) => {
    const shown = fitText(name, FONT_SIZE.tick, plot.width / 2);
    const width = textWidth(shown, FONT_SIZE.tick);
    const at = place(x);
    const left = Math.min(at, plot.x + plot.width - width);
    let row = ends.findIndex((end) => end + 8 <= left);
    if (row === -1) row = ends.length;
    if (row < MARK_ROWS) ends[row] = left + width;
    return { at, left, row, strong, name: row < MARK_ROWS ? shown : '' };
  });
}

type Point = [number, number];

/** Where many points share a px of the x axis, only the ends and the extremes of each px: the picture is the same. */
function thin(points: readonly Point[]): readonly Point[] {
  if (points.length < 2 * WIDTH) return points;
  const kept = new Set<number>();
  let first = 0;
  for (let i = 1; i <= points.length; i++) {
    if (i < points.length && Math.floor(points[i][0]) === Math.floor(points[first][0])) continue;
    let [lowest, highest] = [first, first];
    for (let k = first; k < i; k++) {
      if (points[k][1] > points[lowest][1]) lowest = k;
      if (points[k][1] < points[highest][1]) highest = k;
      // A gap stays a gap.
      if (Number.isNaN(points[k][1]) !== Number.isNaN(points[k - 1]?.[1])) kept.add(k - 1).add(k);
    }
    kept
      .add(first)
      .add(lowest)
      .add(highest)
      .add(i - 1);
    first = i;
  }
  return [...kept]
    .filter((i) => i >= 0)
    .sort((a, b) => a - b)
    .map((i) => points[i]);
}

interface Drawing {
  readonly place: (value: number) => number;
  readonly foot: number;
  readonly breaks: ReadonlySet<number>;
}

function drawSeries(
  { values }: Series,
  style: Style,
  xs: readonly number[],
  { place, foot, breaks }: Drawing,
): string {
  const points = thin(
    values.flatMap((value, i): Point[] => {
      const point: Point = [xs[i], positive(value) ? place(value) : NaN];
      return breaks.has(i) ? [[xs[i], NaN], point] : [point];
    }),
  );
  const radius = values.length > 500 ? 1.5 : 3;
  const drawn = (i: number) => i >= 0 && i < points.length && !Number.isNaN(points[i][1]);
  const path = linePath()
    .defined(([, y]) => !Number.isNaN(y))
    .digits(1)(points);
  const parts = [
    element('path', {
      d: path ?? undefined,
      fill: 'none',
      stroke: style.stroke,
      'stroke-width': 2,
      'stroke-linejoin': 'round',
      'stroke-dasharray': style.dashes,
    }),
  ];
  points.forEach(([x, y], i) => {
    // A point without neighbours makes no line.
    if (drawn(i) && !drawn(i - 1) && !drawn(i + 1)) {
      parts.push(element('circle', { cx: x, cy: y, r: radius, fill: style.stroke }));
    }
  });
  let lastX = -Infinity;
  values.forEach((value, i) => {
    if (value > 0 || Number.isNaN(value) || xs[i] < lastX + 1) return;
    lastX = xs[i];
    parts.push(triangle(lastX, foot, style.stroke));
  });
  return parts.join('');
}

function triangle(x: number, foot: number, fill: string): string {
  return element('path', { d: `M${(x - 4).toFixed(1)} ${foot - 8}h8l-4 7z`, fill });
}

/** SVG of the panel; the legend stands to the right of the plot. DataError when a series and x differ in length. */
export function linePanel(panel: LinePanel): string {
  const { x, series, marks } = panel;
  const breaks = new Set(panel.breaks);
  for (const { name, values } of series) {
    if (values.length !== x.length) {
      throw new DataError(`line '${name}' has ${values.length} values for ${x.length} places on the x axis`);
    }
  }
  const names = series.map(({ name, values }) => {
    const shown = fitText(name, FONT_SIZE.label, 220);
    return values.some((value) => Number.isFinite(value)) ? shown : `${shown} (none)`;
  });
  const anyZero = series.some(({ values }) => values.some((value) => value <= 0));
  const entries = anyZero ? [...names, 'zero or below'] : names;
  const legendWidth =
    LEGEND_LINE + 8 + Math.max(0, ...entries.map((name) => textWidth(name, FONT_SIZE.label)));

  const domain = logDomain(series);
  const yDomain: Interval = domain ?? [0.1, 10];
  const yTicks = logTicks(yDomain, PLOT_HEIGHT - 2 * INSET, 'vertical');
  const tickWidth = Math.max(0, ...yTicks.major.map((tick) => textWidth(tick.text, FONT_SIZE.tick)));
  const left = Math.ceil(MARGIN + FONT_SIZE.label + 12 + tickWidth + 9);
  const width = Math.floor(WIDTH - MARGIN - legendWidth - 20 - left);

  const first = x.at(0) ?? 0;
  const last = x.at(-1) ?? 1;
  const xDomain: Interval = first === last ? [first - 1, first + 1] : [first, last];
  const xScale = scaleLinear([...xDomain], [left + INSET, left + width - INSET]);
  const placed = placeMarks(marks, { x: left, y: 0, width, height: 0 }, xScale);
  const markRows = Math.max(0, ...placed.map(({ row, name }) => (name === '' ? 0 : row + 1)));
  const top = 44 + markRows * MARK_ROW;
  const bottom = top + PLOT_HEIGHT;
  const yScale = scaleLog([...yDomain], [bottom - INSET, top + INSET]);
  const legendHeight = entries.length * LEGEND_ROW;

  const parts = [
    text(WIDTH / 2, 27, fitText(panel.title, FONT_SIZE.title, WIDTH - 2 * MARGIN), {
      anchor: 'middle',
      size: FONT_SIZE.title,
    }),
  ];
  for (const tick of domain === null ? [] : yTicks.major) {
    const y = yScale(tick.value);
    parts.push(
      line(left, y, left + width, y, { stroke: INK.grid }),
      line(left - 5, y, left, y),
      text(left - 9, y + FONT_SIZE.tick * 0.36, tick.text, { anchor: 'end' }),
    );
  }
  for (const value of domain === null ? [] : yTicks.minor)
    parts.push(line(left - 3, yScale(value), left, yScale(value)));
  for (const tick of linearTicks(xDomain, width - 2 * INSET, 'horizontal', true)) {
    if (x.length <= 1 && tick.value !== x[0]) continue;
    const at = xScale(tick.value);
    parts.push(line(at, bottom, at, bottom + 5), text(at, bottom + 19, tick.text, { anchor: 'middle' }));
  }
  for (const { at, left: nameLeft, row, name, strong } of placed) {
    const upper = top - 4 - row * MARK_ROW;
    parts.push(
      line(at, top, at, bottom, {
        stroke: INK.quiet,
        'stroke-dasharray': strong ? undefined : '1 3',
      }),
    );
    if (name !== '') parts.push(text(nameLeft, upper, name, { fill: INK.quiet }));
  }
  series.forEach((one, i) => {
    parts.push(drawSeries(one, styleOf(i), x.map(xScale), { place: yScale, foot: bottom, breaks }));
  });
  if (domain === null) {
    parts.push(
      text(left + width / 2, top + PLOT_HEIGHT / 2, 'no values', { anchor: 'middle', size: FONT_SIZE.label }),
    );
  }
  parts.push(
    element('rect', { x: left, y: top, width, height: PLOT_HEIGHT, fill: 'none', stroke: INK.axis }),
    text(left + width / 2, bottom + 42, panel.xLabel, { anchor: 'middle', size: FONT_SIZE.label }),
    text(MARGIN + FONT_SIZE.label, top + PLOT_HEIGHT / 2, panel.yLabel, {
      anchor: 'middle',
      size: FONT_SIZE.label,
      upwards: true,
    }),
  );
  entries.forEach((name, i) => {
    const y = top + 14 + i * LEGEND_ROW;
    const from = left + width + 20;
    const style = styleOf(i);
    parts.push(
      i < names.length
        ? line(from, y, from + LEGEND_LINE, y, {
            stroke: style.stroke,
            'stroke-width': 2,
            'stroke-dasharray': style.dashes,
          })
        : triangle(from + LEGEND_LINE / 2, y + 5, INK.quiet),
      text(from + LEGEND_LINE + 8, y + 5, name, { size: FONT_SIZE.label }),
    );
  });
  return picture(WIDTH, Math.max(bottom + 54, top + 14 + legendHeight), ...parts);
}
