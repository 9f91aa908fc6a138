/** Whether two names are one file. */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';

export function isSameFile(first: string, second: string): boolean {
  return realPath(first) === realPath(second);
}

/** With symbolic links followed. A file that does not exist is none other. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return resolve(file);
  }
}
