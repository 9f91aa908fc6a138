/** Files as people read them. */
import { relative } from 'node:path';

/** Path of a file from the working folder, where that is shorter. */
export function near(file: string): string {
  const path = relative('', file);
  return path !== '' && path.length < file.length ? path : file;
}
