import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import type { HistoryEntry } from '../../../src/server/protocol/messages.ts';
import { useSlowly } from './use-slowly.ts';
import { useColours } from '../shell/colours.ts';
import { linearTicks, logTicks, type Tick } from '../heatmap/ticks.ts';
import { number } from '../text/format.ts';
import { errorSeries, forLogarithms, type ErrorSeries } from './series.ts';

/** Numbers of the enumeration, which exists for types only. */
const DISTRIBUTION: Readonly<Record<'linear' | 'log', unknown>> = { linear: { distr: 1 }, log: { distr: 3 } };
/** Of a plot, for the axis of iterations; of a number beside the other axis, px. */
const [NAMES_HEIGHT, LINE_HEIGHT] = [50, 24];
/** Of the lines of the first engine, the second, … */
const DASHES = [[], [10, 4], [3, 3], [12, 3, 3, 3]];

interface Props {
  readonly history: readonly HistoryEntry[];
  readonly height: number;
  readonly scale?: 'linear' | 'log';
}

/** Errors over iterations; the legend shows the last values, or those under the pointer. */
export function Curves({ history, height, scale = 'log' }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const colours = useColours();
  const shown = useSlowly(history);
  const series = useMemo(() => errorSeries(shown), [shown]);
  const names = JSON.stringify(series.lines.map(({ name, engine }) => [name, engine]));
  const data = useMemo(() => {
    const values = series.lines.map((line) => (scale === 'log' ? forLogarithms(line.values) : line.values));
    return [series.iterations, ...values] as unknown as uPlot.AlignedData;
  }, [series, scale]);
  const newest = useRef({ data, series });
  newest.current = { data, series };
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const axis = { stroke: colours.text, grid: { stroke: colours.line }, ticks: { stroke: colours.line } };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        scales: { x: { time: false }, y: DISTRIBUTION[scale] as uPlot.Scale },
        axes: [
          { ...axis, label: 'iteration', incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
          {
            ...axis,
            ...{ label: 'error', size: 64 },
            splits: (_own, _axis, low, high) => ticksOf(scale, low, high, height).map(({ value }) => value),
            values: ({ scales }, values) => {
              const ticks = ticksOf(scale, scales.y.min ?? 0, scales.y.max ?? 1, height);
              return values.map((value) => ticks.find((tick) => tick.value === value)?.text ?? '');
            },
          },
        ],
        series: [
          { label: 'iteration', value: (own, value, at) => legendText(own, value, at, String) },
          ...(JSON.parse(names) as [string, number][]).map(([label, engine], at) => ({
            label,
            stroke: colours.lines[at % colours.lines.length],
            dash: DASHES[engine % DASHES.length],
            width: 2,
            // Not every iteration knows every error.
            spanGaps: true,
            value: (own: uPlot, value: number | null, index: number) => legendText(own, value, index, number),
          })),
        ],
        hooks: {
          draw: [
            (own) => {
              drawMarks(own, newest.current.series.marks, colours);
            },
          ],
        },
      },
      newest.current.data,
      element,
    );
    plot.current = made;
    const watcher = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height });
    });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, colours, height, scale]);
  useEffect(() => plot.current?.setData(data), [data]);
  if (history.length === 0) return <p className="empty">No iteration has finished yet.</p>;
  return <div ref={box} className="curves" role="img" aria-label="Errors over iterations" />;
}

/** As axes of pictures have them. */
function ticksOf(scale: 'linear' | 'log', low: number, high: number, height: number): readonly Tick[] {
  const room = { length: height - NAMES_HEIGHT, along: () => LINE_HEIGHT, fits: () => true };
  return scale === 'log' ? logTicks([low, high], room) : linearTicks([low, high], room);
}

/** Of the place under the pointer; without one, the last that is known. */
function legendText(
  { cursor, data }: uPlot,
  value: number | null | undefined,
  at: number,
  text: (value: number) => string,
): string {
  const isPointed = cursor.idx !== null && cursor.idx !== undefined;
  const shown = isPointed ? value : [...data[at]].findLast((one) => typeof one === 'number');
  return typeof shown === 'number' ? text(shown) : '–';
}

/** A line where an engine begins, with its name, where there are several. */
function drawMarks(plot: uPlot, marks: ErrorSeries['marks'], { text }: ReturnType<typeof useColours>): void {
  if (marks.length < 2) return;
  const { ctx, bbox } = plot;
  const ratio = window.devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = text;
  ctx.fillStyle = text;
  ctx.lineWidth = ratio;
  ctx.font = `${12 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  const right = bbox.left + bbox.width;
  let free = -Infinity;
  for (const { at, name } of marks) {
    const x = Math.round(plot.valToPos(at, 'x', true));
    if (x < bbox.left || x > right) continue;
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const { width } = ctx.measureText(name);
    const start = x + 4 * ratio + width > right ? x - 4 * ratio - width : x + 4 * ratio;
    // A name that has no room is left out: the legend has it too.
    if (start < free) continue;
    ctx.fillText(name, start, bbox.top + 4 * ratio);
    free = start + width + 8 * ratio;
  }
  ctx.restore();
}
