/** Whether what a scan is read from has changed since it was prepared. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isSameFile } from '../../files/identity.ts';
import { standingAt } from '../../ptyd/standing.ts';

/**
 * One of `sources` that was changed, or put in its place, after the prepared file was written; undefined where there is none. Of a
 * folder the files in it and in the folders below count.
 */
export async function newerSource(prepared: string, sources: readonly string[]): Promise<string | undefined> {
  const there = await standingAt(prepared);
  const suffixes = there.kind === 'ptyd' ? there.suffixes : [];
  const files = [prepared, ...suffixes.map((suffix) => prepared + suffix)].filter((file) => existsSync(file));
  const written = Math.max(...files.map((file) => statSync(file).mtimeMs));
  const isNewer = (file: string): boolean => {
    const stats = statSync(file, { throwIfNoEntry: false });
    // A file may be old and have come later: then its entry is newer.
    return stats !== undefined && Math.max(stats.mtimeMs, stats.ctimeMs) > written;
  };
  const find = (source: string): string | undefined => {
    if (statSync(source, { throwIfNoEntry: false })?.isDirectory() !== true) {
      return isNewer(source) ? source : undefined;
    }
    const isBeside = isSameFile(source, dirname(prepared));
    const entries = readdirSync(source, { withFileTypes: true }).filter(
      ({ name }) => !(isBeside && name.startsWith(basename(prepared))),
    );
    // Results of runs.
    if (entries.some(({ name }) => name.endsWith('.ptyr'))) return undefined;
    // A folder changes when the prepared file comes into it.
    if (!isBeside && isNewer(source) && !entries.some((entry) => entry.isDirectory())) return source;
    for (const entry of entries) {
      const found = entry.isFile() || entry.isDirectory() ? find(join(source, entry.name)) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  for (const source of sources) {
    const found = find(source);
    if (found !== undefined) return found;
  }
  return undefined;
}
