/** Nested values as text, one entry a line: what ptypy's `report` prints. */
import { componentsOf, isNdArray, sizeOf, type NdArray } from './ndarray.ts';

export interface ReportOptions {
  /** Name of the outermost entry. Default `value`. */
  readonly name?: string;
  /** Levels shown below the outermost; deeper ones show their size only. Default 8. */
  readonly depth?: number;
}

/** Entries of a list that are shown. */
const LISTED = 5;
/** Column of the colon. */
const COLUMN = 25;
const TEXT_LENGTH = 200;

/**
 * One line `* name : value` per entry, entries of mappings and lists indented below it. Arrays of five elements and
 * more show shape and type, `[256x256 int32 array]`, smaller ones their values; lists of numbers take one line. Safe for
 * circular structures.
 */
export function report(value: unknown, options: ReportOptions = {}): string {
  const lines: string[] = [];
  append(lines, options.name ?? 'value', value, 0, options.depth ?? 8, new Set());
  return lines.join('\n');
}

function append(
  lines: string[],
  name: string,
  value: unknown,
  level: number,
  deepest: number,
  above: Set<object>,
): void {
  const circular = typeof value === 'object' && value !== null && above.has(value);
  const entry = `${'  '.repeat(level)}* ${oneLine(name)}`.padEnd(COLUMN);
  lines.push(
    `${entry.endsWith(' ') ? entry : `${entry} `}: ${circular ? '(contains itself)' : summary(value)}`,
  );
  const members = circular || level >= deepest ? undefined : membersOf(value);
  if (members === undefined) return;
  above.add(value as object);
  for (const [key, member] of members.shown) append(lines, key, member, level + 1, deepest, above);
  if (members.more) lines.push(`${`${'  '.repeat(level + 1)}* ...`.padEnd(COLUMN)}: ....`);
  above.delete(value as object);
}

function membersOf(value: unknown): { shown: (readonly [string, unknown])[]; more: boolean } | undefined {
  if (typeof value !== 'object' || value === null || isNdArray(value) || ArrayBuffer.isView(value))
    return undefined;
  if (isNumberList(value)) return undefined;
  if (Array.isArray(value) || value instanceof Set) {
    const items: unknown[] = [...value];
    return { shown: items.slice(0, LISTED).map((item, i) => [String(i), item]), more: items.length > LISTED };
  }
  if (value instanceof Map)
    return { shown: [...value].map(([key, member]) => [String(key), member]), more: false };
  return value instanceof Date ? undefined : { shown: Object.entries(value), more: false };
}

/** A value in one line: what stands behind the colon. */
function summary(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (isNdArray(value)) return summarize(value);
  switch (typeof value) {
    case 'string':
      return oneLine(value);
    case 'number':
    case 'bigint':
      return formatNumber(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'function':
      return `function ${value.name}`;
    case 'symbol':
      return value.toString();
    default:
      break;
  }
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes ${value.constructor.name}]`;
  if (isNumberList(value)) return summarizeNumbers(value);
  if (Array.isArray(value)) return `list(${value.length})`;
  if (value instanceof Map || value instanceof Set) return `${value.constructor.name}(${value.size})`;
  const { constructor } = value as { constructor?: unknown };
  const name = typeof constructor === 'function' && constructor.name !== 'Object' ? constructor.name : 'dict';
  return `${name}(${Object.keys(value).length})`;
}

function isNumberList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number');
}

/** `[list = [256, 256]]`; long ones with their length, `list(80) = [0, 1, 2, 3, 4, ...]`. */
function summarizeNumbers(list: readonly number[]): string {
  const shown = list.slice(0, LISTED).map((item) => formatNumber(item));
  if (list.length <= LISTED) return `[list = [${shown.join(', ')}]]`;
  return `list(${list.length}) = [${shown.join(', ')}, ...]`;
}

function oneLine(text: string): string {
  // Control characters, line breaks among them, as JSON writes them.
  const line = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll('\\\\', '\\');
  return line.length > TEXT_LENGTH ? `${line.slice(0, TEXT_LENGTH)}…` : line;
}

/** Arrays below this size are shown with their values. */
export const SHORT_ARRAY = 5;

/** `[256x256 int32 array]`; `[array = [128 128]]` when short; a bare value when of shape []. */
export function summarize(array: NdArray): string {
  if (array.shape.length === 0) return formatElement(array, 0);
  if (sizeOf(array.shape) >= SHORT_ARRAY) return `[${array.shape.join('x')} ${array.dtype} array]`;
  return `[array = ${formatValues(array)}]`;
}

/** `[128 128]`, `[[1 2] [3 4]]`. */
export function formatValues(array: NdArray): string {
  const nested = (axis: number, first: number): string => {
    if (axis === array.shape.length) return formatElement(array, first);
    const stride = sizeOf(array.shape.slice(axis + 1));
    const items = Array.from({ length: array.shape[axis] }, (_, i) => nested(axis + 1, first + i * stride));
    return `[${items.join(' ')}]`;
  };
  return nested(0, 0);
}

function formatElement(array: NdArray, i: number): string {
  if (componentsOf(array.dtype) === 2) {
    const imaginary = formatNumber(array.data[2 * i + 1]);
    return `${formatNumber(array.data[2 * i])}${imaginary.startsWith('-') ? '' : '+'}${imaginary}j`;
  }
  const value = array.data[i];
  if (array.dtype === 'bool') return value === 0 ? 'False' : 'True';
  return formatNumber(value);
}

/** Up to eight significant digits, as many as are needed. */
function formatNumber(value: number | bigint): string {
  return typeof value === 'bigint' || Number.isInteger(value)
    ? String(value)
    : String(Number(value.toPrecision(8)));
}
