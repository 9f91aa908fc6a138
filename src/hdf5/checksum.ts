/** Checksums of datasets: the CRC-32 of the bytes, little-endian and in C order, in the attribute `crc32`. */
import { allocate, itemSize, ndarray, sizeOf, type DType, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { DatasetOptions, H5File } from './file.ts';
import { bytesOf } from './slab.ts';
import { host } from './host.ts';

const ATTRIBUTE = 'crc32';

/** Bytes read at a time when verifying. */
const SLICE_BYTES = 2 ** 26;

/** Makes the dataset `path` of `array` with its checksum. */
export function writeChecked(file: H5File, path: string, array: NdArray, options: DatasetOptions = {}): void {
  file.createDataset(path, array.dtype, array.shape, options);
  file.write(path, array);
  setChecksum(file, path, host.crc32(bytesOf(array)));
}

/** Makes the dataset `path` with all the room that its data and checksum will take; both are to be filled in later. */
export function allocateChecked(file: H5File, path: string, dtype: DType, shape: readonly number[]): void {
  file.createDataset(path, dtype, shape);
  // The library makes room with the first value that is written, wherever.
  const first = allocate(dtype, 1);
  file.write(
    path,
    { dtype, shape: shape.map(() => 1), data: first },
    shape.map(() => ({ start: 0, stop: 1 })),
  );
  setChecksum(file, path, 0);
}

/** Takes a dataset in slices along its first axis; the checksum is set when the last has come. */
export interface CheckedWriter {
  /** Writes the next items: an array of shape (n, …). */
  append(array: NdArray): void;
  /** Throws a `DataError` when slices are missing. */
  finish(): void;
}

/** Makes the dataset `path` of a known shape (at least one axis), to be written slice by slice. */
export function checkedWriter(
  file: H5File,
  path: string,
  dtype: DType,
  shape: readonly number[],
  options: DatasetOptions = {},
): CheckedWriter {
  file.createDataset(path, dtype, shape, options);
  return fillingWriter(file, path, shape);
}

/** Fills a dataset of this shape, made by `allocateChecked`, slice by slice. */
export function fillingWriter(file: H5File, path: string, shape: readonly number[]): CheckedWriter {
  const rest = shape.slice(1).map((stop) => ({ start: 0, stop }));
  let written = 0;
  let sum = 0;
  return {
    append(array) {
      const stop = written + array.shape[0];
      file.write(path, array, [{ start: written, stop }, ...rest]);
      sum = extend(sum, array);
      written = stop;
    },
    finish() {
      if (written !== shape[0]) {
        throw new DataError(
          `${file.path}: '${path}' has ${written} of ${shape[0]} items: slices are missing`,
        );
      }
      setChecksum(file, path, sum);
    },
  };
}

/** Reads the whole dataset and compares. `absent`: it can be read, but was stored without a checksum. */
export function verifyChecksum(file: H5File, path: string): 'ok' | 'mismatch' | 'absent' {
  const expected = file.attributes(path)[ATTRIBUTE];
  const { shape, dtype } = file.info(path);
  let sum = 0;
  if (shape.length === 0) {
    sum = extend(0, file.read(path));
  } else {
    const itemBytes =
      sizeOf(shape.slice(1)) * (dtype === 'string' || dtype === 'opaque' ? 1 : itemSize(dtype));
    const items = Math.max(1, Math.floor(SLICE_BYTES / Math.max(1, itemBytes)));
    for (let start = 0; start < shape[0]; start += items) {
      sum = extend(sum, file.read(path, [{ start, stop: Math.min(shape[0], start + items) }]));
    }
  }
  if (typeof expected !== 'number') return 'absent';
  return sum === expected ? 'ok' : 'mismatch';
}

/** The checksum `sum` of what came before, carried on over `array`. */
function extend(sum: number, array: NdArray): number {
  // zlib takes an empty buffer as the wish to start anew.
  return array.data.length === 0 ? sum : host.crc32(bytesOf(array), sum);
}

function setChecksum(file: H5File, path: string, sum: number): void {
  file.setAttribute(path, ATTRIBUTE, ndarray('uint32', [], Uint32Array.of(sum)));
}
