/** A part of an image. */

/** A rectangle of pixels: first row and column (below 0: padding) and its size. */
export interface Region {
  readonly row: number;
  readonly col: number;
  readonly rows: number;
  readonly cols: number;
}
