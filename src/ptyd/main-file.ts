/**
 * The main file of a `.ptyd` that holds links only: always written whole, never edited in place, so that a reader
 * may open it at any moment.
 */
import { replaceFile } from '../hdf5/replace.ts';
import { stampFile, writeTree } from '../hdf5/encoding.ts';
import type { H5File } from '../hdf5/file.ts';
import { CHUNKS, chunkPath, INFO, META } from './format.ts';

export interface MainContent {
  /** Chunk name → chunk file, relative to the main file. */
  readonly links?: ReadonlyMap<string, string>;
  /** `meta` and `info` trees. */
  readonly rooms: Readonly<Record<string, unknown>>;
}

/** Fills a new file with empty or linked `chunks`, `meta` and `info`. */
export function fillMain(h5: H5File, content: MainContent): void {
  stampFile(h5);
  writeTree(h5, CHUNKS, {});
  for (const [key, target] of content.links ?? []) h5.createExternalLink(chunkPath(key), target, '/');
  writeTree(h5, META, content.rooms[META] ?? {});
  writeTree(h5, INFO, content.rooms[INFO] ?? {});
}

export async function writeMain(file: string, content: MainContent): Promise<void> {
  await replaceFile(file, (h5) => {
    fillMain(h5, content);
  });
}
