/**
 * The typed encoding of nested values in HDF5 that ptypy reads and writes: every object carries its kind in the attribute
 * `type`. Mappings are groups, lists of mixed values groups with members `00000`, `00001`, …, everything else datasets.
 */
import { isBig, isNdArray, ndarray, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Compression, H5File } from './file.ts';
import { checkText } from './text.ts';

export interface TreeOptions {
  /** Of arrays of 1 KiB and more. Default `none`. */
  readonly compression?: Compression;
  /** What plain objects are to Python: `param` gives ptypy's attribute access. Default `dict`. */
  readonly mapping?: 'dict' | 'param';
}

/** A number that stays float64 in the file even when it is whole. */
export function float(value: number): NdArray<'float64'> {
  return ndarray('float64', [], Float64Array.of(value));
}

/** A whole number as int64, as plain whole numbers are stored anyway. */
export function int(value: number | bigint): NdArray<'int64'> {
  return ndarray('int64', [], BigInt64Array.of(BigInt(value)));
}

/** In files of earlier versions bools are uint8, and this attribute tells them from small numbers. */
export const BOOL_ATTRIBUTE = 'dtype';

/** Depth at which a tree is taken to be endless. */
export const MAX_DEPTH = 100;

const SLASH = '_SLASH_';

type Step =
  | { readonly do: 'group'; readonly path: string; readonly type: string }
  | { readonly do: 'array'; readonly path: string; readonly type: string; readonly array: NdArray }
  | { readonly do: 'text'; readonly path: string; readonly text: string };

/**
 * Stores `value` at `path`, which must not exist yet unless both are mappings. Throws a `DataError` that names the path
 * of whatever has no encoding, or contains itself, before anything is written.
 */
export function writeTree(file: H5File, path: string, value: unknown, options: TreeOptions = {}): void {
  const steps: Step[] = [];
  const escaped: string[] = [];
  plan(value, path.replace(/^\/+|\/+$/g, ''), new Set(), {
    steps,
    escaped,
    mapping: options.mapping ?? 'dict',
  });
  for (const step of steps) {
    if (step.do === 'group') file.createGroup(step.path);
    else if (step.do === 'text') file.createText(step.path, step.text);
    else writeArray(file, step.path, step.array, options.compression ?? 'none');
    const type = step.do === 'text' ? 'string' : step.type;
    if (step.path !== '') file.setAttribute(step.path, 'type', type);
  }
  for (const member of escaped) file.setAttribute(member, 'escaped', '1');
}

const COMPRESSED_BYTES = 1024;

function writeArray(file: H5File, path: string, array: NdArray, compression: Compression): void {
  if (compression !== 'none' && array.shape.length > 0 && array.data.byteLength >= COMPRESSED_BYTES) {
    file.createDataset(path, array.dtype, array.shape, { compression });
  }
  file.write(path, array);
}

interface Plan {
  readonly steps: Step[];
  readonly escaped: string[];
  readonly mapping: string;
}

/** What has to be written for `value`. `above` holds the objects that contain it. */
function plan(value: unknown, path: string, above: Set<object>, out: Plan): void {
  const { steps } = out;
  if (value === null || value === undefined) {
    steps.push({ do: 'array', path, type: 'None', array: ndarray('float64', [1], Float64Array.of(0)) });
  } else if (typeof value === 'string') {
    steps.push({ do: 'text', path, text: checkText(value, named(path)) });
  } else if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    steps.push({ do: 'array', path, type: 'scalar', array: numbers([value], [], path) });
  } else if (isNdArray(value)) {
    steps.push({ do: 'array', path, type: value.shape.length === 0 ? 'scalar' : 'array', array: value });
  } else if (typeof value === 'object' && (Array.isArray(value) || isPlain(value))) {
    if (above.has(value))
      throw new DataError(`${named(path)} contains itself: circular structures cannot be stored`);
    if (above.size >= MAX_DEPTH)
      throw new DataError(`${named(path)} is nested deeper than ${MAX_DEPTH} levels`);
    above.add(value);
    if (Array.isArray(value)) planList(value, path, above, out);
    else planMapping(value, path, above, out);
    above.delete(value);
  } else {
    throw new DataError(
      `${named(path)} is ${describe(value)}: only mappings, lists, arrays, numbers, booleans, text and null can be stored`,
    );
  }
}

function planList(list: readonly unknown[], path: string, above: Set<object>, out: Plan): void {
  const first = typeof list[0];
  if ((first === 'number' || first === 'bigint') && list.every((item) => typeof item === first)) {
    const array = numbers(list as number[] | bigint[], [list.length], path);
    out.steps.push({ do: 'array', path, type: 'arraylist', array });
    return;
  }
  out.steps.push({ do: 'group', path, type: 'list' });
  list.forEach((item, i) => {
    plan(item, join(path, String(i).padStart(5, '0')), above, out);
  });
}

function planMapping(mapping: object, path: string, above: Set<object>, out: Plan): void {
  out.steps.push({ do: 'group', path, type: out.mapping });
  const symbol = Object.getOwnPropertySymbols(mapping).at(0);
  if (symbol !== undefined)
    throw new DataError(`${named(path)} has the key ${String(symbol)}: keys must be text`);
  for (const [key, member] of Object.entries(mapping)) {
    const at = join(path, key.replaceAll('/', SLASH));
    checkText(key, named(at));
    if (key === '' || key === '.')
      throw new DataError(`${named(path)} has the key '${key}', which HDF5 cannot name`);
    if (key.includes('/')) {
      if (key.includes(SLASH))
        throw new DataError(`${named(path)} has the key '${key}': '/' and '${SLASH}' do not go together`);
      out.escaped.push(at);
    }
    plan(member, at, above, out);
  }
}

/** Whole numbers as int64 where all are, else float64; bigints as int64; booleans as bool. */
function numbers(values: readonly (number | bigint | boolean)[], shape: number[], path: string): NdArray {
  if (typeof values[0] === 'boolean') return ndarray('bool', shape, Uint8Array.from(values, Number));
  const whole = values.every(
    (value) => typeof value === 'bigint' || (Number.isSafeInteger(value) && !Object.is(value, -0)),
  );
  if (!whole) return ndarray('float64', shape, Float64Array.from(values, Number));
  const data = BigInt64Array.from(values, BigInt);
  const lost = values.find((value, i) => BigInt(value) !== data[i]);
  if (lost !== undefined) throw new DataError(`${named(path)} is ${lost}, which does not fit into 64 bits`);
  return ndarray('int64', shape, data);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects from another realm (a worker, a test runner) have another `Object.prototype`.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `an instance of ${value.constructor.name}`;
  return `a ${typeof value}`;
}

function named(path: string): string {
  return path === '' ? "'/'" : `'${path}'`;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`;
}

/** What a file holds without a counterpart here: Python pickles, records, links to nowhere. The rest of the tree loads. */
export interface Opaque {
  readonly opaque: string;
  readonly path: string;
}

const OPAQUE = new WeakSet<object>();

export function isOpaque(value: unknown): value is Opaque {
  return typeof value === 'object' && value !== null && OPAQUE.has(value);
}

function opaque(kind: string, path: string): Opaque {
  const marker = { opaque: kind, path };
  OPAQUE.add(marker);
  return marker;
}

/**
 * The value at `path`. Mappings come as plain objects, lists and tuples as lists, arrays as `NdArray`, `None` as null.
 * Real scalars come as numbers (as bigint beyond 2^53) or booleans, complex ones as arrays of shape []. Throws a
 * `FileError` where the file is damaged.
 */
export function readTree(file: H5File, path = '/'): unknown {
  return read(file, path, []);
}

/** `above` holds the identities of the groups that lead here. */
function read(file: H5File, path: string, above: readonly string[]): unknown {
  if (above.length > MAX_DEPTH)
    throw new DataError(`${file.path}: '${path}' is nested deeper than ${MAX_DEPTH} levels`);
  const kind = file.kind(path);
  if (kind === 'dangling') return opaque('dangling link', path);
  if (kind === 'datatype') return opaque('datatype', path);
  const attributes = file.attributes(path);
  const { type } = attributes;
  if (type === 'pickle' || type === 'record_array') return opaque(type, path);
  if (kind === 'group') return readGroup(file, path, type === 'list' || type === 'tuple', above);
  if (type === 'None') return null;
  const info = file.info(path);
  if (info.dtype === 'opaque') return opaque(info.opaque ?? 'opaque', path);
  if (info.dtype === 'string') return file.readText(path);
  const stored = file.read(path);
  const bool = attributes[BOOL_ATTRIBUTE] === 'bool' && stored.dtype === 'uint8';
  const array: NdArray = bool ? { ...stored, dtype: 'bool' } : stored;
  if (type === 'arraylist' || type === 'arraytuple') return nested(array, 0, 0);
  return array.shape.length === 0 ? plain(array) : array;
}

function readGroup(file: H5File, path: string, isList: boolean, above: readonly string[]): unknown {
  const identity = file.identity(path);
  if (above.includes(identity)) return opaque('link to a group above', path);
  const below = [...above, identity];
  const names = file.keys(path);
  const member = (name: string): unknown => read(file, join(path === '/' ? '' : path, name), below);
  if (isList) return names.sort().map(member);
  return Object.fromEntries(
    names.map((name) => {
      // Only names that could have been escaped are asked, and only those whose target can answer.
      const at = join(path === '/' ? '' : path, name);
      const mayBe = name.includes(SLASH) && ['group', 'dataset'].includes(file.kind(at));
      const escaped = mayBe && 'escaped' in file.attributes(at);
      return [escaped ? name.replaceAll(SLASH, '/') : name, member(name)];
    }),
  );
}

/** A scalar as a JavaScript value; complex ones stay arrays. */
function plain(array: NdArray): unknown {
  if (array.dtype === 'complex64' || array.dtype === 'complex128') return array;
  return valueAt(array, 0);
}

function valueAt(array: NdArray, i: number): number | bigint | boolean {
  const value = array.data[i];
  if (array.dtype === 'bool') return value !== 0;
  return isBig(array.dtype) && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** A homogeneous list: nested as the dataset's shape. Complex numbers stay arrays of shape []. */
function nested(array: NdArray, axis: number, first: number): unknown {
  if (axis === array.shape.length) {
    if (array.dtype === 'complex64')
      return ndarray('complex64', [], array.data.slice(2 * first, 2 * first + 2) as Float32Array);
    if (array.dtype === 'complex128')
      return ndarray('complex128', [], array.data.slice(2 * first, 2 * first + 2) as Float64Array);
    return valueAt(array, first);
  }
  const stride = array.shape.slice(axis + 1).reduce((product, n) => product * n, 1);
  return Array.from({ length: array.shape[axis] }, (_, i) => nested(array, axis + 1, first + i * stride));
}

/** Attributes that ptypy puts on the root: version of the encoding, times of creation and of the last change. */
export function stampFile(file: H5File, now = new Date()): void {
  const time = asctime(now);
  file.setAttribute('/', 'h5rw_version', '0.1');
  if (!('ctime' in file.attributes('/'))) file.setAttribute('/', 'ctime', time);
  file.setAttribute('/', 'mtime', time);
}

/** `Mon Jun  1 11:27:49 2015`, local time, as the C library writes it. */
export function asctime(time: Date): string {
  const [weekday, month, , year] = time.toDateString().split(' ');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((n) =>
    String(n).padStart(2, '0'),
  );
  return `${weekday} ${month} ${String(time.getDate()).padStart(2)} ${clock.join(':')} ${year}`;
}
