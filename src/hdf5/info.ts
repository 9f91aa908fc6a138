/** The contents of an HDF5 file as text, one entry a line, without loading its data. */
import { formatValues, SHORT_ARRAY, summarize } from '../array/report.ts';
import { sizeOf } from '../array/ndarray.ts';
import { FileError } from '../errors.ts';
import { BOOL_ATTRIBUTE } from './encoding.ts';
import { openFile, type DatasetInfo, type H5File } from './file.ts';

/** The tree of the HDF5 file at `path`, as `describeFile` gives it. */
export async function h5info(path: string): Promise<string> {
  const file = await openFile(path, 'r');
  try {
    return describeFile(file);
  } finally {
    file.close();
  }
}

const TEXT_LENGTH = 100;

/**
 * The tree of any HDF5 file: groups with their size, arrays with shape, element type and filters, short arrays, scalars
 * and text with their values, external links with their target. An entry that is damaged says so; the others follow.
 */
export function describeFile(file: H5File): string {
  const { ctime } = file.attributes('/');
  const lines = typeof ctime === 'string' ? [`File created : ${ctime}`] : [];
  appendMembers(lines, file, '', 0, new Set([file.identity('/')]));
  return lines.join('\n');
}

function appendMembers(
  lines: string[],
  file: H5File,
  group: string,
  level: number,
  above: Set<string>,
): void {
  for (const name of file.keys(group)) {
    const path = `${group}/${name}`;
    const indent = `${' '.repeat(4 * level)} * ${name}`;
    const external = file.externalLink(path);
    const link = external === undefined ? '' : ` -> ${external.file}:${external.path}`;
    try {
      if (file.kind(path) !== 'group') {
        lines.push(`${indent}${link} ${entry(file, path)}`);
        continue;
      }
      const identity = file.identity(path);
      if (above.has(identity)) {
        lines.push(`${indent}${link} [link to a group above]`);
        continue;
      }
      const { type = 'group' } = file.attributes(path);
      const count = file.keys(path).length;
      lines.push(
        `${indent}${link} [${typeof type === 'string' ? type : 'group'} ${count}]${count === 0 ? '' : ':'}`,
      );
      appendMembers(lines, file, path, level + 1, new Set([...above, identity]));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      lines.push(`${indent}${link} [unreadable: ${error.message}]`);
    }
  }
}

/** What stands behind the name of anything but a group. */
function entry(file: H5File, path: string): string {
  const kind = file.kind(path);
  if (kind !== 'dataset') return kind === 'datatype' ? '[datatype]' : '[not there]';
  const attributes = file.attributes(path);
  const { type } = attributes;
  const info = file.info(path);
  if (type === 'None') return '[None]';
  if (type === 'pickle' || type === 'record_array') return `[${type}, not decoded]`;
  if (info.dtype === 'opaque') return `[${extent(info)}${info.opaque ?? 'opaque'}, not decoded]`;
  if (info.dtype === 'string') return text(file, path, info);
  const isBool = attributes[BOOL_ATTRIBUTE] === 'bool';
  const size = sizeOf(info.shape);
  if (info.shape.length === 0) {
    const value = file.read(path);
    return `[scalar = ${summarize(isBool ? { ...value, dtype: 'bool' } : value)}]`;
  }
  if ((type === 'arraylist' || type === 'arraytuple') && info.shape.length === 1) {
    const some = file.read(path, [{ start: 0, stop: Math.min(size, SHORT_ARRAY - 1) }]);
    const values = formatValues(some).slice(1, -1).split(' ').join(', ');
    return `[list = [${values}${size >= SHORT_ARRAY ? ', ...' : ''}]]`;
  }
  if (size >= SHORT_ARRAY) return `[${extent(info)}${isBool ? 'bool' : info.dtype} array]${storage(info)}`;
  return `[array = ${formatValues(file.read(path))}]`;
}

function text(file: H5File, path: string, info: DatasetInfo): string {
  if (info.shape.length > 0) return `[${extent(info)}string array]${storage(info)}`;
  const value = file.readText(path) as string;
  const shown = JSON.stringify(value.length > TEXT_LENGTH ? `${value.slice(0, TEXT_LENGTH)}…` : value);
  return `[string = ${shown}]`;
}

function extent({ shape }: DatasetInfo): string {
  return shape.length === 0 ? '' : `${shape.join('x')} `;
}

function storage({ filters, chunks }: DatasetInfo): string {
  return filters.length === 0 || chunks === null ? '' : ` ${filters.join(' + ')}, chunks ${chunks.join('x')}`;
}
