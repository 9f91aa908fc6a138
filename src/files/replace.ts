/**
 * A file appears under its name only when it is complete: written beside, synced, renamed.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isRunning } from './process.ts';

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

/** Gives a complete file the name `file`, in place of whatever has it, when both are on the disk. */
export function publishFile(complete: string, file: string): void {
  syncPath(complete);
  renameSync(complete, file);
  syncPath(dirname(file));
}
