/** From a chunk to what is handed out, and to what is stored. */
import { allocate, item, sizeOf, type NdArray, type RealDType } from '../array/ndarray.ts';
import { isMaster, type Communicator } from '../parallel/communicator.ts';
import type { StoredChunk } from '../ptyd/format.ts';
import type { Chunk, DataPackage, Meta, PackageItem } from './package.ts';
import { compactWeights, isTrivial, maskOf, perFrame } from './prepare/weights.ts';

/** Frames of the package share memory with the chunk; masks are made when they are looked at. */
export function makePackage(chunk: Chunk, common: Meta): DataPackage {
  const local = new Map(chunk.indicesNode.map((index, i) => [index, i]));
  let iterable: PackageItem[] | undefined;
  return {
    common,
    chunk,
    get iterable() {
      iterable ??= chunk.indices.map((index, i) => packageItem(chunk, index, i, local.get(index)));
      return iterable;
    },
  };
}

function packageItem(chunk: Chunk, index: number, i: number, local: number | undefined): PackageItem {
  const position = item(chunk.positions, i);
  if (local === undefined) return { index, position };
  const { weights } = chunk;
  return {
    index,
    data: item(chunk.data, local),
    get mask() {
      return maskOf(weights.shape.length === 2 ? weights : item(weights, local));
    },
    position,
  };
}

/** The whole chunk, all ranks' frames in the order of `indices`, on the master. */
export async function storedChunk(
  chunk: Chunk,
  communicator: Communicator,
): Promise<StoredChunk | undefined> {
  const trivial = isTrivial(chunk.weights);
  const parts = await communicator.gather({
    data: chunk.data,
    weights: trivial ? undefined : compactWeights(perFrame(chunk.weights, chunk.indicesNode.length)),
  });
  if (!isMaster(communicator) || parts === undefined) return undefined;
  const used = parts.filter((part) => part.data.shape[0] > 0);
  const weighted = used.some((part) => part.weights !== undefined);
  return {
    num: chunk.num,
    indices: chunk.indices,
    positions: chunk.positions,
    data: concatenate(used.map((part) => part.data)),
    weights: weighted ? concatenate(used.map((part) => part.weights ?? ones(part.data.shape))) : undefined,
  };
}

function ones(shape: readonly number[]): NdArray<'uint8'> {
  return { dtype: 'uint8', shape, data: new Uint8Array(sizeOf(shape)).fill(1) };
}

function concatenate(parts: readonly NdArray<RealDType>[]): NdArray<RealDType> {
  if (parts.length === 1) return parts[0];
  const same = parts.every((part) => part.dtype === parts[0].dtype);
  const dtype = same ? parts[0].dtype : 'float64';
  const total = parts.reduce((sum, part) => sum + part.shape[0], 0);
  const shape = [total, ...parts[0].shape.slice(1)];
  const data = allocate(dtype, sizeOf(shape));
  let offset = 0;
  for (const part of parts) {
    data.set(part.data, offset);
    offset += part.data.length;
  }
  return { dtype, shape, data };
}
