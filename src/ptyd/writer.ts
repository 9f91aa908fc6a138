/**
 * Writing a `.ptyd`: a linked file per chunk (link), chunks in the main file (append), or one chunk in the end (merge).
 * Whatever kills the writer, every chunk whose `writeChunk` has returned is readable afterwards, and other processes may
 * read at any moment: a file that can be seen is never edited, only replaced.
 */
import type { Meta } from '../scan/package.ts';
import { AppendWriter } from './append-writer.ts';
import type { Compression, StoredChunk } from './format.ts';
import { LinkWriter } from './link-writer.ts';
import type { StoredScan } from './stored-scan.ts';

export interface PtydWriterOptions {
  readonly file: string;
  readonly save: 'append' | 'link' | 'merge';
  readonly chunkFormat: string;
  readonly compression: Compression;
  /** Frames of the whole scan; null when unknown. */
  readonly numFrames: number | null;
  /** Chunks come as frames do: nobody knows beforehand how large they are. */
  readonly irregular?: boolean;
  /** Every input parameter, already encoded; for documentation in `info/`. */
  readonly info: Readonly<Record<string, unknown>>;
}

export interface PtydWriter {
  /**
   * Moves an existing file aside and creates a new one without chunks. Of `meta` there is the number of frames, so that a
   * reader knows that they are to come.
   */
  create(): Promise<void>;
  /** Instead of `create`: goes on with the file of a writer that was stopped or killed; `undefined` where there is none. */
  resume(): Promise<StoredScan | undefined>;
  /** Returns when the chunk is safe. The first chunk brings `meta`. */
  writeChunk(chunk: StoredChunk, meta: Meta): Promise<void>;
  /** The scan is over. If it had other frames than announced, or nobody knew, the file says how many from now on. */
  finish(): Promise<void>;
}

/** Touches no file. Throws a ConfigError for a wrong `chunkFormat`. */
export function createPtydWriter(options: PtydWriterOptions): PtydWriter {
  return options.save === 'link' ? new LinkWriter(options) : new AppendWriter(options);
}
