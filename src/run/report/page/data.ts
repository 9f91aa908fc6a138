/** What stands in a report for its script: plain data, arrays as base64 of little-endian numbers. */

type Two = readonly [number, number];

/** Amplitude of what is not lit. */
export const UNLIT = 65535;
/** The largest amplitude and phase, as they are stored. */
export const FULL = 65534;

export type View = 'phase' | 'amplitude' | 'complex';

export interface Layer {
  readonly name: string;
  /** uint16 (rows, cols): `FULL` stands for `largest`, `UNLIT` for none. */
  readonly amplitude: string;
  readonly largest: number;
  /** uint16 (rows, cols): 0 stands for −π, `FULL` for π. */
  readonly phase: string;
  /** From which value to which colours go. */
  readonly ranges: { readonly phase: Two; readonly amplitude: Two };
  /** The phase goes round: colours do, too. */
  readonly wraps: boolean;
}

/** An object or a probe. */
export interface FieldData {
  readonly name: string;
  /** (rows, cols), size of an element and centre of the first one, m. */
  readonly shape: Two;
  readonly psizeM: Two;
  readonly originM: Two;
  readonly inPixels: boolean;
  readonly layers: readonly Layer[];
  readonly view: View;
}

export interface PointsData {
  readonly name: string;
  readonly inPixels: boolean;
  readonly indices: readonly number[];
  /** y and x of every point in turn, m. */
  readonly positions: readonly number[];
  /** The same as measured; null: nothing has moved. */
  readonly measured: readonly number[] | null;
}

export interface CurveData {
  readonly name: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly log: boolean;
  readonly x: readonly number[];
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  readonly marks: readonly { readonly x: number; readonly name: string }[];
  /** Indices of x at which lines begin anew. */
  readonly breaks: readonly number[];
}

export interface PageData {
  readonly fields: readonly FieldData[];
  readonly points: readonly PointsData[];
  readonly curves: readonly CurveData[];
  /** 256 colours each, uint8 (256, 3). */
  readonly maps: { readonly phase: string; readonly cyclic: string; readonly amplitude: string };
}
