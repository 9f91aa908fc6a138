/** Element types of HDF5 and of our arrays, translated both ways. */
import { viewBytes, type DType, type NdArray } from '../../array/ndarray.ts';
import { BOOL_STAND_IN, isBoolStandIn } from '../bools.ts';
import { TypeClass, type Metadata, type NewMetadata } from '../module.ts';

/** How the elements of a dataset or attribute are read. */
export type ElementType =
  /** `stored` bytes per number are those of `dtype`, or float16 to be widened to float32. */
  | {
      readonly kind: 'numbers';
      readonly dtype: DType;
      readonly half: boolean;
      readonly inner: readonly number[];
    }
  | { readonly kind: 'text' }
  | { readonly kind: 'opaque'; readonly name: string };

const INTEGERS: Readonly<Record<string, DType>> = {
  '1s': 'int8',
  '1u': 'uint8',
  '2s': 'int16',
  '2u': 'uint16',
  '4s': 'int32',
  '4u': 'uint32',
  '8s': 'int64',
  '8u': 'uint64',
};

const CLASS_NAMES: Readonly<Record<number, string>> = {
  2: 'time',
  4: 'bit field',
  5: 'opaque',
  6: 'compound',
  7: 'reference',
  8: 'enum',
  9: 'variable-length',
};

export function elementType(metadata: Metadata): ElementType {
  const dtype = numericType(metadata);
  if (dtype !== undefined) return numbers(dtype);
  switch (metadata.type) {
    case TypeClass.string:
      return { kind: 'text' };
    case TypeClass.float:
      // float16: no typed array in Node 20, widened to float32 on reading.
      if (metadata.size === 2) return { kind: 'numbers', dtype: 'float32', half: true, inner: [] };
      return { kind: 'opaque', name: `float${8 * metadata.size}` };
    case TypeClass.integer:
      return { kind: 'opaque', name: `${metadata.signed ? 'int' : 'uint'}${8 * metadata.size}` };
    case TypeClass.array: {
      const base = metadata.array_type;
      const inner = base === undefined ? undefined : numericType(base);
      // Byte order inside an array type is not converted by the library.
      if (base?.shape != null && inner !== undefined && (base.littleEndian || base.size === 1)) {
        return numbers(inner, base.shape);
      }
      return { kind: 'opaque', name: 'array type' };
    }
    default:
      return { kind: 'opaque', name: CLASS_NAMES[metadata.type] ?? `type class ${metadata.type}` };
  }
}

function numbers(dtype: DType, inner: readonly number[] = []): ElementType {
  return { kind: 'numbers', dtype, half: false, inner };
}

function numericType(metadata: Metadata): DType | undefined {
  const { type, size, signed } = metadata;
  if (type === TypeClass.integer || type === TypeClass.bitfield)
    return INTEGERS[`${size}${signed ? 's' : 'u'}`];
  if (type === TypeClass.float) return size === 4 ? 'float32' : size === 8 ? 'float64' : undefined;
  if (type === TypeClass.complex) return size === 8 ? 'complex64' : size === 16 ? 'complex128' : undefined;
  if (type === TypeClass.compound) return isBoolStandIn(metadata) ? 'bool' : complexType(metadata);
  if (type === TypeClass.enum && metadata.enum_type !== undefined) {
    const { members } = metadata.enum_type;
    const isBool =
      size === 1 && Object.keys(members).length === 2 && members.FALSE === 0 && members.TRUE === 1;
    if (isBool) return 'bool';
    // The library cannot swap the bytes of an enum.
    return metadata.littleEndian || size === 1 ? INTEGERS[`${size}${signed ? 's' : 'u'}`] : undefined;
  }
  return undefined;
}

/** Names of real and imaginary part: h5py's, MATLAB's. */
const COMPLEX_NAMES = ['r,i', 'real,imag'];

/** Complex numbers of h5py and MATLAB: a compound of two floats, packed. */
function complexType(metadata: Metadata): DType | undefined {
  const members = metadata.compound_type?.members ?? [];
  if (members.length !== 2) return undefined;
  const [r, i] = members;
  if (!COMPLEX_NAMES.includes(`${r.name},${i.name}`)) return undefined;
  if (r.type !== TypeClass.float || i.type !== TypeClass.float) return undefined;
  if (r.size !== i.size || r.offset !== 0 || i.offset !== r.size || metadata.size !== 2 * r.size)
    return undefined;
  return r.size === 4 ? 'complex64' : r.size === 8 ? 'complex128' : undefined;
}

type TypeFields = Pick<NewMetadata, 'type' | 'size' | 'signed' | 'vlen' | 'compound_type'>;

function float(size: number): TypeFields {
  return { type: TypeClass.float, size, signed: true, vlen: false };
}

/** The HDF5 type written for `dtype`; for bools what stands in for it. */
function newType(dtype: DType): TypeFields {
  switch (dtype) {
    case 'float32':
      return float(4);
    case 'float64':
      return float(8);
    case 'complex64':
    case 'complex128': {
      const part = dtype === 'complex64' ? 4 : 8;
      const members = [
        { ...float(part), name: 'r', offset: 0 },
        { ...float(part), name: 'i', offset: part },
      ];
      const compound_type = { nmembers: 2, members };
      return { type: TypeClass.compound, size: 2 * part, signed: false, vlen: false, compound_type };
    }
    case 'bool':
      return BOOL_STAND_IN;
    default: {
      const size = Number(/\d+/.exec(dtype)?.[0]) / 8;
      return { type: TypeClass.integer, size, signed: !dtype.startsWith('u'), vlen: false };
    }
  }
}

/** Largest extent of an axis that may grow without limit (`H5S_UNLIMITED`). */
const UNLIMITED = 18446744073709551615n;

export interface NewExtent {
  readonly shape: readonly number[];
  /** Largest extent per axis; null: without limit. */
  readonly maxShape?: readonly (number | null)[];
  readonly chunks?: readonly number[];
  /** Filter number and its settings. */
  readonly filter?: { readonly id: number; readonly settings: readonly number[] };
}

export function newNumbers(dtype: DType, extent: NewExtent): NewMetadata {
  return { ...newType(dtype), ...newExtent(extent) };
}

export function newText(shape: readonly number[]): NewMetadata {
  return { type: TypeClass.string, size: 4, signed: false, vlen: true, ...newExtent({ shape }) };
}

function newExtent({ shape, maxShape, chunks, filter }: NewExtent) {
  return {
    shape: shape.map(BigInt),
    maxshape: (maxShape ?? shape).map((n) => (n === null ? UNLIMITED : BigInt(n))),
    chunks: chunks === undefined ? null : chunks.map(BigInt),
    compression: filter?.id ?? 0,
    compression_opts: [...(filter?.settings ?? [])],
  };
}

/** Numbers read from the library (little-endian, C order) as an array of `shape`. */
export function decode(
  element: Extract<ElementType, { kind: 'numbers' }>,
  shape: readonly number[],
  buffer: ArrayBuffer,
): NdArray {
  const whole = [...shape, ...element.inner];
  const length = whole.reduce((product, n) => product * n, 1);
  if (element.half) {
    return {
      dtype: 'float32',
      shape: whole,
      data: Float32Array.from(new Uint16Array(buffer, 0, length), halfToNumber),
    };
  }
  return { dtype: element.dtype, shape: whole, data: viewBytes(element.dtype, buffer, 0, length) };
}

/** IEEE 754 binary16. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
