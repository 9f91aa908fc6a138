/** Turns a `.ptyd` of many chunks into one with a single chunk, a few frames at a time. */
import { astype, fromNumbers, sizeOf, type RealDType } from '../../array/ndarray.ts';
import { checkedWriter, writeChecked, type CheckedWriter } from '../../hdf5/checksum.ts';
import type { H5File } from '../../hdf5/file.ts';
import { chunkPath, typeOfEntry } from '../format.ts';
import { rewriteMain } from './main-file.ts';
import { commonType, onesWeight, repeatFrame } from '../reading/read-frames.ts';
import { PtydReader } from '../reading/reader.ts';
import type { PtydWriterOptions } from './contract.ts';

/** Bytes of frames held at once. */
const BATCH_BYTES = 1 << 26;

/**
 * Replaces the chunks of `file` by one that holds all their frames in the order of their indices. Element types are those
 * of the chunks, or float64 where they differ. The file is replaced as a whole: until then it stays as it was.
 */
export async function mergeChunks(
  { file, compression, log }: Pick<PtydWriterOptions, 'file' | 'compression' | 'log'>,
  numFrames?: number,
): Promise<void> {
  const reader = new PtydReader(file, log);
  await reader.refresh();
  const { chunks, frames, frameShape } = reader;
  if (frameShape === undefined || (chunks.length === 1 && chunks[0].name === '0')) return;
  const shape = [frames, ...frameShape];
  const dataType = commonType(chunks.map((chunk) => chunk.dtype));
  const unweighted = reader.commonWeight ?? onesWeight(frameShape);
  const weighted = chunks.some((chunk) => chunk.weights !== undefined);
  const weightType = commonType(chunks.map((chunk) => chunk.weights?.dtype ?? unweighted.dtype));
  const batch = Math.max(1, Math.floor(BATCH_BYTES / (8 * sizeOf(frameShape))));

  const fill = async (h5: H5File): Promise<void> => {
    const stacks = (name: string, dtype: RealDType): CheckedWriter => {
      const writer = checkedWriter(h5, `${chunkPath(0)}/${name}`, dtype, shape, { compression });
      h5.setAttribute(`${chunkPath(0)}/${name}`, 'type', typeOfEntry(name));
      return writer;
    };
    const data = stacks('data', dataType);
    const weights = weighted ? stacks('weights', weightType) : undefined;
    const indices: number[] = [];
    for (let start = 0; start < frames; start += batch) {
      const count = Math.min(batch, frames - start);
      const part = await reader.readFrames(Array.from({ length: count }, (_, i) => start + i));
      indices.push(...part.indices);
      data.append(astype(part.data, dataType));
      weights?.append(astype(part.weights ?? repeatFrame(unweighted, count), weightType));
    }
    data.finish();
    weights?.finish();
    h5.setAttribute(chunkPath(0), 'type', 'dict');
    const small = {
      indices: astype(fromNumbers('float64', indices), 'int64'),
      positions: await reader.readPositions(),
    };
    for (const [name, array] of Object.entries(small)) {
      writeChecked(h5, `${chunkPath(0)}/${name}`, array);
      h5.setAttribute(`${chunkPath(0)}/${name}`, 'type', typeOfEntry(name));
    }
  };
  await rewriteMain({ file, log }, fill, numFrames);
}
