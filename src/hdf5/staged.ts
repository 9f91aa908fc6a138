/** An HDF5 file that appears under its name only when it is complete. */
import { copyFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../files/folder.ts';
import { publishFile, syncPath, temporaryName } from '../files/replace.ts';
import { openFile, type H5File } from './file.ts';

/** A file that is complete, under a name of its own until it takes its place. */
export interface StagedFile {
  readonly file: string;
  readonly staged: string;
}

/**
 * Writes an HDF5 file through `write` under a temporary name beside `file`, where it stays until `publishStaged`. If anything
 * fails it is removed. It begins as a copy of `copyOf`, which should be small, or empty.
 */
export async function stageFile(
  file: string,
  write: (h5: H5File) => void | Promise<void>,
  { copyOf }: { copyOf?: string } = {},
): Promise<StagedFile> {
  const staged = temporaryName(file);
  makeFolder(dirname(file));
  try {
    if (copyOf !== undefined) copyFileSync(copyOf, staged);
    const h5 = await openFile(staged, copyOf === undefined ? 'w' : 'r+');
    try {
      await write(h5);
      h5.flush();
    } finally {
      h5.close();
    }
    syncPath(staged);
    return { file, staged };
  } catch (error) {
    rmSync(staged, { force: true });
    throw error;
  }
}

/** Gives a staged file its name. If that fails it is removed. */
export function publishStaged({ file, staged }: StagedFile): void {
  try {
    publishFile(staged, file);
  } catch (error) {
    rmSync(staged, { force: true });
    throw error;
  }
}

/**
 * Writes an HDF5 file through `write` beside `file`, then renames it over `file`. If anything fails the temporary file is
 * removed and `file` stays as it was. It begins as a copy of `copyOf`, which should be small, or empty.
 */
export async function replaceFile(
  file: string,
  write: (h5: H5File) => void | Promise<void>,
  options: { copyOf?: string } = {},
): Promise<void> {
  publishStaged(await stageFile(file, write, options));
}
