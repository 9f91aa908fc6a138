/** The datasets of one chunk, as every kind of writer stores them. */
import { astype, fromNumbers, type DType, type NdArray } from '../../array/ndarray.ts';
import type { Slices, StoredChunk } from '../../frames/stored.ts';
import { checkedWriter, type CheckedWriter } from '../../hdf5/checksum.ts';
import type { H5File } from '../../hdf5/file.ts';
import { typeOfEntry, type Compression } from '../format.ts';

export interface StoredArray {
  readonly name: string;
  readonly array: Slices;
}

/** An array that is there as a whole. */
export function whole<D extends DType>(array: NdArray<D>): Slices<D> {
  return {
    dtype: array.dtype,
    shape: array.shape,
    async *slices() {
      yield await Promise.resolve(array);
    },
  };
}

export function contentOf(chunk: StoredChunk): StoredArray[] {
  const arrays: Record<string, Slices> = {
    indices: whole(astype(fromNumbers('float64', chunk.indices), 'int64')),
    positions: whole(chunk.positions),
    data: chunk.data,
    ...(chunk.weights === undefined ? {} : { weights: chunk.weights }),
  };
  return Object.entries(arrays).map(([name, array]) => ({ name, array }));
}

/** Writes the entries of a chunk into `group` ('' is the root); frames and weights compressed. */
export async function writeContent(
  h5: H5File,
  group: string,
  content: readonly StoredArray[],
  compression: Compression,
): Promise<void> {
  for (const { name, array } of content) {
    const path = group === '' ? name : `${group}/${name}`;
    const options = { compression: array.shape.length === 3 ? compression : 'none' } as const;
    await pour(array, checkedWriter(h5, path, array.dtype, array.shape, options));
    h5.setAttribute(path, 'type', typeOfEntry(name));
  }
}

/** Writes all slices. */
export async function pour(array: Slices, writer: CheckedWriter): Promise<void> {
  for await (const slice of array.slices()) writer.append(slice);
  writer.finish();
}
