/**
 * A file appears under its name only when it is complete: written beside, synced, renamed.
 */
import { closeSync, copyFileSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openFile, type H5File } from './file.ts';
import { makeFolder } from './folder.ts';

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

/** Removes what processes that were killed were writing for `file`, and for files named like it with `.` and more behind. */
export function removeAbandoned(file: string): void {
  const folder = dirname(file);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const pid = /\.(\d+)\.tmp$/.exec(name.slice(basename(file).length))?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Gives a complete file the name `file`, in place of whatever has it, when both are on the disk. */
export function publishFile(complete: string, file: string): void {
  syncPath(complete);
  renameSync(complete, file);
  syncPath(dirname(file));
}

/**
 * Writes an HDF5 file through `write` under a temporary name beside `file`, then renames it over `file`. If anything
 * fails the temporary file is removed and `file` stays as it was. It begins as a copy of `copyOf`, which should be small,
 * or empty.
 */
export async function replaceFile(
  file: string,
  write: (h5: H5File) => void | Promise<void>,
  { copyOf }: { copyOf?: string } = {},
): Promise<void> {
  const temporary = temporaryName(file);
  makeFolder(dirname(file));
  try {
    if (copyOf !== undefined) copyFileSync(copyOf, temporary);
    const h5 = await openFile(temporary, copyOf === undefined ? 'w' : 'r+');
    try {
      await write(h5);
      h5.flush();
    } finally {
      h5.close();
    }
    publishFile(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
