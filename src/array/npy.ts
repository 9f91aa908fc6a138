/**
 * NumPy's `.npy` format, versions 1 to 3, as published in its format description: magic, header (a Python literal that is
 * matched, never evaluated), raw data. Big-endian and Fortran-ordered arrays are converted.
 */
import { DataError } from '../errors.ts';
import { componentsOf, DTYPES, itemSize, sizeOf, viewBytes, type DType, type NdArray } from './ndarray.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const TYPES: Readonly<Record<string, DType>> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f4: 'float32',
  f8: 'float64',
  c8: 'complex64',
  c16: 'complex128',
};

interface Header {
  readonly dtype: DType;
  readonly shape: number[];
  readonly isBigEndian: boolean;
  readonly isFortran: boolean;
  /** Where the data begins. */
  readonly start: number;
  /** Bytes of data. */
  readonly size: number;
}

/** Bytes that a `.npy` file has when it is whole, by its beginning. Throws a DataError where that does not tell. */
export function npyBytes(beginning: Uint8Array, source = '.npy data'): number {
  const { start, size } = parseHeader(beginning, source);
  return start + size;
}

/** The array in the bytes of a `.npy` file. Throws a DataError that says what is wrong with them. */
export function parseNpy(bytes: Uint8Array, source = '.npy data'): NdArray {
  const { dtype, shape, isBigEndian, isFortran, start, size } = parseHeader(bytes, source);
  const found = bytes.length - start;
  if (found < size) throw new DataError(`${source}: is cut short: ${found} of ${size} bytes of data`);
  // A copy, because data may start at an address its type cannot be read from.
  const data = new Uint8Array(bytes.subarray(start, start + size));
  if (isBigEndian) swapBytes(data, itemSize(dtype) / componentsOf(dtype));
  const array = { dtype, shape, data: viewBytes(dtype, data.buffer, 0, sizeOf(shape)) };
  return isFortran && shape.length > 1 ? fromFortran(array) : array;
}

function parseHeader(bytes: Uint8Array, source: string): Header {
  const fail = (message: string): never => {
    throw new DataError(`${source}: ${message}`);
  };
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) return fail('is not a .npy file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) return fail('ends within its header');
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([<>|=])?([a-z]\d+)'/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header);
  const dimensions = /'shape':\s*\(([\d,\s]*)\)/.exec(header);
  if (descr === null || order === null || dimensions === null) {
    return fail(`has a header that is not understood: ${header.trim().slice(0, 80)}`);
  }
  const dtype = Object.hasOwn(TYPES, descr[2]) ? TYPES[descr[2]] : undefined;
  if (dtype === undefined) return fail(`holds elements of type ${descr[2]}; accepted: ${DTYPES.join(', ')}`);
  const shape = dimensions[1].split(',').flatMap((n) => (n.trim() === '' ? [] : [Number(n)]));
  const size = sizeOf(shape) * itemSize(dtype);
  const [isBigEndian, isFortran] = [descr[1] === '>', order[1] === 'True'];
  return { dtype, shape, isBigEndian, isFortran, start: start + length, size };
}

/** The bytes of a `.npy` file, version 1, little-endian, C order. */
export function formatNpy(array: NdArray): Uint8Array {
  const code = Object.keys(TYPES).find((key) => TYPES[key] === array.dtype) ?? '';
  const descr = `${itemSize(array.dtype) === 1 ? '|' : '<'}${code}`;
  const shape = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const header = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const body = new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength);
  const out = new Uint8Array(10 + header.length + body.length);
  out.set([...MAGIC, 1, 0, header.length & 0xff, header.length >> 8]);
  out.set(new TextEncoder().encode(header), 10);
  out.set(body, 10 + header.length);
  return out;
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse();
}

/** First axis fastest → last axis fastest. */
function fromFortran(array: NdArray): NdArray {
  const { dtype, shape } = array;
  const components = componentsOf(dtype);
  const source = array.data as Float64Array;
  const out = array.data.slice() as Float64Array;
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  for (let i = 0; i < sizeOf(shape); i++) {
    const from = index.reduce((sum, n, axis) => sum + n * strides[axis], 0);
    for (let c = 0; c < components; c++) out[i * components + c] = source[from * components + c];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return { dtype, shape, data: out };
}
