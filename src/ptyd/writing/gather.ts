/** Turns a `.ptyd` that links to its chunks into one that holds them, a few frames at a time. */
import { itemSize, sizeOf, type DType } from '../../array/ndarray.ts';
import { checkedWriter } from '../../hdf5/checksum.ts';
import type { H5File } from '../../hdf5/file.ts';
import { CHUNKS, chunkPath, typeOfEntry, type Compression } from '../format.ts';
import { rewriteMain } from './main-file.ts';
import type { PtydWriterOptions } from './contract.ts';

/** Bytes held at once. */
const BATCH_BYTES = 1 << 26;

/**
 * Replaces `file`, whose chunks were written here, as a whole: until then it stays as it was. `numFrames`: that many
 * frames it turned out to be.
 */
export async function gatherChunks(
  { file, compression, log }: Pick<PtydWriterOptions, 'file' | 'compression' | 'log'>,
  numFrames?: number,
): Promise<void> {
  const gather = (to: H5File, from: H5File): void => {
    for (const key of from.keys(CHUNKS)) {
      const group = chunkPath(key);
      to.createGroup(group);
      to.setAttribute(group, 'type', 'dict');
      for (const name of from.keys(group)) {
        copyStack(from, to, `${group}/${name}`, compression);
        to.setAttribute(`${group}/${name}`, 'type', typeOfEntry(name));
      }
    }
  };
  await rewriteMain({ file, log }, gather, numFrames);
}

function copyStack(from: H5File, to: H5File, path: string, compression: Compression): void {
  const { shape, dtype } = from.info(path);
  const writer = checkedWriter(to, path, dtype as DType, shape, {
    compression: shape.length === 3 ? compression : 'none',
  });
  const batch = Math.max(1, Math.floor(BATCH_BYTES / (itemSize(dtype as DType) * sizeOf(shape.slice(1)))));
  for (let start = 0; start < shape[0]; start += batch) {
    writer.append(from.read(path, [{ start, stop: Math.min(shape[0], start + batch) }]));
  }
  writer.finish();
}
