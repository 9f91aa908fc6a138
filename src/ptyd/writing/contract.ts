/** What a writer of `.ptyd` files is given, and what it does. */
import type { Meta } from '../../frames/chunk.ts';
import type { StoredChunk } from '../../frames/stored.ts';
import type { Log } from '../../log.ts';
import type { Compression } from '../format.ts';

export interface PtydWriterOptions {
  readonly file: string;
  readonly save: 'append' | 'link' | 'merge';
  readonly chunkFormat: string;
  readonly compression: Compression;
  /** Chunks come as frames do: nobody knows beforehand how large they are. */
  readonly irregular?: boolean;
  /** Every input parameter, already encoded; for documentation in `info/`. */
  readonly info: Readonly<Record<string, unknown>>;
  /** Hears what became of a file that was there. */
  readonly log: Log;
}

export interface PtydWriter {
  /** Makes nothing: throws a `FileError` where a file is in the way that was not written here. */
  open(): Promise<void>;
  /**
   * Instead of `open`: goes on with the file of a writer that was stopped or killed; `undefined` where there is none with
   * chunks.
   */
  resume(): Promise<StoredScan | undefined>;
  /**
   * Returns when the chunk is safe. The first one brings `meta`, makes the main file, and moves aside the complete scan that is
   * under its name.
   */
  writeChunk(chunk: StoredChunk, meta: Meta): Promise<void>;
  /** The scan is over. If it had other frames than announced, or nobody knew, the file says how many from now on. */
  finish(): Promise<void>;
}

/** Plain data: it travels between ranks. */
export interface StoredScan {
  /** Scan-point indices of chunk 0, 1, …, up to the first that is not there. */
  readonly chunks: readonly (readonly number[])[];
  /** Where these chunks are; undefined: in the main file itself, which then is finished. */
  readonly targets: readonly (LinkTarget | undefined)[];
  /** Frames that are announced; null when unknown. */
  readonly numFrames: number | null;
  /** Chunks that the file leads to, there or not. */
  readonly linked: number;
}

/** Where a chunk is. */
export interface LinkTarget {
  readonly file: string;
  /** The chunk's group in that file. */
  readonly group: string;
}
