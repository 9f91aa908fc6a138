/**
 * The main file of a `.ptyd` whose chunks are in other files: always replaced as a whole, never edited in place, so that a
 * reader may open it at any moment.
 */
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { Meta } from '../../frames/chunk.ts';
import { int, stampFile, writeTree } from '../../hdf5/encoding.ts';
import { openFile, type H5File } from '../../hdf5/file.ts';
import { removeAbandoned } from '../../files/replace.ts';
import { replaceFile, stageFile } from '../../hdf5/staged.ts';
import type { StagedFile } from '../../files/staged.ts';
import { obstacleError, takePlace } from './backup.ts';
import { copyEntry } from './copy-entry.ts';
import { CHUNKS, chunkPath, encodeMeta, INFO, META } from '../format.ts';
import { isOwnSuffix, lookAtNames } from '../own-names.ts';
import type { PtydWriterOptions } from './contract.ts';
import type { LinkTarget } from './contract.ts';

/**
 * Looks at the names that the scan will have, and touches none: a `FileError` says what is there that was not written here.
 * What killed processes were writing under temporary names goes.
 */
export async function openMain(options: PtydWriterOptions): Promise<void> {
  const { file, irregular, log } = options;
  const { there, obstacles } = await lookAtNames(options);
  if (obstacles.length > 0) throw obstacleError(obstacles);
  removeAbandoned(file, (suffix) => isOwnSuffix(options, suffix));
  if (there?.isComplete === true && irregular === true) {
    log.warn(
      `${file} holds ${there.frames} frames of an earlier preparation; readers see these until the first chunk of this one is saved`,
    );
  }
}

/** The main file of a scan that begins, with the links to its `chunks`, and those of them that are staged already. */
export async function beginMain(
  options: PtydWriterOptions,
  meta: Meta,
  chunks: readonly (readonly [num: number, target: LinkTarget])[],
  staged: readonly StagedFile[],
): Promise<void> {
  let main: StagedFile;
  try {
    main = await stageFile(options.file, (h5) => {
      writeHead(h5, options, meta);
      for (const [num, target] of chunks) addLink(h5, num, target);
    });
  } catch (error) {
    for (const one of staged) rmSync(one.staged, { force: true });
    throw error;
  }
  await takePlace(options, main, staged);
}

/** Everything but the chunks. */
export function writeHead(h5: H5File, { info }: PtydWriterOptions, meta: Meta): void {
  stampFile(h5);
  writeTree(h5, CHUNKS, {});
  writeTree(h5, META, encodeMeta(meta));
  writeTree(h5, INFO, info);
}

/** Replaces the main file by an edited copy. */
export async function editMain(file: string, edit: (h5: H5File) => void): Promise<void> {
  await replaceFile(file, edit, { copyOf: file });
}

export function addLink(h5: H5File, num: number, { file, group }: LinkTarget): void {
  h5.createExternalLink(chunkPath(num), basename(file), group);
}

/**
 * Replaces the main file by one with the same contents but for the chunks, which `fill` gives anew. `numFrames`: that many
 * frames it turned out to be. `log` hears of entries that cannot be kept.
 */
export async function rewriteMain(
  { file, log }: Pick<PtydWriterOptions, 'file' | 'log'>,
  fill: (to: H5File, from: H5File) => void | Promise<void>,
  numFrames?: number,
): Promise<void> {
  const count = `${META}/num_frames`;
  const from = await openFile(file, 'r');
  try {
    await replaceFile(file, async (to) => {
      const isNew = (path: string): boolean =>
        path.startsWith(`/${CHUNKS}/`) || (numFrames !== undefined && path === `/${count}`);
      copyEntry(from, to, '/', log, isNew);
      stampFile(to);
      if (numFrames !== undefined) writeTree(to, count, int(numFrames));
      await fill(to, from);
    });
  } finally {
    from.close();
  }
}
