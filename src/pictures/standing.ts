/** What keeps a picture from being written under a name. */
import { closeSync, lstatSync, openSync, readSync, statSync } from 'node:fs';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** Says what is there that is no PNG; undefined where there is nothing, or a picture. */
export function pictureObstacle(file: string): string | undefined {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
  return isPng(file) ? undefined : `${file} is not a PNG picture: it is not overwritten; move it away`;
}

function isPng(file: string): boolean {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const handle = openSync(file, 'r');
  try {
    const start = Buffer.alloc(SIGNATURE.length);
    readSync(handle, start);
    return start.equals(SIGNATURE);
  } finally {
    closeSync(handle);
  }
}
