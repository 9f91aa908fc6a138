/** Which views of a package are whose, and what they are made of. */
import { DataError } from '../errors.ts';
import type { DataPackage } from '../frames/package.ts';

/** All pairs (probe layer, object layer). */
export function modePairs(probeModes: number, objectModes: number): (readonly [number, number])[] {
  return Array.from({ length: probeModes * objectModes }, (_, k) => [
    k % probeModes,
    Math.floor(k / probeModes),
  ]);
}

/** Rows of this rank's frames in the chunk's positions. */
export function ownRows({ chunk }: DataPackage): number[] {
  const rows = new Map(chunk.indices.map((index, row) => [index, row]));
  return chunk.indicesNode.map((index) => {
    const row = rows.get(index);
    if (row === undefined) throw new DataError(`chunk ${chunk.num}: frame ${index} has no position`);
    return row;
  });
}

export function joined(parts: readonly Int32Array[]): Int32Array {
  return Int32Array.from(parts.flatMap((part) => [...part]));
}

export function pick<A extends Int32Array | Float64Array>(pairs: A, rows: readonly number[]): A {
  const picked = pairs.slice(0, 2 * rows.length);
  rows.forEach((row, i) => {
    picked[2 * i] = pairs[2 * row];
    picked[2 * i + 1] = pairs[2 * row + 1];
  });
  return picked as A;
}
