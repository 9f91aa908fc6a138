/** What the chosen tool makes of presses and moves on the picture. */
import { useRef, useState } from 'react';
import type { MaskEdit, Place } from '../../../src/scan/prepare/mask-edits.ts';
import type { Tool } from '../heatmap/HeatMap.tsx';
import { dragRegion, grip, type Grip, type Region } from './region.ts';

export const HANDS = ['look', 'centre', 'region', 'brush', 'rectangle'] as const;

export type HandName = (typeof HANDS)[number];

export interface HandOptions {
  readonly name: HandName;
  /** Of the brush, pixels. */
  readonly radius: number;
  /** Pixels become bad, else good. */
  readonly masks: boolean;
  readonly region: Region;
  readonly onEdit: (edit: MaskEdit) => void;
  readonly onRegion: (region: Region) => void;
}

/** The tool for the picture; undefined: it is moved. `drawing` is not done yet. */
export function useHand(options: HandOptions): { tool: Tool | undefined; drawing: MaskEdit | undefined } {
  const { name, radius, masks, region, onEdit, onRegion } = options;
  const [drawing, setDrawing] = useState<MaskEdit>();
  // Between two events of the pointer nothing need be drawn anew.
  const edit = useRef<MaskEdit>();
  const held = useRef<{ grip: Grip; region: Region }>();
  if (name === 'look') return { tool: undefined, drawing: undefined };

  const draw = (next: MaskEdit | undefined) => {
    edit.current = next;
    setDrawing(next);
  };
  const start = (at: Place) => {
    if (name === 'brush') draw({ do: 'brush', radius, points: [at], masks });
    else if (name === 'rectangle') draw({ do: 'rectangle', from: at, to: at, masks });
    else if (name === 'centre') onRegion({ ...region, center: at });
    else held.current = { grip: grip(region, at), region };
  };
  const go = (at: Place) => {
    const { current } = edit;
    if (current?.do === 'brush') {
      const last = current.points[current.points.length - 1];
      const isFar = Math.hypot(at[0] - last[0], at[1] - last[1]) >= Math.max(0.5, radius / 4);
      if (isFar) draw({ ...current, points: [...current.points, at] });
    } else if (current?.do === 'rectangle') draw({ ...current, to: at });
    else if (name === 'centre') onRegion({ ...region, center: at });
    else if (held.current !== undefined) onRegion(dragRegion(held.current.region, held.current.grip, at));
  };
  const end = () => {
    const { current } = edit;
    if (current !== undefined) onEdit(current);
    held.current = undefined;
    draw(undefined);
  };
  const place =
    (act: (at: Place) => void) =>
    (y: number, x: number): void => {
      act([tenths(y), tenths(x)]);
    };
  const tool: Tool = {
    down: place(start),
    move: place(go),
    up: place((at) => {
      go(at);
      end();
    }),
    // The first press is one corner, the second the other.
    enter: place((at) => {
      const isCorner = name === 'rectangle' || name === 'region';
      if (!isCorner || edit.current !== undefined || held.current !== undefined) {
        if (edit.current === undefined && held.current === undefined) start(at);
        go(at);
        end();
      } else start(at);
    }),
    radiusM: name === 'brush' ? radius : undefined,
  };
  return { tool, drawing };
}

function tenths(value: number): number {
  return Math.round(10 * value) / 10;
}
