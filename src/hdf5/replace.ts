/**
 * A file appears under its name only when it is complete: written beside, synced, renamed.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openFile, type H5File } from './file.ts';
import { makeFolder } from './folder.ts';

/** The first bytes of an HDF5 file. */
const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

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
 * Removes what killed processes were writing for `file`, and for files named like it with one of `suffixes` behind. What is
 * neither HDF5 nor empty was not written here.
 */
export function removeAbandoned(file: string, isSuffix: (suffix: string) => boolean): void {
  const folder = dirname(file);
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const match = /^(.*)\.(\d+)\.tmp$/.exec(name.slice(basename(file).length));
    if (match === null || isRunning(Number(match[2]))) continue;
    const isOurs = match[1] === '' || isSuffix(match[1]);
    if (isOurs && couldBeHdf5(join(folder, name))) rmSync(join(folder, name));
  }
}

function couldBeHdf5(file: string): boolean {
  const start = Buffer.alloc(8);
  const handle = openSync(file, 'r');
  try {
    const read = readSync(handle, start);
    return read === 0 || start.equals(SIGNATURE) || start.every((byte) => byte === 0);
  } finally {
    closeSync(handle);
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
