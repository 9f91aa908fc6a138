/** What a chunk holds, from its shapes alone; anything that does not fit is an error that names file, chunk and shapes. */
import { isBig, isComplex, sizeOf, toNumbers, type RealDType } from '../array/ndarray.ts';
import { FileError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import type { DatasetInfo, H5File } from '../hdf5/file.ts';
import { chunkPath } from './format.ts';
import { textOf } from './reading/meta-values.ts';

/** Plain data: it travels between ranks. */
export interface StoredChunkInfo {
  readonly name: string;
  readonly frames: number;
  readonly frameShape: Pair;
  /** Of the frames as they are read: 64-bit integers become float64. */
  readonly dtype: RealDType;
  /** Scan-point index of each frame; `undefined` when not stored. */
  readonly indices: readonly number[] | undefined;
  /** The positions say that they count pixels (attribute `units`). */
  readonly inPixels: boolean;
  /** One weight array for each frame, or one for all; `undefined` when there is none. */
  readonly weights: { readonly of: 'each' | 'all'; readonly dtype: RealDType } | undefined;
}

export function inspectChunk(h5: H5File, file: string, name: string): StoredChunkInfo {
  const path = chunkPath(name);
  const fail = (message: string): never => {
    throw new FileError(`${file}: chunk ${name} ${message}`, { file, entry: path });
  };
  const realType = (info: DatasetInfo, what: string): RealDType => {
    const { dtype } = info;
    if (dtype === 'string' || dtype === 'opaque' || isComplex(dtype)) {
      return fail(`has ${what} of type ${info.opaque ?? dtype}; expected real numbers`);
    }
    return isBig(dtype) ? 'float64' : dtype;
  };
  const stored = (entry: string): DatasetInfo | undefined => {
    const at = `${path}/${entry}`;
    if (h5.kind(at) !== 'dataset' || h5.attributes(at).type === 'None') return undefined;
    const info = h5.info(at);
    return info.shape.length === 0 || sizeOf(info.shape) === 0 ? undefined : info;
  };

  if (h5.kind(path) !== 'group') return fail('is not a group');
  if (h5.kind(`${path}/data`) !== 'dataset') return fail('has no dataset "data"');
  const data = h5.info(`${path}/data`);
  const { shape } = data;
  if (shape.length !== 3) {
    return fail(`has data of shape (${shape.join(', ')}); expected (frames, rows, cols)`);
  }
  const [frames, rows, cols] = shape;

  if (h5.kind(`${path}/positions`) !== 'dataset') return fail('has no dataset "positions"');
  const positions = h5.info(`${path}/positions`);
  realType(positions, 'positions');
  if (positions.shape.join() !== `${frames},2`) {
    const turned = positions.shape.join() === `2,${frames}` ? ': rows and columns are exchanged' : '';
    return fail(
      `has data of shape (${shape.join(', ')}) but positions of shape (${positions.shape.join(', ')})${turned}; expected (${frames}, 2)`,
    );
  }
  const units = textOf(h5.attributes(`${path}/positions`).units);
  const inPixels = units !== undefined && /^(pix(el)?s?|px)$/i.test(units.trim());

  let indices: number[] | undefined;
  if (stored('indices') !== undefined) {
    indices = Array.from(toNumbers(h5.read(`${path}/indices`)));
    if (indices.length !== frames) return fail(`has ${frames} frames but ${indices.length} indices`);
  }

  let weights: StoredChunkInfo['weights'];
  const weightInfo = stored('weights');
  if (weightInfo !== undefined) {
    const own = weightInfo.shape.join();
    const isOne = own === [rows, cols].join() || (frames !== 1 && own === [1, rows, cols].join());
    if (!isOne && own !== shape.join()) {
      return fail(
        `has data of shape (${shape.join(', ')}) but weights of shape (${weightInfo.shape.join(', ')})`,
      );
    }
    weights = { of: isOne ? 'all' : 'each', dtype: realType(weightInfo, 'weights') };
  }
  return {
    name,
    frames,
    frameShape: [rows, cols],
    dtype: realType(data, 'data'),
    indices,
    inPixels,
    weights,
  };
}
