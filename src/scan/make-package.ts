/** From a chunk to what is handed out. */
import { item } from '../array/ndarray.ts';
import type { Chunk, Meta } from '../frames/chunk.ts';
import type { DataPackage, PackageItem } from '../frames/package.ts';
import { maskOf } from './prepare/weights.ts';

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
