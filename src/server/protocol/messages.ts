/**
 * What a page and the server say to each other on their WebSocket, as JSON; pictures go the same way as binary messages
 * (`picture-message.ts`). Used by both ends, so that nothing here needs Node or a browser.
 */
import type { MaskEdit } from '../../scan/prepare/mask-edits.ts';
import type { PreparedValues, PreviewState, Saved } from '../../run/preview/state.ts';

/** Grows when a page of another version would misunderstand. */
export const PROTOCOL_VERSION = 1;

/** What a page can look at: a run that goes on, a file, or a scan that is to be prepared. */
export interface Source {
  /** Stays the same while the server runs. */
  readonly id: string;
  /** For people: the name of the run, or the file's below the folder that is served. */
  readonly name: string;
  readonly kind: 'run' | 'ptyr' | 'ptyd' | 'hdf5' | 'scan';
  /** Of a `.ptyr`: which run it is of, the same for all its files, how many iterations that had done, and by which engine last. */
  readonly saved?: { readonly run: string; readonly iterations: number; readonly engine: string };
}

/** A probe or an object. */
export interface FieldInfo {
  /** Storage ID, `S<label>G00`. */
  readonly id: string;
  /** Modes. */
  readonly layers: number;
  readonly rows: number;
  readonly cols: number;
  /** Of a pixel (row, col), m; pixels of the sample, 1, with `inPixels`. */
  readonly psizeM: readonly [number, number];
  /** Coordinates of the first pixel (row, col), in the same unit. */
  readonly originM: readonly [number, number];
  /** Null: not known. */
  readonly energyKeV: number | null;
  readonly inPixels: boolean;
  /** Of a probe: the share of each layer in its power, in the order of the layers. */
  readonly power: readonly number[];
}

export interface ScanInfo {
  readonly label: string;
  /** Frames that can be asked for: their scan-point indices, ascending. */
  readonly indices: readonly number[];
  /** (rows, cols) of a frame. */
  readonly shape: readonly [number, number] | null;
  /** Optical axis in a frame, pixels (row, col); null: not known. */
  readonly center: readonly [number, number] | null;
  /** Why there are no frames to show. */
  readonly trouble?: string;
  /** Storage IDs; null for prepared files. */
  readonly probeId: string | null;
  readonly objectId: string | null;
  /** Frames of the model can be shown beside the measured ones. */
  readonly hasModel: boolean;
}

/** What there is to see of a source. */
export interface Description {
  readonly source: string;
  /** Counts the states of a source; pictures carry it too. */
  readonly sequence: number;
  readonly objects: readonly FieldInfo[];
  readonly probes: readonly FieldInfo[];
  readonly scans: readonly ScanInfo[];
  /** Further facts for people: software, start, energy, …, in this order. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** Of a scan that is to be prepared. */
  readonly preparation?: Preparation;
}

/** A scan of a configuration before it is prepared. */
export interface Preparation extends PreviewState {
  readonly label: string;
  /** Name of the configuration. */
  readonly config: string;
  /** What was written last. */
  readonly saved: Saved | null;
}

/** A parameter, in words. */
export interface ParameterRow {
  /** Dotted name in the configuration. */
  readonly name: string;
  readonly value: string;
  /** Null: it has none, or it is not known here. */
  readonly default: string | null;
  readonly differs: boolean;
  /** Empty where it is not known here. */
  readonly help: string;
  readonly unit: string;
}

/** The configuration of a run, or of what a file is the result of. */
export interface ShownParameters {
  readonly source: string;
  readonly groups: readonly {
    /** Dotted name in the configuration; empty: the run itself. */
    readonly at: string;
    /** The scan class, or the engine; empty: neither. */
    readonly of: string;
    readonly rows: readonly ParameterRow[];
  }[];
  /** Configurations, as a file of their own would hold them: complete, and without what equals its default. */
  readonly yaml: { readonly whole: string; readonly differing: string };
  /** Why there are none; null where there are. */
  readonly absent: string | null;
}

/** An iteration. */
export interface HistoryEntry {
  readonly engine: string;
  /** Of the whole run, from 1. */
  readonly iterations: number;
  /** Of this engine, from 1. */
  readonly iteration: number;
  /** That this engine was asked for; null while frames still come. */
  readonly numiter: number | null;
  readonly seconds: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** How a scan's frames come in. */
export interface ScanProgress {
  readonly label: string;
  readonly frames: number;
  /** Null: not known. */
  readonly total: number | null;
  /** Measured but not prepared yet; null where nothing is followed. */
  readonly behind: number | null;
  /** Prepared in a second, over the last ten. */
  readonly rate: number | null;
  /** What it waits for. */
  readonly waiting: string | null;
}

/** Where a run stands. */
export interface RunState {
  readonly source: string;
  readonly status: 'preparing' | 'running' | 'paused' | 'waiting' | 'ended' | 'stopped' | 'failed';
  /** Name of the present engine, null before the first. */
  readonly engine: string | null;
  /** Its key, by which it is changed; null before its first iteration. */
  readonly engineKey: string | null;
  readonly iteration: number;
  /** Asked of this engine; null while frames still come. */
  readonly numiter: number | null;
  /** Done by all engines. */
  readonly iterations: number;
  readonly secondsPerIteration: number | null;
  /** Of this engine. */
  readonly secondsLeft: number | null;
  readonly scans: readonly ScanProgress[];
  /** One line each, the gravest first: what is wrong and what to do. */
  readonly advice: readonly string[];
}

export interface LogLine {
  /** ms since 1970 */
  readonly time: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

interface Wanted {
  /** Chosen by the page; the answer names it. */
  readonly id: number;
  readonly source: string;
  /** Storage ID of a probe or an object, label of a scan. */
  readonly name: string;
}

/** How far two objects agree, as `api/frc` answers. Lists have an entry for each ring of spatial frequency. */
export interface Comparison {
  /** 1/m; 1/pixel with `inPixels`. */
  readonly frequency: readonly number[];
  /** Fourier ring correlation, −1 to 1, and its thresholds; null: not known. */
  readonly correlation: readonly (number | null)[];
  readonly halfBit: readonly (number | null)[];
  readonly oneBit: readonly (number | null)[];
  readonly inPixels: boolean;
  /** What it comes to, for people. */
  readonly lines: readonly string[];
  /** What makes the number doubtful. */
  readonly doubts: readonly string[];
}

/** What a page shows now. Nothing else is sent. */
export type Want =
  | (Wanted & {
      readonly what: 'object' | 'probe';
      readonly layer: number;
      /** Pixels of the screen that show it: more than these are not sent. Null: all there are. */
      readonly screen: readonly [number, number] | null;
    })
  | (Wanted & {
      readonly what: 'frame';
      /** Scan-point index; null: the newest. */
      readonly index: number | null;
    })
  /** A row for each scan point: index, y, x, and both as measured; m. */
  | (Wanted & { readonly what: 'positions' })
  /** A row for each frame: scan-point index, R-factor. It takes about as long as an iteration to compute. */
  | (Wanted & { readonly what: 'rfactors' })
  /** Photons on each pixel of an object. */
  | (Wanted & { readonly what: 'coverage'; readonly screen: readonly [number, number] | null })
  /** Of each pixel of raw frames: mean, max, std, min, and 1 where it is good plus 2 where it is hot. NaN: never valid. */
  | (Wanted & { readonly what: 'statistics' })
  /** Raw frame by its number: counts, counts again, weights. */
  | (Wanted & { readonly what: 'raw'; readonly index: number });

/** What a viewer may ask, with `--control` only. */
export type ControlRequest = RunRequest | PreparationRequest;

/** Of a scan that is to be prepared. */
export type PreparationRequest =
  /** No more frames are read for the statistics. */
  | { readonly do: 'stop reading'; readonly source: string }
  /** Edits of the viewer's mask from number `from` on; what was sent of these before is forgotten. */
  | {
      readonly do: 'edit mask';
      readonly source: string;
      readonly from: number;
      readonly edits: readonly MaskEdit[];
    }
  /** Writes the mask of these edits, and the values into a new configuration, the given one, or none. */
  | {
      readonly do: 'save preparation';
      readonly source: string;
      /** Pixels that are masked in all, as the page shows it. */
      readonly masked: number;
      readonly values: PreparedValues;
      readonly into: 'mask' | 'new' | 'given';
    };

/** Of a run. */
export type RunRequest =
  | { readonly do: 'pause' | 'resume' | 'stop' | 'save' }
  /** Engine parameters by the key of the engine. */
  | { readonly do: 'change'; readonly changes: Readonly<Record<string, Readonly<Record<string, unknown>>>> };

export type FromPage =
  /** What there is to see of a file is wanted; of runs it comes by itself. */
  | { readonly kind: 'open'; readonly source: string }
  /** Parameters are wanted: now, and again whenever they change. */
  | { readonly kind: 'parameters'; readonly source: string }
  /** Takes the place of all that was wanted before. */
  | { readonly kind: 'want'; readonly wants: readonly Want[] }
  /** The picture is on the screen: the next may come. */
  | { readonly kind: 'drawn'; readonly channel: number; readonly sequence: number }
  | { readonly kind: 'ask'; readonly id: number; readonly request: ControlRequest };

export type ToPage =
  /** The first message. */
  | {
      readonly kind: 'welcome';
      readonly version: number;
      /** Of the program. */
      readonly software: string;
      readonly sources: readonly Source[];
      readonly canControl: boolean;
    }
  | { readonly kind: 'sources'; readonly sources: readonly Source[] }
  /** Of runs, whenever something in it changed; of files when they are opened. */
  | { readonly kind: 'description'; readonly description: Description }
  | { readonly kind: 'state'; readonly state: RunState }
  /** Iterations of a source from number `from` of its history on. */
  | {
      readonly kind: 'history';
      readonly source: string;
      readonly from: number;
      readonly entries: readonly HistoryEntry[];
    }
  | { readonly kind: 'log'; readonly source: string; readonly lines: readonly LogLine[] }
  | { readonly kind: 'parameters'; readonly parameters: ShownParameters }
  /** Which channel carries what was wanted. */
  | { readonly kind: 'channel'; readonly want: number; readonly channel: number }
  /** Cannot be shown. */
  | { readonly kind: 'trouble'; readonly want: number; readonly message: string }
  /** A file cannot be opened. */
  | { readonly kind: 'unreadable'; readonly source: string; readonly message: string }
  | { readonly kind: 'answer'; readonly id: number; readonly message: string }
  | { readonly kind: 'refusal'; readonly id: number; readonly message: string };
