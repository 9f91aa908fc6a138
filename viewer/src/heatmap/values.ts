/** What a picture shows at an element. */
import type { Picture, PictureHeader } from '../../../src/server/protocol/picture-message.ts';
import { wrapped, type PhaseRamp } from './ramp.ts';

export type Show = 'amplitude' | 'phase' | 'complex' | 'value';

/** Complex pictures have no plain value, real ones nothing else. */
export function shownAs(kind: PictureHeader['kind'], show: Show): Show {
  if (kind === 'real') return 'value';
  return show === 'value' ? 'amplitude' : show;
}

/** The plane that holds 1 where an element counts. */
export const MASK_PLANE = 2;

export interface Quantity {
  readonly show: Show;
  readonly plane: number;
  readonly ramp: PhaseRamp;
}

/** (row, col) to amplitude (for `complex` too), phase without ramp (rad), or value. */
export function valueOf(
  picture: Picture,
  { show, plane, ramp }: Quantity,
): (row: number, col: number) => number {
  const { values, rows, cols } = picture;
  const first = Math.min(plane, picture.planes - 1) * rows * cols;
  if (picture.kind === 'real') return (row, col) => values[first + row * cols + col];
  const at = (row: number, col: number) => 2 * (first + row * cols + col);
  if (shownAs(picture.kind, show) !== 'phase') {
    return (row, col) => Math.hypot(values[at(row, col)], values[at(row, col) + 1]);
  }
  return (row, col) => {
    const phase = Math.atan2(values[at(row, col) + 1], values[at(row, col)]);
    return wrapped(phase - ramp.global - ramp.perRow * row - ramp.perCol * col);
  };
}
