/**
 * A file appears under its name only when it is complete: written beside, synced, renamed.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { openFile, type H5File } from './file.ts';

/** Flushes what the operating system holds of `path` (a file or folder) to the disk. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The name beside `file` under which this process writes what will replace it. */
export function temporaryName(file: string): string {
  return `${file}.${process.pid}.tmp`;
}

/**
 * Writes an HDF5 file through `write` under a temporary name beside `file`, then renames it over `file`. If anything
 * fails the temporary file is removed and `file` stays as it was. Without `sync` it survives the end of this process, but
 * not that of the operating system.
 */
export async function replaceFile(
  file: string,
  write: (h5: H5File) => void | Promise<void>,
  { sync = true } = {},
): Promise<void> {
  const temporary = temporaryName(file);
  mkdirSync(dirname(file), { recursive: true });
  try {
    const h5 = await openFile(temporary, 'w');
    try {
      await write(h5);
      h5.flush();
    } finally {
      h5.close();
    }
    if (sync) syncPath(temporary);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (sync) syncPath(dirname(file));
}
