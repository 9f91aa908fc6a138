/** What a reconstruction leaves behind. */
import type { NdArray } from '../array/ndarray.ts';
import type { Pair } from '../frames/pair.ts';

/** A probe or an object: layers of a grid with its place in space. */
export interface StoredField {
  /** (layers, rows, cols) complex64 or complex128 */
  readonly data: NdArray;
  /** Grid pixel (row, col), m. */
  readonly psizeM: Pair;
  /** Coordinates of the first pixel (row, col), m. */
  readonly originM: Pair;
  /** NaN: not known. */
  readonly energyKeV: number;
  /** Lengths are in pixels of the sample, whose size is 1: metres are not known. */
  readonly inPixels?: true | undefined;
}

/** An iteration in the history of a run. */
export interface IterationRecord {
  readonly engine: string;
  /** Iteration of the whole run, from 1. */
  readonly iterations: number;
  /** Iteration of this engine, from 1. */
  readonly iteration: number;
  /** Iterations this engine was asked for. */
  readonly numiter: number;
  readonly seconds: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** What somebody did to a run while it went on. */
export interface Remark {
  readonly by: string;
  readonly what: string;
  /** Key of the engine, and its iterations by then. */
  readonly engine: string;
  readonly iteration: number;
  /** Of the whole run. */
  readonly iterations: number;
}

/** The positions of a scan. */
export interface ScanPositions {
  readonly indices: readonly number[];
  /** (n, 2) m, (y, x), of the reconstruction: refined where that was asked for. */
  readonly positions: NdArray<'float64'>;
  /** (n, 2) m, (y, x), as measured. */
  readonly measured: NdArray<'float64'>;
  /** Storage IDs of the probe and the object that meet there. */
  readonly probeId: string;
  readonly objectId: string;
}

/** What a reconstruction came to. */
export interface Result {
  /** Fields by storage ID, `S<label>G00`. */
  readonly probes: Readonly<Record<string, StoredField>>;
  readonly objects: Readonly<Record<string, StoredField>>;
  /** By scan label. */
  readonly positions: Readonly<Record<string, ScanPositions>>;
  /** The complete configuration. */
  readonly config: unknown;
  readonly history: readonly IterationRecord[];
  /** Default: nobody did anything. */
  readonly remarks?: readonly Remark[];
  /** Photons on each pixel of the objects, (rows, cols), by storage ID: where they were lit. Not written. */
  readonly fluence?: Readonly<Record<string, NdArray<'float64'>>>;
  /** Named numbers, or lists of them, by scan label. */
  readonly statistics?: Readonly<Record<string, Readonly<Record<string, number | readonly number[]>>>>;
  readonly started: Date;
  readonly software: string;
}

/** Storage ID of a scan's probe and object, as ptypy names them. */
export function storageId(label: string): string {
  return `S${label}G00`;
}

/** Which of `known` storages is meant by the ID of a file: Vanilla runs of ptypy leave the `G00` out. The ID itself if none is. */
export function storageOf(id: string, known: Iterable<string>): string {
  const ids = [...known];
  return !ids.includes(id) && ids.includes(`${id}G00`) ? `${id}G00` : id;
}
