/** Which file a name leads to, whatever links are on the way. */
import { realpathSync, statSync, type BigIntStats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** The same for two names of one file: by symbolic links, hard links, or another spelling. Of a file yet to be made too. */
export function identityOf(file: string): string {
  const stats = statsOf(file);
  return stats === undefined ? `path ${realName(resolve(file))}` : `inode ${stats.dev} ${stats.ino}`;
}

export function isSameFile(a: string, b: string): boolean {
  return identityOf(a) === identityOf(b);
}

/** Undefined also below a file, and where nobody may look. */
function statsOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true });
  } catch {
    return undefined;
  }
}

/** With the links followed of what is there. */
function realName(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return dirname(file) === file ? file : join(realName(dirname(file)), basename(file));
  }
}
