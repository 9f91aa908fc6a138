/** The region of interest: so many pixels around the optical axis, as preparation crops. */
import { regionAround } from '../../../src/scan/prepare/crop.ts';
import type { Place } from '../../../src/scan/prepare/mask-edits.ts';
import type { Shape } from '../heatmap/HeatMap.tsx';

export interface Region {
  /** Optical axis (row, col). */
  readonly center: Place;
  /** (rows, cols); null: whole frames. */
  readonly shape: Place | null;
}

/** What a hand holds: the region as a whole, or sides of it, along rows, columns or both. */
export type Grip = { readonly moves: Place } | { readonly rows: boolean; readonly cols: boolean };

/** Around an edge, of the half of the side. */
const NEAR = 0.25;

/** What is at a place: inside the region it moves, near its edges and outside it becomes larger or smaller. */
export function grip({ center, shape }: Region, at: Place): Grip {
  if (shape === null) return { rows: true, cols: true };
  const [down, right] = [0, 1].map((axis) => Math.abs(at[axis] - center[axis]) / (shape[axis] / 2));
  const [rows, cols] = [down > 1 - NEAR, right > 1 - NEAR];
  return rows || cols ? { rows, cols } : { moves: [at[0] - center[0], at[1] - center[1]] };
}

/** With the hand at a place. Both halves grow alike, for the axis stays in the middle. */
export function dragRegion({ center, shape }: Region, held: Grip, at: Place): Region {
  if ('moves' in held) {
    const moved = [0, 1].map((axis) => Math.round(10 * (at[axis] - held.moves[axis])) / 10);
    return { center: [moved[0], moved[1]], shape };
  }
  const side = (axis: 0 | 1) => Math.max(2, 2 * Math.round(Math.abs(at[axis] - center[axis])));
  const before = shape ?? [side(0), side(1)];
  return { center, shape: [held.rows ? side(0) : before[0], held.cols ? side(1) : before[1]] };
}

/** For the picture of raw frames of `frameShape`. */
export function regionShapes({ center, shape }: Region, frameShape: Place): Shape[] {
  const { row, col, rows, cols } = regionAround(center, shape ?? frameShape);
  const box: Shape = { kind: 'box', yM: row - 0.5, xM: col - 0.5, heightM: rows, widthM: cols };
  return [...(shape === null ? [] : [box]), { kind: 'cross', yM: center[0], xM: center[1] }];
}
