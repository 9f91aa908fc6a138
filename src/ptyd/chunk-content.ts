/** The datasets of one chunk, as every kind of writer stores them. */
import { astype, fromNumbers, type NdArray } from '../array/ndarray.ts';
import { checksumOf, writeChecked } from '../hdf5/checksum.ts';
import type { H5File } from '../hdf5/file.ts';
import { typeOfEntry, type Compression, type StoredChunk } from './format.ts';

export interface ChunkEntry {
  readonly name: string;
  readonly array: NdArray;
  readonly checksum: number;
}

export function contentOf(chunk: StoredChunk): ChunkEntry[] {
  const arrays: Record<string, NdArray> = {
    indices: astype(fromNumbers('float64', chunk.indices), 'int64'),
    positions: chunk.positions,
    data: chunk.data,
    ...(chunk.weights === undefined ? {} : { weights: chunk.weights }),
  };
  return Object.entries(arrays).map(([name, array]) => ({ name, array, checksum: checksumOf(array) }));
}

/** Writes the entries of a chunk into `group` ('' is the root); frames and weights compressed. */
export function writeContent(
  h5: H5File,
  group: string,
  content: readonly ChunkEntry[],
  compression: Compression,
): void {
  for (const { name, array, checksum } of content) {
    const path = group === '' ? name : `${group}/${name}`;
    const options = { compression: array.shape.length === 3 ? compression : 'none' } as const;
    writeChecked(h5, path, array, options, checksum);
    h5.setAttribute(path, 'type', typeOfEntry(name));
  }
}
