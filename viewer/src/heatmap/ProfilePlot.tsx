/** The curve of values along a line. */
import { useMemo, useRef } from 'react';
import { across, upwards } from './Axes.tsx';
import type { Stage } from './layout.ts';
import { lengthUnit } from './lengths.ts';
import type { Profile } from './profile.ts';
import { textWidth } from './text-width.ts';
import { linearTicks, logTicks } from './ticks.ts';
import { useStage } from './use-stage.ts';

const MARGIN = { left: 76, top: 10, right: 24, bottom: 42 } as const;
const TICK = 5;

export interface ProfilePlotProps {
  readonly profile: Profile;
  readonly label: string;
  readonly unit: 'm' | 'px';
  readonly logarithmic: boolean;
}

export function ProfilePlot(props: ProfilePlotProps) {
  const holder = useRef<HTMLDivElement>(null);
  const stage = useStage(holder);
  return (
    <div className="heatmap-profile" ref={holder}>
      {stage !== undefined && <Curve {...props} stage={stage} />}
    </div>
  );
}

function Curve({ profile, label, unit, logarithmic, stage }: ProfilePlotProps & { readonly stage: Stage }) {
  const width = Math.max(20, stage.width - MARGIN.left - MARGIN.right);
  const height = Math.max(20, stage.height - MARGIN.top - MARGIN.bottom);
  const { low, high, log } = useMemo(() => limits(profile.value, logarithmic), [profile, logarithmic]);
  const { unit: unitName, metres } = lengthUnit(profile.length, unit);
  const x = linearTicks([0, profile.length / metres], across(width));
  const room = upwards(height, MARGIN.left - 16 - TICK - 12);
  const y = log ? logTicks([low, high], room) : linearTicks([low, high], room);
  const share = (value: number) =>
    log ? Math.log(Math.max(value, low) / low) / Math.log(high / low) : (value - low) / (high - low);
  const numbers = Math.max(0, ...y.map((tick) => textWidth(tick.text)));
  const [labelX, labelY] = [MARGIN.left - TICK - 4 - numbers - 8, MARGIN.top + height / 2];
  let path = '';
  profile.value.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const begins = i === 0 || !Number.isFinite(profile.value[i - 1]);
    const [px, py] = [(profile.distance[i] / profile.length) * width, (1 - share(value)) * height];
    path += `${begins ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`;
  });
  return (
    <svg role="img" aria-label={`Profile: ${label} along the line`} width={stage.width} height={stage.height}>
      <g className="heatmap-axes" transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
        <rect className="heatmap-frame" width={width} height={height} />
        <path className="heatmap-curve" d={path} />
        {x.map((tick) => (
          <g key={tick.value} transform={`translate(${tick.at * width} ${height})`}>
            <line y2={TICK} />
            <text y={TICK + 13} textAnchor="middle">
              {tick.text}
            </text>
          </g>
        ))}
        <text x={width / 2} y={height + 35} textAnchor="middle">
          distance ({unitName})
        </text>
        {y.map((tick) => (
          <g key={tick.value} transform={`translate(0 ${(1 - tick.at) * height})`}>
            <line x2={-TICK} />
            <text x={-TICK - 4} y={4} textAnchor="end">
              {tick.text}
            </text>
          </g>
        ))}
      </g>
      <g className="heatmap-axes">
        <text textAnchor="middle" transform={`translate(${labelX} ${labelY}) rotate(-90)`}>
          {label}
        </text>
      </g>
    </svg>
  );
}

/** A little more than the values take. Logarithmic only where any value is above zero. */
function limits(values: Float64Array, logarithmic: boolean): { low: number; high: number; log: boolean } {
  const finite = values.filter(Number.isFinite);
  const above = finite.filter((value) => value > 0);
  if (logarithmic && above.length > 0) {
    return { low: least(above) / 1.5, high: -least(above.map((value) => -value)) * 1.5, log: true };
  }
  if (finite.length === 0) return { low: 0, high: 1, log: false };
  const [low, high] = [least(finite), -least(finite.map((value) => -value))];
  const margin = high > low ? 0.06 * (high - low) : Math.max(0.5, 0.05 * Math.abs(high));
  return { low: low - margin, high: high + margin, log: false };
}

function least(values: Float64Array): number {
  return values.reduce((one, other) => Math.min(one, other));
}
