/** What a page can look at: one contract for a run that goes on and for files. */
import type { NdArray } from '../../array/ndarray.ts';
import type { ComparedSide } from '../files/messages.ts';
import type {
  Description,
  HistoryEntry,
  LogLine,
  ShownParameters,
  RunState,
  Source,
  Want,
} from '../protocol/messages.ts';
import type { Picture } from '../protocol/picture-message.ts';

/** A picture before it is given a channel. */
export type UnsentPicture = Omit<Picture, 'channel' | 'sequence' | 'time'>;

/** An array that is wanted at full resolution. */
export type ArrayRequest =
  | { readonly what: 'object' | 'probe'; readonly name: string; readonly layer: number }
  /** Of a scan point; null: the newest. `difference`: |measured − model|. */
  | {
      readonly what: 'measured' | 'model' | 'difference' | 'mask';
      readonly name: string;
      readonly index: number | null;
    }
  /** (n, 5): scan-point index, y, x, and y, x as measured; m, or pixels of the sample. */
  | { readonly what: 'positions'; readonly name: string };

export type Change = 'description' | 'pictures' | 'state' | 'history' | 'log' | 'parameters';

export interface PageSource {
  readonly source: Source;
  /** Counts the states that pictures can be made of. */
  readonly sequence: number;
  /** When the present state was made, ms since 1970. */
  readonly time: number;
  readonly state: RunState | undefined;
  readonly history: readonly HistoryEntry[];
  /** The last lines, and how many there were before them. */
  readonly log: { readonly dropped: number; readonly lines: readonly LogLine[] };
  /** Undefined: nothing to see yet. Rejects with an `Error` whose message may be shown. */
  describe(): Promise<Description | undefined>;
  /** Undefined: not known yet. Rejects with an `Error` whose message may be shown. */
  parameters(): Promise<ShownParameters | undefined>;
  /** Undefined: not there yet. Rejects with an `Error` whose message may be shown. */
  picture(want: Want): Promise<UnsentPicture | undefined>;
  /** As it is kept, (rows, cols). Rejects with a `RequestError` for what is not there. */
  array(request: ArrayRequest): Promise<NdArray>;
  /** An object of it, to be compared; undefined: it has none, or none yet. */
  compared?(object: string): ComparedSide | undefined;
  /** What all viewers look at now: nothing else needs to be fetched. */
  watch(wants: readonly Want[]): void;
  /** Calls `listener` after every change. */
  onChange(listener: (change: Change) => void): void;
}

/** Of two wants with the same key one picture is made. */
export function keyOf(want: Want): string {
  const { id: _, ...rest } = want;
  return JSON.stringify(rest, Object.keys(rest).sort());
}
