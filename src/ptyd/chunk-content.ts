/** The datasets of one chunk, as every kind of writer stores them. */
import { astype, fromNumbers } from '../array/ndarray.ts';
import { writeChecked } from '../hdf5/checksum.ts';
import type { H5File } from '../hdf5/file.ts';
import { typeOfEntry, type Compression, type StoredChunk } from './format.ts';

/** Writes `chunk` into `group` ('' is the root) with checksums; frames and weights compressed. */
export function writeContent(h5: H5File, group: string, chunk: StoredChunk, compression: Compression): void {
  const entries = {
    indices: astype(fromNumbers('float64', chunk.indices), 'int64'),
    positions: chunk.positions,
    data: chunk.data,
    ...(chunk.weights === undefined ? {} : { weights: chunk.weights }),
  };
  for (const [name, array] of Object.entries(entries)) {
    const path = group === '' ? name : `${group}/${name}`;
    writeChecked(h5, path, array, { compression: array.shape.length === 3 ? compression : 'none' });
    h5.setAttribute(path, 'type', typeOfEntry(name));
  }
}
