/** What keeps a picture, or another file that this program draws, from being written under a name. */
import { closeSync, lstatSync, openSync, readSync, statSync } from 'node:fs';

const PNG_START = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** SVG files begin with it: those of others do not. */
export const SVG_START = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn by ptyflow -->\n';

/** Says what is there that is no PNG, or under a name of an SVG none of this program; undefined where there is nothing, or a picture. */
export function pictureObstacle(file: string): string | undefined {
  return /\.svg$/i.test(file)
    ? obstacle(file, Buffer.from(SVG_START), 'an SVG picture of this program')
    : obstacle(file, PNG_START, 'a PNG picture');
}

/** Says what is there that does not begin with `start`, as files of this kind (`what`) do; undefined where there is nothing, or one of them. */
export function obstacle(file: string, start: Buffer, what: string): string | undefined {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
  return startsWith(file, start) ? undefined : `${file} is not ${what}: it is not overwritten; move it away`;
}

function startsWith(file: string, start: Buffer): boolean {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(start.length);
    readSync(handle, bytes);
    return bytes.equals(start);
  } finally {
    closeSync(handle);
  }
}
