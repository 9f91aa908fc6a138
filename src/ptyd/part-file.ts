/** A chunk in a file of its own, whose root holds what the group of the chunk would hold. */
import { stampFile } from '../hdf5/encoding.ts';
import { replaceFile } from '../hdf5/replace.ts';
import { moveAside } from './backup.ts';
import { writeContent, type ChunkEntry } from './chunk-content.ts';
import { chunkSuffix, type Compression } from './format.ts';
import type { ChunkTarget } from './main-file.ts';
import type { PtydWriterOptions } from './writer.ts';

export function partTarget(options: PtydWriterOptions, num: number): ChunkTarget {
  return { file: options.file + chunkSuffix(options.chunkFormat, num), group: '/' };
}

/** The file appears when it is complete and on the disk; one that bears its name moves aside. */
export async function writePart(
  options: PtydWriterOptions,
  num: number,
  content: readonly ChunkEntry[],
  compression: Compression,
): Promise<ChunkTarget> {
  const target = partTarget(options, num);
  moveAside(target.file);
  await replaceFile(target.file, async (h5) => {
    stampFile(h5);
    await writeContent(h5, '', content, compression);
  });
  return target;
}
