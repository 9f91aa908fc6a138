/**
 * Arrays as plain objects: C-ordered typed data with a shape and a numpy type name. Plain, so that they travel
 * between threads; without strides, so that every kernel sees contiguous memory.
 */
import { DataError } from '../errors.ts';

/** Typed array behind each element type. Complex types interleave real and imaginary parts. */
export interface DataOf {
  bool: Uint8Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  float32: Float32Array;
  float64: Float64Array;
  complex64: Float32Array;
  complex128: Float64Array;
}

/** Element types, by NumPy's names. */
export type DType = keyof DataOf;
/** Complex element types: real and imaginary part in turn. */
export type ComplexDType = 'complex64' | 'complex128';
export type BigDType = 'int64' | 'uint64';
/** Element types whose values are JavaScript numbers. */
export type RealDType = Exclude<DType, ComplexDType | BigDType>;
/** What holds the elements of an array. */
export type TypedArray = DataOf[DType];

/** An array in C order: `data` holds its elements row after row, complex ones as two numbers each. */
export interface NdArray<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: DataOf[D];
}

const CONSTRUCTORS = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
} as const;

export const DTYPES = Object.keys(CONSTRUCTORS) as readonly DType[];

export function isComplex(dtype: DType): dtype is ComplexDType {
  return dtype === 'complex64' || dtype === 'complex128';
}

export function isBig(dtype: DType): dtype is BigDType {
  return dtype === 'int64' || dtype === 'uint64';
}

export function isInteger(dtype: DType): boolean {
  return !isComplex(dtype) && dtype !== 'float32' && dtype !== 'float64' && dtype !== 'bool';
}

/** Numbers of the typed array per element: 2 for complex types. */
export function componentsOf(dtype: DType): 1 | 2 {
  return isComplex(dtype) ? 2 : 1;
}

/** Bytes of one element. */
export function itemSize(dtype: DType): number {
  return CONSTRUCTORS[dtype].BYTES_PER_ELEMENT * componentsOf(dtype);
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** A typed array for `length` elements of `dtype`, zeroed. */
export function allocate<D extends DType>(dtype: D, length: number): DataOf[D] {
  return new CONSTRUCTORS[dtype](length * componentsOf(dtype)) as DataOf[D];
}

/** A typed array of `dtype` over existing bytes. */
export function viewBytes<D extends DType>(
  dtype: D,
  buffer: ArrayBuffer,
  byteOffset: number,
  length: number,
): DataOf[D] {
  return new CONSTRUCTORS[dtype](buffer, byteOffset, length * componentsOf(dtype)) as DataOf[D];
}

/** An array of this shape with 0 everywhere. */
export function zeros<D extends DType>(dtype: D, shape: readonly number[]): NdArray<D> {
  return { dtype, shape: [...shape], data: allocate(dtype, sizeOf(shape)) };
}

/** Wraps `data`; the number of elements must fit `shape`. */
export function ndarray<D extends DType>(dtype: D, shape: readonly number[], data: DataOf[D]): NdArray<D> {
  const expected = sizeOf(shape) * componentsOf(dtype);
  if (data.length !== expected) {
    throw new DataError(
      `array of shape [${shape.join(', ')}] ${dtype} needs ${expected} numbers, got ${data.length}`,
    );
  }
  return { dtype, shape: [...shape], data };
}

/** An array of real numbers; a list where no shape is given. Throws a `DataError` where shape and number of values do not fit. */
export function fromNumbers<D extends RealDType>(
  dtype: D,
  values: ArrayLike<number>,
  shape: readonly number[] = [values.length],
): NdArray<D> {
  const data = allocate(dtype, values.length);
  data.set(values);
  return ndarray(dtype, shape, data);
}

/** Narrowing by element type, for values of unknown type. */
export function hasDType<D extends DType>(array: NdArray, ...dtypes: D[]): array is NdArray<D> {
  return (dtypes as DType[]).includes(array.dtype);
}

/** Whether a value is an array of this library. */
export function isNdArray(value: unknown): value is NdArray {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data } = value as Partial<NdArray>;
  return (
    typeof dtype === 'string' && dtype in CONSTRUCTORS && Array.isArray(shape) && ArrayBuffer.isView(data)
  );
}

/** Items `start`…`stop` along the first axis, sharing memory. */
export function sliceFirst<D extends DType>(array: NdArray<D>, start: number, stop: number): NdArray<D> {
  const [, ...rest] = array.shape;
  const stride = sizeOf(rest) * componentsOf(array.dtype);
  return {
    dtype: array.dtype,
    shape: [stop - start, ...rest],
    data: array.data.subarray(start * stride, stop * stride) as DataOf[D],
  };
}

/** Copies of the items at `indices` along the first axis, in that order. */
export function takeFirst<D extends DType>(array: NdArray<D>, indices: readonly number[]): NdArray<D> {
  const [, ...rest] = array.shape;
  const stride = sizeOf(rest) * componentsOf(array.dtype);
  const data = allocate(array.dtype, indices.length * sizeOf(rest));
  indices.forEach((index, i) => {
    const source = array.data.subarray(index * stride, (index + 1) * stride);
    // Both are of one element type.
    (data as Float64Array).set(source as Float64Array, i * stride);
  });
  return { dtype: array.dtype, shape: [indices.length, ...rest], data };
}

/** Item `index` along the first axis (a frame of a stack), sharing memory. */
export function item<D extends DType>(array: NdArray<D>, index: number): NdArray<D> {
  const slice = sliceFirst(array, index, index + 1);
  return { ...slice, shape: slice.shape.slice(1) };
}

/** The numbers of a real array; 64-bit integers are converted (exact up to 2^53). */
export function toNumbers(array: NdArray): ArrayLike<number> & Iterable<number> {
  if (isBig(array.dtype)) return Float64Array.from(array.data as BigInt64Array, Number);
  return array.data as Exclude<TypedArray, BigInt64Array | BigUint64Array>;
}

/** Conversion between element types. Real to complex sets a zero imaginary part; complex to real is refused. */
export function astype<D extends DType>(array: NdArray, dtype: D): NdArray<D> {
  if (array.dtype === dtype) return array as NdArray<D>;
  if (isComplex(array.dtype) && !isComplex(dtype)) {
    throw new DataError(`cannot convert ${array.dtype} to ${dtype}: take the amplitude or phase first`);
  }
  const out = allocate(dtype, sizeOf(array.shape));
  if (isBig(dtype)) {
    const big = out as BigInt64Array;
    const source = toNumbers(array);
    for (let i = 0; i < big.length; i++) big[i] = BigInt(Math.trunc(source[i]));
  } else if (isComplex(dtype) && !isComplex(array.dtype)) {
    const source = toNumbers(array);
    const target = out as Float64Array;
    for (let i = 0; i < source.length; i++) target[2 * i] = source[i];
  } else {
    (out as Float64Array).set(toNumbers(array));
  }
  return { dtype, shape: array.shape, data: out };
}

/** `[256x256 int32]`, as shown in messages. */
export function describe(array: NdArray): string {
  return `[${array.shape.length === 0 ? 'scalar' : array.shape.join('x')} ${array.dtype}]`;
}
