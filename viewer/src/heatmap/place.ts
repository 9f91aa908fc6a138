/** Where a picture lies, m, or pixels of the sample where metres are not known. */
import type { FieldInfo } from '../../../src/server/protocol/messages.ts';
import type { PictureHeader } from '../../../src/server/protocol/picture-message.ts';
import type { Point } from './view.ts';

/** Edges of the first elements, and the lengths of the sides. */
export interface Place {
  readonly y: number;
  readonly x: number;
  readonly height: number;
  readonly width: number;
}

/** `originM` (y, x): the centre of the first pixel of the whole, of which an element of the picture may hold several. */
export function placeOf(
  picture: Pick<PictureHeader, 'rows' | 'cols' | 'reduction' | 'psizeM'>,
  originM: readonly [number, number],
): Place {
  const [dy, dx] = picture.psizeM;
  return {
    y: originM[0] - dy / (2 * picture.reduction),
    x: originM[1] - dx / (2 * picture.reduction),
    height: picture.rows * dy,
    width: picture.cols * dx,
  };
}

/** The smallest place that holds the whole of all these. */
export function around(...fields: readonly Pick<FieldInfo, 'rows' | 'cols' | 'psizeM' | 'originM'>[]): Place {
  const all = fields.map(({ rows, cols, psizeM, originM }) =>
    placeOf({ rows, cols, psizeM: [psizeM[0], psizeM[1]], reduction: 1 }, originM),
  );
  const [y, x] = [Math.min(...all.map((one) => one.y)), Math.min(...all.map((one) => one.x))];
  return {
    ...{ y, x },
    height: Math.max(...all.map((one) => one.y + one.height)) - y,
    width: Math.max(...all.map((one) => one.x + one.width)) - x,
  };
}

/** Coordinates, m, of a place given in shares of the picture. */
export function inMetres(place: Place, at: Point): { yM: number; xM: number } {
  return { yM: place.y + at.y * place.height, xM: place.x + at.x * place.width };
}

/** And back. */
export function inShares(place: Place, at: { readonly yM: number; readonly xM: number }): Point {
  return { y: (at.yM - place.y) / place.height, x: (at.xM - place.x) / place.width };
}
