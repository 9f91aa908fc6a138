import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { Comparison } from '../../../src/server/protocol/messages.ts';
import { useColours } from '../shell/colours.ts';

const HEIGHT = 260;

/** The correlation over spatial frequency, and its thresholds. */
export function FrcPlot({ found }: { found: Comparison }) {
  const box = useRef<HTMLDivElement>(null);
  const colours = useColours();
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const { frequency, correlation, halfBit, oneBit, inPixels } = found;
    const axis = { stroke: colours.text, grid: { stroke: colours.line }, ticks: { stroke: colours.line } };
    const plot = new uPlot(
      {
        ...{ width: element.clientWidth, height: HEIGHT },
        scales: { x: { time: false }, y: { range: [-0.2, 1.05] } },
        legend: { live: false },
        axes: [
          { ...axis, label: `spatial frequency (1/${inPixels ? 'px' : 'µm'})` },
          { ...axis, label: 'correlation' },
        ],
        series: [
          {},
          { label: 'Fourier ring correlation', stroke: colours.lines[0], width: 2 },
          { label: '½ bit', stroke: colours.lines[1], width: 2, dash: [8, 4] },
          { label: '1 bit', stroke: colours.lines[2], width: 2, dash: [2, 3] },
        ],
      },
      [
        frequency.map((value) => (inPixels ? value : value * 1e-6)),
        [...correlation],
        [...halfBit],
        [...oneBit],
      ],
      element,
    );
    const watcher = new ResizeObserver(() => {
      plot.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      plot.destroy();
    };
  }, [found, colours]);
  return <div ref={box} className="curves" role="img" aria-label="Fourier ring correlation" />;
}
