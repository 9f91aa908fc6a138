/**
 * Writing a `.ptyd`: a linked file per chunk (link), chunks in the main file (append), or one chunk in the end (merge).
 * Whatever kills the writer, every chunk whose `writeChunk` has returned is readable afterwards, and other processes may
 * read at any moment: a file that can be seen is never edited, only replaced.
 */
import { AppendWriter } from './append-writer.ts';
import type { PtydWriter, PtydWriterOptions } from './contract.ts';
import { LinkWriter } from './link-writer.ts';

/** Touches no file. Throws a ConfigError for a wrong `chunkFormat`. */
export function createPtydWriter(options: PtydWriterOptions): PtydWriter {
  return options.save === 'link' ? new LinkWriter(options) : new AppendWriter(options);
}
