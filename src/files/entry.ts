/** What is under a name. */
import { lstatSync, type Stats } from 'node:fs';

/** Of a link itself; undefined where there is nothing, also below what is no folder. */
export function entryAt(name: string): Stats | undefined {
  try {
    return lstatSync(name, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}
