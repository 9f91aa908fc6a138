/** A chunk in a file of its own, whose root holds what the group of the chunk would hold. */
import { rmSync } from 'node:fs';
import { stampFile } from '../../hdf5/encoding.ts';
import { publishStaged, type StagedFile } from '../../files/staged.ts';
import { stageFile } from '../../hdf5/staged.ts';
import { obstacleError } from './backup.ts';
import { writeContent, type StoredArray } from './chunk-content.ts';
import { chunkSuffix, type Compression } from '../format.ts';
import type { LinkTarget } from './contract.ts';
import { kindAt } from '../standing.ts';
import type { PtydWriterOptions } from './contract.ts';

export function partTarget(options: PtydWriterOptions, num: number): LinkTarget {
  return { file: options.file + chunkSuffix(options.chunkFormat, num), group: '/' };
}

/** The file, complete and on the disk, before it has its name. */
export function stagePart(
  options: PtydWriterOptions,
  num: number,
  content: readonly StoredArray[],
  compression: Compression,
): Promise<StagedFile> {
  return stageFile(partTarget(options, num).file, async (h5) => {
    stampFile(h5);
    await writeContent(h5, '', content, compression);
  });
}

/** Where a chunk of this scan may be. Throws a FileError where something else is that was not written here. */
export async function publishPart(part: StagedFile): Promise<void> {
  const there = await kindAt(part.file);
  if (there.kind !== 'foreign') {
    publishStaged(part);
    return;
  }
  rmSync(part.staged, { force: true });
  throw obstacleError([{ file: part.file, what: there.what }]);
}

/** The file appears when it is complete and on the disk. */
export async function writePart(
  options: PtydWriterOptions,
  num: number,
  content: readonly StoredArray[],
  compression: Compression,
): Promise<LinkTarget> {
  await publishPart(await stagePart(options, num, content, compression));
  return partTarget(options, num);
}
