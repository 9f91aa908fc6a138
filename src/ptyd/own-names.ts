/** The names that a scan saved as `file` may write to, and what must not be under them. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { chunkNumberOf } from './format.ts';
import { kindAt, standingAt, type StandingPtyd } from './standing.ts';
import { reservedName } from './writing/reserved-name.ts';
import type { PtydWriterOptions } from './writing/contract.ts';

/** Where a scan is saved. */
export type Saving = Pick<PtydWriterOptions, 'file' | 'chunkFormat'>;

/** Whether a file beside the main file, named like it with `suffix` behind, is one of its chunks. */
export function isOwnSuffix({ file, chunkFormat }: Saving, suffix: string): boolean {
  return file + suffix === reservedName(file) || chunkNumberOf(chunkFormat, suffix) !== undefined;
}

/** Files beside the main file that bear the names of its chunks. */
export function filesNamedLikeChunks(saving: Saving): string[] {
  const folder = dirname(saving.file);
  const name = basename(saving.file);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  const named = readdirSync(folder).filter(
    (other) => other.startsWith(name) && isOwnSuffix(saving, other.slice(name.length)),
  );
  return named.map((other) => join(folder, other)).sort();
}

export interface Obstacle {
  readonly file: string;
  readonly what: string;
}

/** What keeps a scan from being saved: files that were not written for this name. `there`: the file in whose place it comes. */
export async function lookAtNames(
  saving: Saving,
): Promise<{ readonly there: StandingPtyd | undefined; readonly obstacles: readonly Obstacle[] }> {
  const { file } = saving;
  const main = await standingAt(file);
  if (main.kind === 'foreign') return { there: undefined, obstacles: [{ file, what: main.what }] };
  if (main.kind === 'part') {
    return { there: undefined, obstacles: [{ file, what: 'a chunk of another .ptyd' }] };
  }
  const obstacles: Obstacle[] = [];
  for (const part of filesNamedLikeChunks(saving)) {
    const found = await kindAt(part);
    if (found.kind === 'foreign') obstacles.push({ file: part, what: found.what });
    // A main file that was renamed may still lead to it.
    else if (main.kind === 'free')
      obstacles.push({ file: part, what: `a chunk, without its main file ${file}` });
  }
  return { there: main.kind === 'ptyd' ? main : undefined, obstacles };
}
