/** What a chunk holds, from its shapes alone; anything that does not fit is an error that names file, chunk and shapes. */
import { toNumbers } from '../array/ndarray.ts';
import { FileError } from '../errors.ts';
import type { H5File } from '../hdf5/file.ts';
import { chunkPath } from './format.ts';

export interface ChunkInfo {
  readonly name: string;
  readonly frames: number;
  readonly frameShape: readonly [number, number];
  /** Scan-point index of each frame; `undefined` when not stored. */
  readonly indices: readonly number[] | undefined;
  /** One weight array for each frame, one for all, or none. */
  readonly weights: 'stack' | 'shared' | undefined;
}

export function inspectChunk(h5: H5File, file: string, name: string): ChunkInfo {
  const path = chunkPath(name);
  const fail = (message: string): never => {
    throw new FileError(`${file}: chunk ${name} ${message}`, { file, entry: path });
  };
  if (h5.kind(path) !== 'group') return fail('is not a group');
  if (h5.kind(`${path}/data`) !== 'dataset') return fail('has no dataset "data"');
  const shape = h5.info(`${path}/data`).shape;
  if (shape.length !== 3)
    return fail(`has data of shape (${shape.join(', ')}); expected (frames, rows, cols)`);
  const [frames, rows, cols] = shape;

  if (h5.kind(`${path}/positions`) !== 'dataset') return fail('has no dataset "positions"');
  const positions = h5.info(`${path}/positions`).shape;
  if (positions.length !== 2 || positions[0] !== frames || positions[1] !== 2) {
    return fail(`has data of shape (${shape.join(', ')}) but positions of shape (${positions.join(', ')})`);
  }

  let indices: number[] | undefined;
  if (h5.kind(`${path}/indices`) === 'dataset' && h5.info(`${path}/indices`).shape.some((n) => n > 0)) {
    indices = Array.from(toNumbers(h5.read(`${path}/indices`)));
    if (indices.length !== frames) return fail(`has ${frames} frames but ${indices.length} indices`);
  }

  let weights: ChunkInfo['weights'];
  if (h5.kind(`${path}/weights`) === 'dataset') {
    const weightShape = h5.info(`${path}/weights`).shape;
    const stored = weightShape.reduce((n, m) => n * m, 1);
    const isTypedNone = h5.attributes(`${path}/weights`)['type'] === 'None';
    if (stored > 0 && weightShape.length > 0 && !isTypedNone) {
      weights = weightShape.length === 2 ? 'shared' : 'stack';
      const expected = weights === 'shared' ? [rows, cols] : shape;
      if (weightShape.join() !== expected.join()) {
        return fail(
          `has data of shape (${shape.join(', ')}) but weights of shape (${weightShape.join(', ')})`,
        );
      }
    }
  }
  return { name, frames, frameShape: [rows, cols], indices, weights };
}
