/** Place and value at the pointer, as text. */
import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import { formatNumber } from '../../../src/pictures/panels/numbers.ts';
import { formatPlace } from './lengths.ts';
import { inMetres, type Place } from './place.ts';
import type { PhaseRamp } from './ramp.ts';
import { MASK_PLANE, valueOf } from './values.ts';
import type { Point } from './view.ts';

export interface ReadingOptions {
  readonly place: Place;
  readonly unit: 'm' | 'px';
  readonly plane: number;
  readonly ramp: PhaseRamp;
  readonly mask: boolean;
  /** What real values are. */
  readonly quantity: string;
}

/** `y −1.20 µm, x 0.35 µm · row 12, column 40 · amplitude 0.98, phase 0.31 rad`; empty outside of the picture. */
export function readingAt(picture: Picture, at: Point, options: ReadingOptions): string {
  const [row, col] = [Math.floor(at.y * picture.rows), Math.floor(at.x * picture.cols)];
  if (row < 0 || col < 0 || row >= picture.rows || col >= picture.cols) return '';
  const { place, unit, plane, ramp, mask, quantity } = options;
  const { yM, xM } = inMetres(place, at);
  const span = Math.max(place.width, place.height);
  const [y, x] = [yM, xM].map((value, i) => formatPlace(value, picture.psizeM[i], span, unit));
  const value = (show: 'amplitude' | 'phase') =>
    formatNumber(valueOf(picture, { show, plane, ramp })(row, col), 4);
  const values =
    picture.kind === 'real'
      ? `${quantity} ${value('amplitude')}`
      : `amplitude ${value('amplitude')}, phase ${value('phase')} rad`;
  const isMasked =
    mask &&
    picture.planes > MASK_PLANE &&
    valueOf(picture, { show: 'value', plane: MASK_PLANE, ramp })(row, col) === 0;
  const element = `row ${row * picture.reduction}, column ${col * picture.reduction}`;
  return [`y ${y}, x ${x}`, element, values, ...(isMasked ? ['masked'] : [])].join(' · ');
}
