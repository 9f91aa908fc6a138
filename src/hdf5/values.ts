/** Elements of any type as plain values: what numbers in typed arrays and text alone cannot say, as compounds and enums. */
import { halfToNumber } from './bytes/datatype.ts';
import type { Handle } from './handle.ts';
import { requireSoundText } from './bytes/heap.ts';
import { TypeClass, type Metadata, type RawModule } from './module.ts';
import { textOf } from './text.ts';

/**
 * A number, complex as a pair of them, text, a truth; null for what has no counterpart, a list for arrays and for the members of a
 * compound in their order. Whole numbers beyond 2^53 are text.
 */
export type Value = number | string | boolean | null | readonly Value[];

/** How the library hands elements over in its memory. */
type Type = Pick<Metadata, 'type' | 'size' | 'signed' | 'littleEndian' | 'vlen' | 'shape' | 'strpad'> &
  Partial<Metadata>;

/** Whether elements are addresses of what they hold. */
export function isVariable(type: Type): boolean {
  return (
    type.type === TypeClass.vlen ||
    (type.type === TypeClass.string && type.vlen) ||
    (type.array_type !== undefined && isVariable(type.array_type)) ||
    (type.compound_type?.members.some(isVariable) ?? false)
  );
}

/** `count` elements that lie one after the other, from byte `at` on. */
export function valuesIn(bytes: ArrayBufferLike, at: number, count: number, type: Type): Value[] {
  const [view, isLittle] = [new DataView(bytes), order(type)];
  return Array.from({ length: count }, (_, i) => valueAt(view, at + i * type.size, type, isLittle));
}

/** All elements of a dataset or, with its `name`, of an attribute, which `read` reads into memory; what they point to is given back. */
export function elementValues(
  handle: Handle,
  path: string,
  type: Metadata,
  name: string,
  read: (module: RawModule, address: bigint) => number,
): Value[] {
  const { library, id, file } = handle;
  const where = { file, entry: path };
  const failure = `cannot read '${path}'`;
  const count = type.shape === null ? 0 : type.total_size;
  if (count === 0) return [];
  if (isVariable(type)) requireSoundText(handle);
  const use = (address: number): Value[] => {
    library.call(where, failure, (m) => read(m, BigInt(address)));
    const values = library.call(where, failure, (m) => valuesIn(m.HEAPU8.buffer, address, count, type));
    if (isVariable(type)) {
      library.call(where, failure, (m) => m.reclaim_vlen_memory(id, path, name, BigInt(address)));
    }
    return values;
  };
  return library.withMemory(where, count * type.size, use, true);
}

/**
 * Whether the library turns the bytes of numbers to the order of this machine, little-endian: it leaves enums and array types as they
 * are stored, and compounds whose members are not all big-endian numbers.
 */
function isTurned({ type, compound_type, littleEndian }: Type): boolean {
  if (type === TypeClass.string && !littleEndian) return true;
  if (type === TypeClass.compound) {
    return (compound_type?.members ?? []).every((member) => !member.littleEndian && isTurned(member));
  }
  return !littleEndian && type !== TypeClass.enum;
}

/** Array types are turned within compounds that are. */
function order(type: Type): (of: Type) => boolean {
  const isNative = type.type === TypeClass.array ? false : isTurned(type);
  return isNative ? () => true : (of) => of.littleEndian;
}

function valueAt(view: DataView, at: number, type: Type, isLittle: (of: Type) => boolean): Value {
  const { size } = type;
  switch (type.type) {
    case TypeClass.integer:
    case TypeClass.bitfield:
      return integer(view, at, type, isLittle(type));
    case TypeClass.float:
      return float(view, at, size, isLittle(type));
    case TypeClass.complex:
      return [at, at + size / 2].map((part) => float(view, part, size / 2, isLittle(type)));
    case TypeClass.enum: {
      const value = integer(view, at, type, isLittle(type));
      return isBool(type) ? value !== 0 : value;
    }
    case TypeClass.string:
      return type.vlen
        ? textAt(view, view.getUint32(at, true))
        : textOf(new Uint8Array(view.buffer, at, size), type.strpad);
    case TypeClass.compound:
      return (type.compound_type?.members ?? []).map((member) =>
        valueAt(view, at + member.offset, member, isLittle),
      );
    case TypeClass.array: {
      const base = type.array_type;
      if (base === undefined) return null;
      return nested(base.shape ?? [], at, base.size, (place) => valueAt(view, place, base, isLittle));
    }
    case TypeClass.vlen: {
      const base = type.vlen_type;
      if (base === undefined) return null;
      const [length, start] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
      return Array.from({ length }, (_, i) => valueAt(view, start + i * base.size, base, isLittle));
    }
    default:
      return null;
  }
}

/** Lists within lists, along the axes of `shape`. */
function nested(shape: readonly number[], at: number, size: number, one: (at: number) => Value): Value {
  if (shape.length === 0) return one(at);
  const [length, ...rest] = shape;
  const step = rest.reduce((product, n) => product * n, size);
  return Array.from({ length }, (_, i) => nested(rest, at + i * step, size, one));
}

function integer(view: DataView, at: number, { size, signed }: Type, little: boolean): Value {
  if (size === 1) return signed ? view.getInt8(at) : view.getUint8(at);
  if (size === 2) return signed ? view.getInt16(at, little) : view.getUint16(at, little);
  if (size === 4) return signed ? view.getInt32(at, little) : view.getUint32(at, little);
  if (size !== 8) return null;
  const value = signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little);
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function float(view: DataView, at: number, size: number, little: boolean): Value {
  if (size === 2) return halfToNumber(view.getUint16(at, little));
  if (size === 4) return view.getFloat32(at, little);
  return size === 8 ? view.getFloat64(at, little) : null;
}

/** An enum of FALSE and TRUE, as h5py stores bools. */
export function isBool({ size, enum_type }: Partial<Metadata>): boolean {
  const members = enum_type?.members ?? {};
  return size === 1 && Object.keys(members).length === 2 && members.FALSE === 0 && members.TRUE === 1;
}

function textAt(view: DataView, address: number): string {
  return address === 0 ? '' : textOf(new Uint8Array(view.buffer, address));
}
