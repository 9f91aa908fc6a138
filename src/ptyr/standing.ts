/** What keeps a reconstruction from being written under a name. */
import { statSync } from 'node:fs';
import { FileError } from '../errors.ts';
import { entryAt } from '../files/entry.ts';
import { openFile } from '../hdf5/file.ts';

/** Says what is there that is no reconstruction; undefined where there is nothing, or one. */
export async function ptyrObstacle(file: string): Promise<string | undefined> {
  if (entryAt(file) === undefined) return undefined;
  return (await isPtyr(file))
    ? undefined
    : `${file} is not a reconstruction (.ptyr): it is not overwritten; move it away`;
}

async function isPtyr(file: string): Promise<boolean> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  try {
    const h5 = await openFile(file, 'r');
    try {
      return h5.kind('content/probe') === 'group' && h5.kind('content/obj') === 'group';
    } finally {
      h5.close();
    }
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}
