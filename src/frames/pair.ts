/** What an image or a position has one of along each axis. */

/** Of the rows and of the columns. */
export type Pair = readonly [number, number];
