/**
 * A thread that opens only files below given folders. An HDF5 file can name any other: by links, by the sources of virtual datasets, by
 * external storage. Whoever shows files to others calls `confineTo` first; from then on everything that this room opens, and every file
 * that the library asks for, is looked at here.
 */
import { realpathSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

let roots: readonly string[] | undefined;

/**
 * From now on this thread finds no HDF5 file outside `folders`, as if it did not exist: what a name leads to counts, across symbolic
 * links. Pipes and devices do not exist either: opening one may wait for ever. Once for a thread; throws where there is no such folder.
 */
export function confineTo(...folders: readonly string[]): void {
  if (roots !== undefined) throw new Error('this thread is confined already');
  roots = folders.map((folder) => realpathSync(folder));
}

/** Whether this thread may open a file; `own`: a folder of the program. */
export function mayOpen(name: string, own: () => string): boolean {
  return roots === undefined || isWithin(name, [...roots, realpathSync(own())]);
}

/** The name, where this thread may use it. Throws `ENOENT`, as Node does for what is not there. */
export function within(name: string): string {
  if (roots !== undefined && !isWithin(name, roots)) throw new NoSuchFile();
  return name;
}

function isWithin(name: string, folders: readonly string[]): boolean {
  try {
    const real = realpathSync(resolve(name));
    const stats = statSync(real);
    if (!stats.isFile() && !stats.isDirectory()) return false;
    return folders.some((folder) => real === folder || real.startsWith(join(folder, sep)));
  } catch {
    return false;
  }
}

class NoSuchFile extends Error {
  readonly code = 'ENOENT';

  constructor() {
    super('ENOENT: no such file or directory');
  }
}
