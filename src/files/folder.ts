/** Folders that files are written to. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { FileError, messageOf } from '../errors.ts';

/**
 * Makes a folder and those above it, where they are not there. Throws a `FileError` that says what stands in the way.
 * Node's own way to make all of them never returns where the system answers that there is no such folder to make one
 * in, as in `/proc` and among automounted folders.
 */
export function makeFolder(folder: string): void {
  const there = nearestFolder(folder);
  if (there === folder) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (cause) {
    // Another process may have made it meanwhile.
    if (existsSync(folder)) return;
    throw new FileError(
      `the folder ${folder} cannot be made: ${messageOf(cause)}`,
      { file: folder },
      { cause },
    );
  }
}

/** The folders that `makeFolder` would make, the deepest first. Throws as it does. */
export function foldersToMake(folder: string): string[] {
  return nearestFolder(folder) === folder ? [] : [folder, ...foldersToMake(dirname(folder))];
}

/** Throws the `FileError` that writing below this folder, there or yet to be made, would give. Makes nothing. */
export function requireWritableFolder(folder: string): void {
  const there = nearestFolder(folder);
  try {
    accessSync(there, constants.W_OK);
  } catch (cause) {
    throw new FileError(
      `the folder ${there} cannot be written: ${messageOf(cause)}`,
      { file: there },
      { cause },
    );
  }
}

/** What keeps files from being written below this folder; undefined where nothing does. */
export function folderObstacle(folder: string): string | undefined {
  try {
    requireWritableFolder(folder);
    return undefined;
  } catch (error) {
    if (error instanceof FileError) return error.message;
    throw error;
  }
}

/** The folder itself, or the nearest above it that is there. Throws a `FileError` for a file in its place. */
function nearestFolder(folder: string): string {
  if (!existsSync(folder) && dirname(folder) !== folder) return nearestFolder(dirname(folder));
  if (statSync(folder).isDirectory()) return folder;
  throw new FileError(`${folder} is a file, not a folder`, { file: folder });
}
