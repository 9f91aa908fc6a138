/** Types of elements, from the server's words to H5Web's. */
import { DTypeClass, isNumericType, type DType, type NumericType } from '@h5web/app';

/** As h5grove describes a type; `class` is the library's number of it (`H5T_class_t`). */
export interface StoredType {
  readonly class: number;
  readonly size: number;
  readonly order?: number;
  readonly sign?: number;
  readonly cset?: number;
  readonly vlen?: boolean;
  readonly tag?: string;
  readonly dims?: readonly number[];
  readonly base?: StoredType;
  /** Of compounds their members with names, of enumerations numbers by name. */
  readonly members?: readonly ({ readonly name: string } & StoredType)[] | Readonly<Record<string, number>>;
}

export function typeOf(stored: StoredType): DType {
  const { size, order, members, base } = stored;
  const endianness = order === 1 ? 'big-endian' : 'little-endian';
  switch (stored.class) {
    case 0:
      return { class: DTypeClass.Integer, signed: stored.sign === 1, size: 8 * size, endianness };
    case 1:
      return { class: DTypeClass.Float, size: 8 * size, endianness };
    case 2:
      return { class: DTypeClass.Time };
    case 3:
      return {
        ...{ class: DTypeClass.String, charSet: stored.cset === 1 ? 'UTF-8' : 'ASCII', strPad: undefined },
        ...(stored.vlen === true ? {} : { length: size }),
      };
    case 4:
      return { class: DTypeClass.Bitfield, endianness };
    case 5:
      return { class: DTypeClass.Opaque, tag: stored.tag ?? '' };
    case 6: {
      const fields = new Map(membersOf(members).map(({ name, ...type }) => [name, typeOf(type)]));
      const [real, imaginary] = [fields.get('r'), fields.get('i')];
      return fields.size === 2 && isNumber(real) && isNumber(imaginary)
        ? { class: DTypeClass.Complex, realType: real, imagType: imaginary }
        : { class: DTypeClass.Compound, fields };
    }
    case 7:
      return { class: DTypeClass.Reference };
    case 8:
      return enumeration(base, members);
    case 9:
      return base === undefined ? UNKNOWN : { class: DTypeClass.VLen, base: typeOf(base) };
    case 10:
      return base === undefined
        ? UNKNOWN
        : { class: DTypeClass.Array, base: typeOf(base), dims: [...(stored.dims ?? [])] };
    default:
      return UNKNOWN;
  }
}

const UNKNOWN: DType = { class: DTypeClass.Unknown };

function isNumber(type: DType | undefined): type is NumericType {
  return type !== undefined && isNumericType(type);
}

type Members = StoredType['members'];

function membersOf(members: Members): readonly ({ readonly name: string } & StoredType)[] {
  return members instanceof Array ? members : [];
}

function enumeration(base: StoredType | undefined, members: Members = {}): DType {
  const number = base === undefined ? undefined : typeOf(base);
  if (!isNumber(number) || members instanceof Array) return UNKNOWN;
  const names = Object.entries(members);
  const isBoolean = names.length === 2 && names.every(([name, n]) => n === { FALSE: 0, TRUE: 1 }[name]);
  return isBoolean
    ? { class: DTypeClass.Bool, base: number }
    : {
        class: DTypeClass.Enum,
        base: number,
        mapping: Object.fromEntries(names.map(([name, n]) => [n, name])),
      };
}

type Numbers = new (bytes: ArrayBuffer) => ArrayLike<number | bigint>;

const NUMBERS: Readonly<Record<string, Numbers>> = {
  ...{ i8: Int8Array, i16: Int16Array, i32: Int32Array, i64: BigInt64Array },
  ...{ u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, u64: BigUint64Array },
  // What no browser has comes as what it fits into.
  ...{ f16: Float32Array, f32: Float32Array, f64: Float64Array, f128: Float64Array },
};

/** The array that takes the bytes of such values; undefined: they are no plain numbers. */
export function numbersOf(type: DType): Numbers | undefined {
  switch (type.class) {
    case DTypeClass.Integer:
      return NUMBERS[`${type.signed ? 'i' : 'u'}${type.size}`];
    case DTypeClass.Float:
      return NUMBERS[`f${type.size}`];
    case DTypeClass.Bool:
    case DTypeClass.Enum:
      return numbersOf(type.base);
    default:
      return undefined;
  }
}
