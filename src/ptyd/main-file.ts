/**
 * The main file of a `.ptyd` whose chunks are in other files: always replaced as a whole, never edited in place, so that a
 * reader may open it at any moment.
 */
import { basename, dirname } from 'node:path';
import { int, stampFile, writeTree } from '../hdf5/encoding.ts';
import { openFile, type H5File } from '../hdf5/file.ts';
import { makeFolder } from '../hdf5/folder.ts';
import { removeAbandoned, replaceFile } from '../hdf5/replace.ts';
import type { Meta } from '../scan/package.ts';
import { movePtydAside } from './backup.ts';
import { copyEntry } from './copy-entry.ts';
import { CHUNKS, chunkPath, encodeMeta, INFO, META } from './format.ts';
import type { PtydWriterOptions } from './writer.ts';

/** Where a chunk is. */
export interface ChunkTarget {
  readonly file: string;
  /** The chunk's group in that file. */
  readonly group: string;
}

/**
 * Writes the main file of a scan that begins: of `meta` there is the number of frames, if it is known. A file that is there
 * moves aside.
 */
export async function createMain({ file, info, numFrames }: PtydWriterOptions): Promise<void> {
  makeFolder(dirname(file));
  removeAbandoned(file);
  await movePtydAside(file);
  await replaceFile(file, (h5) => {
    stampFile(h5);
    writeTree(h5, CHUNKS, {});
    writeTree(h5, META, numFrames === null ? {} : { num_frames: int(numFrames) });
    writeTree(h5, INFO, info);
  });
}

/** Replaces the main file by an edited copy. */
export async function editMain(file: string, edit: (h5: H5File) => void): Promise<void> {
  await replaceFile(file, edit, { copyOf: file });
}

/** Adds what the file does not say yet. */
export function addMeta(h5: H5File, meta: Meta): void {
  const there = new Set(h5.keys(META));
  const entries = Object.entries(encodeMeta(meta)).filter(([name]) => !there.has(name));
  writeTree(h5, META, Object.fromEntries(entries));
}

export function addLink(h5: H5File, num: number, { file, group }: ChunkTarget): void {
  h5.createExternalLink(chunkPath(num), basename(file), group);
}

/**
 * Replaces the main file by one with the same contents but for the chunks, which `fill` gives anew. `numFrames`: that many
 * frames it turned out to be.
 */
export async function rewriteMain(
  file: string,
  fill: (to: H5File, from: H5File) => void | Promise<void>,
  numFrames?: number,
): Promise<void> {
  const count = `${META}/num_frames`;
  const from = await openFile(file, 'r');
  try {
    await replaceFile(file, async (to) => {
      const isNew = (path: string): boolean =>
        path.startsWith(`/${CHUNKS}/`) || (numFrames !== undefined && path === `/${count}`);
      copyEntry(from, to, '/', isNew);
      stampFile(to);
      if (numFrames !== undefined) writeTree(to, count, int(numFrames));
      await fill(to, from);
    });
  } finally {
    from.close();
  }
}
