/** Compression: what a dataset needs to be read, and what we write. */
import { itemSize, type DType } from '../array/ndarray.ts';
import { FileError } from '../errors.ts';
import type { NewExtent } from './bytes/datatype.ts';
import { requireWhole, type Handle } from './handle.ts';
import { filterAvailable, type Filter, type Metadata } from './module.ts';

export type Compression = 'none' | 'gzip' | 'bslz4';

/** gzip at level 4; bitshuffle (32008) with its own block size and LZ4 (2). Both are readable with h5py and hdf5plugin. */
const FILTERS: Readonly<Record<Exclude<Compression, 'none'>, NonNullable<NewExtent['filter']>>> = {
  gzip: { id: 1, settings: [4] },
  bslz4: { id: 32008, settings: [0, 2] },
};

/** Layout of a new dataset: contiguous unless compressed, growing or told otherwise. */
export function newLayout(
  dtype: DType,
  shape: readonly number[],
  options: {
    chunks?: readonly number[];
    compression?: Compression;
    maxShape?: readonly (number | null)[];
  },
): NewExtent {
  const { chunks, compression = 'none', maxShape } = options;
  const scalar = shape.length === 0;
  const chunked = !scalar && (chunks !== undefined || compression !== 'none' || maxShape !== undefined);
  return {
    shape,
    ...(maxShape === undefined || scalar ? {} : { maxShape }),
    ...(chunked ? { chunks: clamp(chunks ?? guessChunks(dtype, shape), shape, maxShape) } : {}),
    ...(compression === 'none' || scalar ? {} : { filter: FILTERS[compression] }),
  };
}

/** A chunk may not be larger than an axis can ever be. */
function clamp(
  chunks: readonly number[],
  shape: readonly number[],
  maxShape: readonly (number | null)[] | undefined,
): number[] {
  return chunks.map((n, axis) => {
    const most = maxShape === undefined ? shape[axis] : (maxShape[axis] ?? Infinity);
    return Math.max(1, Math.min(n, most));
  });
}

const CHUNK_BYTES = 2 ** 20;

/** One frame a chunk for stacks of frames; otherwise as many leading items as fit into 1 MiB. */
function guessChunks(dtype: DType, shape: readonly number[]): number[] {
  const extents = shape.map((n) => Math.max(1, n));
  if (extents.length > 2) return extents.map((n, axis) => (axis < extents.length - 2 ? 1 : n));
  const rest = extents.slice(1).reduce((product, n) => product * n, itemSize(dtype));
  const first = Math.max(1, Math.min(Math.max(extents[0], 1024), Math.floor(CHUNK_BYTES / rest)));
  return [first, ...extents.slice(1)];
}

const NAMES: Readonly<Record<number, string>> = {
  1: 'gzip',
  2: 'shuffle',
  3: 'fletcher32',
  4: 'szip',
  5: 'nbit',
  6: 'scaleoffset',
  307: 'bzip2',
  32000: 'lzf',
  32001: 'blosc',
  32004: 'lz4',
  32008: 'bitshuffle',
  32013: 'zfp',
  32015: 'zstd',
  32019: 'jpeg',
  32022: 'bitgroom',
  32023: 'bitround',
  32026: 'blosc2',
};

/** The filters that can be read here, and those that are written, by their names. */
export function supportedFilters(): { readonly readable: string[]; readonly writable: string[] } {
  const names = (ids: readonly number[]): string[] => ids.map((id) => NAMES[id]);
  return {
    readable: names(Object.keys(NAMES).map(Number).filter(filterAvailable)),
    writable: names(Object.values(FILTERS).map(({ id }) => id)),
  };
}

export function filterName({ id, name }: Filter): string {
  return NAMES[id] ?? (name === '' ? `filter ${id}` : name);
}

export function filtersOf({ library, id, file }: Handle, path: string): Filter[] {
  return library.call({ file, entry: path }, `cannot read the filters of '${path}'`, (m) =>
    m.get_dataset_filters(id, path),
  );
}

/** A missing filter would read as zeros: it is an error before anything is read. */
export function requireReadable(handle: Handle, path: string, metadata: Metadata): void {
  requireWhole(handle);
  if (handle.readable.has(path)) return;
  const where = { file: handle.file, entry: path };
  for (const filter of metadata.chunks === null ? [] : filtersOf(handle, path)) {
    if (!filterAvailable(filter.id)) {
      throw new FileError(
        `${handle.file}: '${path}' is compressed with ${filterName(filter)} (HDF5 filter ${filter.id}), which is not available here`,
        where,
      );
    }
  }
  handle.readable.add(path);
}
