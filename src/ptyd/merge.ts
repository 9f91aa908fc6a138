/** Turns a `.ptyd` of many chunks into one with a single chunk, a few frames at a time. */
import { sizeOf, type NdArray, type RealDType } from '../array/ndarray.ts';
import { ChecksumWriter } from '../hdf5/checksum.ts';
import { readTree } from '../hdf5/encoding.ts';
import { openFile, type H5File } from '../hdf5/file.ts';
import { replaceFile } from '../hdf5/replace.ts';
import { chunkPath, INFO, META, type Compression } from './format.ts';
import { fillMain } from './main-file.ts';
import { PtydReader } from './reader.ts';

/** Bytes of frames held at once. */
const BATCH_BYTES = 64 << 20;

export async function mergeChunks(file: string, compression: Compression): Promise<void> {
  const reader = new PtydReader(file);
  await reader.refresh();
  if (reader.chunks.length < 2 || reader.frameShape === undefined) return;
  const rooms = await readRooms(file);
  const shape = [reader.frames, ...reader.frameShape];
  const batch = Math.max(1, Math.floor(BATCH_BYTES / (8 * sizeOf(reader.frameShape))));
  const weighted = reader.chunks.some((chunk) => chunk.weights !== undefined);
  await replaceFile(file, async (h5) => {
    fillMain(h5, { rooms });
    h5.createGroup(chunkPath(0));
    h5.setAttribute(chunkPath(0), 'type', 'dict');
    const indices: number[] = [];
    let data: Dataset | undefined;
    let weights: Dataset | undefined;
    for (let start = 0; start < reader.frames; start += batch) {
      const stop = Math.min(start + batch, reader.frames);
      const frames = await reader.readFrames(Array.from({ length: stop - start }, (_, i) => start + i));
      indices.push(...frames.indices);
      data ??= new Dataset(h5, 'data', frames.data.dtype, shape, compression);
      data.append(start, frames.data);
      if (!weighted) continue;
      const batchWeights = frames.weights ?? {
        dtype: 'uint8',
        shape: frames.data.shape,
        data: new Uint8Array(sizeOf(frames.data.shape)).fill(1),
      };
      weights ??= new Dataset(h5, 'weights', batchWeights.dtype, shape, compression);
      weights.append(start, batchWeights);
    }
    data?.finish();
    weights?.finish();
    writeSmall(
      h5,
      'indices',
      { dtype: 'int64', shape: [indices.length], data: BigInt64Array.from(indices, BigInt) },
      'arraylist',
    );
    writeSmall(h5, 'positions', await reader.readPositions(), 'array');
  });
}
