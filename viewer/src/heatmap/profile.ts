/** Values along a line. */
import type { Place } from './place.ts';
import type { Point } from './view.ts';

export interface Profile {
  /** From the first end, m. */
  readonly distance: Float64Array;
  readonly value: Float64Array;
  /** m */
  readonly length: number;
}

/** The value of the element at each of the places along the line, which come as densely as elements. */
export function sampleProfile(
  value: (row: number, col: number) => number,
  { rows, cols }: { readonly rows: number; readonly cols: number },
  place: Place,
  [from, to]: readonly [Point, Point],
): Profile {
  const steps = Math.max(1, Math.ceil(Math.hypot((to.y - from.y) * rows, (to.x - from.x) * cols)));
  const length = Math.hypot((to.y - from.y) * place.height, (to.x - from.x) * place.width);
  const element = (share: number, count: number) =>
    Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  const at = Array.from({ length: steps + 1 }, (_, i) => i / steps);
  return {
    distance: Float64Array.from(at, (t) => t * length),
    value: Float64Array.from(at, (t) =>
      value(element(from.y + t * (to.y - from.y), rows), element(from.x + t * (to.x - from.x), cols)),
    ),
    length,
  };
}
