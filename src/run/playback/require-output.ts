/** Where `simulate` writes: nothing is there yet, but for a scan that a new one may take the place of. */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '../../errors.ts';
import { entryAt } from '../../files/entry.ts';
import { folderObstacle } from '../../files/folder.ts';
import { isSameFile } from '../../files/identity.ts';
import { obstacleText } from '../../ptyd/writing/backup.ts';
import { lookAtNames } from '../../ptyd/own-names.ts';
import { SCAN_DATA } from '../../params/scan-data.ts';
import type { LiveKind } from './plan.ts';

/** What a folder of frames gets. */
const ENTRIES = ['ccd', 'geometry.txt', 'positions.txt', 'done'] as const;

/** Throws a `ConfigError`. `from` is read. */
export async function requireOutput(kind: LiveKind, output: string, from?: string): Promise<void> {
  const message = await obstacleAt(kind, output, from);
  if (message !== undefined) throw new ConfigError([{ path: '<output>', message }]);
}

async function obstacleAt(kind: LiveKind, output: string, from?: string): Promise<string | undefined> {
  if (from !== undefined && isSameFile(from, output)) {
    return `${output} is the file that is played; give another name`;
  }
  const folder = folderObstacle(dirname(output));
  if (folder !== undefined) return folder;
  if (kind === 'ptyd') {
    const chunkFormat = SCAN_DATA.chunk_format.default;
    const { obstacles } = await lookAtNames({ file: output, chunkFormat });
    return obstacles.length === 0 ? undefined : obstacles.map(obstacleText).join('\n');
  }
  if (kind === 'swmr') return isThere(output) ? `${output} exists already; give another name` : undefined;
  if (!isThere(output)) return undefined;
  if (statSync(output, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `${output} is a file; give a folder for the frames`;
  }
  const taken = ENTRIES.filter((name) => isThere(join(output, name)));
  return taken.length === 0 ? undefined : `${output} holds ${taken.join(', ')} already; give another folder`;
}

function isThere(file: string): boolean {
  return entryAt(file) !== undefined;
}
