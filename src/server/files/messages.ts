/** What is asked of the threads that read files, and what they answer. Structured-clonable. */
import type { NdArray } from '../../array/ndarray.ts';
import type { Reconstruction } from '../../quality/lit-object.ts';
import type { SavedAt } from '../../ptyr/saved-at.ts';
import type { Comparison, Description, HistoryEntry, Source } from '../protocol/messages.ts';

/** Files are named relative to the root that is served. */
export type FileRequest =
  | { readonly do: 'list' }
  /** As h5grove answers: an object of an HDF5 file, and its members. */
  | { readonly do: 'meta'; readonly file: string; readonly path: string }
  /** Attributes by name, all without `names`. */
  | {
      readonly do: 'attr';
      readonly file: string;
      readonly path: string;
      readonly names?: readonly string[] | undefined;
    }
  /** `selection` as in `0,:,2:8:2`. `bin`: little-endian, in C order. */
  | {
      readonly do: 'data';
      readonly file: string;
      readonly path: string;
      readonly selection?: string | undefined;
      readonly format: 'json' | 'bin' | 'npy';
      readonly flatten: boolean;
    }
  /** Of all objects below `path`. */
  | { readonly do: 'paths'; readonly file: string; readonly path: string }
  | { readonly do: 'describe'; readonly file: string; readonly source: string }
  /** A layer of a probe or an object of a `.ptyr`. */
  | {
      readonly do: 'field';
      readonly file: string;
      readonly what: 'object' | 'probe';
      readonly id: string;
      readonly layer: number;
    }
  /** A frame of a `.ptyd`, or of the one that a `.ptyr` was made from, by its scan-point index; null: the newest. */
  | {
      readonly do: 'frame';
      readonly file: string;
      readonly label: string;
      readonly index: number | null;
    }
  | { readonly do: 'positions'; readonly file: string; readonly label: string }
  /** Of frames of a `.ptyr`, from number `from` on; perhaps not all at once. */
  | { readonly do: 'rfactors'; readonly file: string; readonly label: string; readonly from: number }
  | { readonly do: 'parameters'; readonly file: string }
  /** How far two objects agree. */
  | { readonly do: 'compare'; readonly first: ComparedSide; readonly second: ComparedSide };

/** An object of a file, or of what a run has now. */
export type ComparedSide = {
  /** In messages. */
  readonly name: string;
  /** Storage ID. */
  readonly object: string;
} & ({ readonly file: string } | { readonly content: Reconstruction });

export interface ListedFile {
  readonly name: string;
  readonly kind: Exclude<Source['kind'], 'run' | 'scan'>;
  readonly saved?: SavedAt;
  /** Another one when the file has changed. */
  readonly version: string;
}

export interface Listing {
  /** Sorted by name. */
  readonly files: readonly ListedFile[];
  /** Absolute names of the folders that they are in, or in which more may appear. */
  readonly folders: readonly string[];
  /** Further files that were left out. */
  readonly more: number;
}

export interface FieldAnswer {
  /** (rows, cols) */
  readonly plane: NdArray<'complex64' | 'complex128'>;
}

export interface FrameAnswer {
  readonly index: number;
  /** (rows, cols), as stored. */
  readonly measured: NdArray<'float32'>;
  /** (rows, cols), of a `.ptyr`: what it makes of the frame, photons. */
  readonly model?: NdArray<'float32'>;
  /** (rows, cols): the weight of each pixel, 0 where it does not count. */
  readonly mask: NdArray<'float32'>;
}

export interface RFactorAnswer {
  /** Scan-point indices of the frames, and their R-factors in the same order. */
  readonly indices: readonly number[];
  readonly rfactors: readonly number[];
  /** Frames there are. */
  readonly total: number;
}

/** What the answer to a request is. */
export interface Answers {
  readonly list: Listing;
  readonly meta: unknown;
  readonly attr: unknown;
  /** JSON values, or bytes. */
  readonly data: { readonly json: unknown } | { readonly bytes: ArrayBuffer };
  readonly paths: readonly string[];
  readonly describe: { readonly description: Description; readonly history: readonly HistoryEntry[] };
  readonly field: FieldAnswer;
  readonly frame: FrameAnswer;
  readonly rfactors: RFactorAnswer;
  readonly compare: Comparison;
  /** (n, 5): scan-point index, y, x, and y, x as measured; m, or pixels of the sample. */
  readonly positions: NdArray<'float64'>;
  /** A configuration. */
  readonly parameters: unknown;
}

export type Answer<R extends FileRequest> = Answers[R['do']];

/** Where a thread may look. */
export interface Served {
  /** Names are relative to this folder. */
  readonly root: string;
  /** Whatever files lead to lies below these. */
  readonly reach: readonly string[];
  /** All below these may be named, and these files. */
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

export interface ToFiles {
  readonly id: number;
  readonly request: FileRequest;
}

export type FromFiles =
  | { readonly id: number; readonly answer: unknown }
  | {
      readonly id: number;
      readonly status: Status;
      /** For whoever asked: names no folder of this machine. */
      readonly message: string;
      /** For the log. */
      readonly detail: string;
      /** The HDF5 library broke down: the thread is of no further use. */
      readonly isLost: boolean;
    };

export type Status = 400 | 404 | 413 | 503;

/** What cannot be answered, with the code of HTTP for it. */
export class RequestError extends Error {
  readonly status: Status;

  constructor(status: Status, message: string) {
    super(message);
    this.status = status;
  }
}
