/** The parameters of a scan as they are documented in a file. */
import type { NdArray, RealDType } from '../../array/ndarray.ts';
import { float, int } from '../../hdf5/encoding.ts';
import { groupOf, isParam, type ParamGroup } from '../../params/declare.ts';
import { isMapping } from '../../params/values.ts';

/** Every input parameter with the type it is declared with (a whole float stays a float), for `info/`. */
export function encodeInfo(
  group: ParamGroup,
  values: Readonly<Record<string, unknown>>,
  positions: NdArray<RealDType> | undefined,
): Record<string, unknown> {
  return {
    ...encodeGroup(group, values),
    ...(positions === undefined ? {} : { positions_scan: positions }),
  };
}

function encodeGroup(group: ParamGroup, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(values).map(([name, value]): [string, unknown] => {
    const entry = Object.hasOwn(group, name) ? group[name] : undefined;
    const nested = entry === undefined ? undefined : groupOf(entry);
    if (nested !== undefined && isMapping(value)) return [name, encodeGroup(nested, value)];
    const isFloat = entry !== undefined && isParam(entry) && /\bfloat\b/.test(entry.type.label);
    return [name, typed(value, isFloat)];
  });
  return Object.fromEntries(entries);
}

function typed(value: unknown, isFloat: boolean): unknown {
  if (typeof value === 'number') return isFloat || !Number.isInteger(value) ? float(value) : int(value);
  if (!Array.isArray(value) || value.length === 0) return value;
  const flat = (value as unknown[]).flat();
  if (!flat.every((x) => typeof x === 'number')) return value;
  const shape = Array.isArray(value[0]) ? [value.length, flat.length / value.length] : [flat.length];
  const isWhole = !isFloat && flat.every((x) => Number.isInteger(x));
  if (!isWhole) return { dtype: 'float64', shape, data: Float64Array.from(flat) };
  return { dtype: 'int64', shape, data: BigInt64Array.from(flat, BigInt) };
}
