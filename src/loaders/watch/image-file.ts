/** Files that hold one frame: NumPy, TIFF (8, 16, 32 bit integers, floating point) and PNG (grey, 8 or 16 bit). */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { hasPngSignature, decode as decodePng } from 'fast-png';
import { decode as decodeTiff, type TiffIfd } from 'tiff';
import { isBig, isComplex, viewBytes, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { npyBytes, parseNpy } from '../../array/npy.ts';
import { DataError, FileError, messageOf } from '../../errors.ts';
import { realArray } from '../hdf5/stack.ts';

interface Format {
  /** One frame (rows, cols), or what else is in the file. */
  readonly read: (bytes: Buffer, file: string) => NdArray;
  /** Whether all of the frame is there; throws what it likes where that cannot be told yet. */
  readonly isWhole: (file: string) => boolean;
}

const TIFF: Format = {
  read: readTiff,
  isWhole(file) {
    const bytes = readFileSync(file);
    const [page] = decodeTiff(bytes, { ignoreImageData: true, pages: [0] });
    const [offsets, counts] = stripsOf(page);
    return (
      offsets.length > 0 && offsets.every((offset, i) => offset > 0 && offset + counts[i] <= bytes.length)
    );
  },
};

const FORMATS: Readonly<Record<string, Format>> = {
  '.npy': {
    read: (bytes, file) => parseNpy(bytes, file),
    isWhole: (file) => npyBytes(part(file, 0, 4096)) <= statSync(file).size,
  },
  '.png': { read: readPng, isWhole: (file) => part(file, -8, 4).toString('latin1') === 'IEND' },
  '.tif': TIFF,
  '.tiff': TIFF,
};

/** Endings of the files that can be read. */
export const IMAGE_TYPES = Object.keys(FORMATS);

export function isImageName(name: string): boolean {
  return Object.hasOwn(FORMATS, extname(name).toLowerCase());
}

/** Whether the file is there to its end: its header, or its end, says so. */
export function isWholeImage(file: string): boolean {
  try {
    return FORMATS[extname(file).toLowerCase()].isWhole(file);
  } catch {
    return false;
  }
}

/** The frame (rows, cols) in a file. Throws a FileError that says what is wrong with it. */
export function readImage(file: string): NdArray<RealDType> {
  try {
    const array = FORMATS[extname(file).toLowerCase()].read(readFileSync(file), file);
    const shape = array.shape.filter((n, axis) => n !== 1 || axis >= array.shape.length - 2);
    if (shape.length !== 2 || isComplex(array.dtype)) {
      const found = `${array.shape.join('x')} ${array.dtype}`;
      throw new DataError(`${file}: holds ${found}; expected one frame (rows, cols) of real numbers`);
    }
    return { ...(isBig(array.dtype) ? realArray(array) : (array as NdArray<RealDType>)), shape };
  } catch (cause) {
    const said = messageOf(cause).replace(`${file}: `, '');
    throw new FileError(`${file}: ${said}`, { file }, { cause });
  }
}

/** `length` bytes from `start`, which counts from the end where it is negative. */
function part(file: string, start: number, length: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    const from = start < 0 ? Math.max(0, statSync(file).size + start) : start;
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, from));
  } finally {
    closeSync(descriptor);
  }
}

function readPng(bytes: Buffer): NdArray {
  if (!hasPngSignature(bytes)) throw new DataError('is not a PNG file');
  const { width, height, channels, depth, data } = decodePng(bytes);
  if (channels !== 1 || (depth !== 8 && depth !== 16)) {
    throw new DataError(`has ${channels} channels of ${depth} bit; expected one of 8 or 16 bit`);
  }
  const shape = [height, width];
  return depth === 16
    ? { dtype: 'uint16', shape, data: Uint16Array.from(data) }
    : { dtype: 'uint8', shape, data: Uint8Array.from(data) };
}

/** TIFF 6.0: sample formats unsigned, signed, floating point. */
const SAMPLES: Readonly<Record<number, string>> = { 1: 'uint', 2: 'int', 3: 'float' };
const TIFF_TYPES: readonly RealDType[] = [
  ...(['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32'] as const),
  ...(['float32', 'float64'] as const),
];
const NOT_COMPRESSED = 1;

function readTiff(bytes: Buffer): NdArray {
  const [page] = decodeTiff(bytes, { ignoreImageData: true, pages: [0] });
  const name = `${SAMPLES[page.sampleFormat] ?? 'type'}${page.bitsPerSample}`;
  const dtype = TIFF_TYPES.find((type) => type === name);
  if (dtype === undefined || page.samplesPerPixel !== 1) {
    throw new DataError(
      `holds ${page.samplesPerPixel} samples a pixel of ${name}; expected one of ${TIFF_TYPES.join(', ')}`,
    );
  }
  const [rows, cols] = [page.height, page.width];
  const size = (rows * cols * page.bitsPerSample) / 8;
  const pixels =
    page.compression === NOT_COMPRESSED && !page.tiled
      ? plainPixels(bytes, page)
      : Buffer.from(decoded(bytes, dtype));
  if (pixels.length < size) throw new DataError(`is cut short: ${pixels.length} of ${size} bytes of pixels`);
  const own = new Uint8Array(pixels.subarray(0, size));
  return { dtype, shape: [rows, cols], data: viewBytes(dtype, own.buffer, 0, rows * cols) };
}

/** Strips one after the other, in this machine's byte order. */
function plainPixels(bytes: Buffer, page: TiffIfd): Buffer {
  const [offsets, counts] = stripsOf(page);
  const pixels = Buffer.concat(offsets.map((offset, i) => bytes.subarray(offset, offset + counts[i])));
  const isBigEndian = bytes.toString('latin1', 0, 2) === 'MM';
  const width = page.bitsPerSample / 8;
  if (!isBigEndian || width === 1) return pixels;
  for (let i = 0; i + width <= pixels.length; i += width) pixels.subarray(i, i + width).reverse();
  return pixels;
}

/** Through the decoder, which knows no 32-bit integers. */
function decoded(bytes: Buffer, dtype: RealDType): ArrayBuffer {
  if (dtype === 'uint32' || dtype === 'int32') {
    throw new DataError(`holds compressed or tiled ${dtype}; expected it uncompressed in strips`);
  }
  const [{ data }] = decodeTiff(bytes, { pages: [0] });
  return new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).buffer;
}

function stripsOf(page: TiffIfd): [offsets: number[], counts: number[]] {
  const [offsets, counts] = page.tiled
    ? [page.tileOffsets, page.tileByteCounts]
    : [page.stripOffsets, page.stripByteCounts];
  return [Array.from(offsets), Array.from(counts)];
}
