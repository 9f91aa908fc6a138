import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import type { HistoryEntry } from '../../../src/server/protocol/messages.ts';
import { useColours } from '../shell/colours.ts';
import { errorSeries } from './series.ts';

/** Its number, as the enumeration exists for types only. */
const LOGARITHMIC: unknown = { distr: 3 };
const DASHES = [[], [8, 4], [2, 3]];

/** Errors over iterations on a logarithmic axis. */
export function Curves({ history, height }: { history: readonly HistoryEntry[]; height: number }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const colours = useColours();
  const series = useMemo(() => errorSeries(history), [history]);
  const names = JSON.stringify(series.lines.map(({ name }) => name));
  const data = useMemo(
    () => [series.iterations, ...series.lines.map(({ values }) => values)] as unknown as uPlot.AlignedData,
    [series],
  );
  const newest = useRef(data);
  newest.current = data;
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const axis = { stroke: colours.text, grid: { stroke: colours.line }, ticks: { stroke: colours.line } };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        scales: { x: { time: false }, y: LOGARITHMIC as uPlot.Scale },
        axes: [
          { ...axis, label: 'iteration', incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
          { ...axis, label: 'error', size: 64 },
        ],
        series: [
          { label: 'iteration' },
          ...(JSON.parse(names) as string[]).map((label, at) => ({
            label,
            stroke: colours.lines[at % colours.lines.length],
            dash: DASHES[Math.floor(at / colours.lines.length) % DASHES.length],
            width: 2,
            // Not every iteration knows every error.
            spanGaps: true,
          })),
        ],
      },
      newest.current,
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
  }, [names, colours, height]);
  useEffect(() => plot.current?.setData(data), [data]);
  if (history.length === 0) return <p className="empty">No iteration has finished yet.</p>;
  return <div ref={box} className="curves" role="img" aria-label="Errors over iterations" />;
}
