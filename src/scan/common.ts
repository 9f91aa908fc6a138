/** What all frames of a scan share, and the parameters as they are documented in a file. */
import type { NdArray, RealDType } from '../array/ndarray.ts';
import { float, int } from '../hdf5/encoding.ts';
import { groupOf, isParam, type ParamGroup } from '../params/declare.ts';
import { SCAN_DATA } from '../params/scan-data.ts';
import { check } from '../params/validate.ts';
import { isMapping } from '../params/values.ts';
import { ConfigError } from '../errors.ts';
import type { Pair } from './package.ts';

/** Geometry found in the raw data, and whatever else the subclass needs in `correct`. */
export interface Common {
  readonly energy?: number | undefined;
  readonly distance?: number | undefined;
  readonly psize?: number | Pair | undefined;
  readonly shape?: number | Pair | undefined;
  readonly center?: Pair | string | undefined;
  readonly propagation?: string | undefined;
  readonly label?: string | undefined;
  readonly experimentID?: string | undefined;
  readonly electron_data?: boolean | undefined;
  /** `m` or `pixel` */
  readonly positions_unit?: string | undefined;
  /** Of the preparation, in a prepared file. */
  readonly version?: number | string | undefined;
  /** (rows, cols) of a raw frame. */
  readonly frameShape?: Pair | undefined;
  readonly [name: string]: unknown;
}

const GEOMETRY = [
  'energy',
  'distance',
  'psize',
  'shape',
  'center',
  'propagation',
  'label',
  'experimentID',
  'electron_data',
  'positions_unit',
  'version',
] as const;

/** Checked values of the geometry entries that the user did not give. */
export function applyCommon(common: Common, given: ReadonlySet<string>): Record<string, unknown> {
  const names = GEOMETRY.filter((name) => common[name] !== undefined && !given.has(name));
  const tree = Object.fromEntries(names.map((name) => [name, common[name]]));
  const { values, issues } = check(SCAN_DATA, tree);
  if (issues.length > 0) {
    throw new ConfigError(
      issues.map((issue) => ({ ...issue, message: `${issue.message}, found in the raw data` })),
    );
  }
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

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
