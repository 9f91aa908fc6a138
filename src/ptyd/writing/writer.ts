/**
 * Writing a `.ptyd`: a linked file per chunk (link), chunks in the main file (append), or one chunk in the end (merge).
 * Whatever kills the writer, every chunk whose `writeChunk` has returned is readable afterwards, and other processes may
 * read at any moment: a file that can be seen is never edited, only replaced.
 */
import type { Log } from '../../log.ts';
import type { Meta } from '../../scan/package.ts';
import { AppendWriter } from './append-writer.ts';
import type { Compression, StoredChunk } from '../format.ts';
import { LinkWriter } from './link-writer.ts';
import type { StoredScan } from '../reading/stored-scan.ts';

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

/** Touches no file. Throws a ConfigError for a wrong `chunkFormat`. */
export function createPtydWriter(options: PtydWriterOptions): PtydWriter {
  return options.save === 'link' ? new LinkWriter(options) : new AppendWriter(options);
}
