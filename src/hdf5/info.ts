/** The contents of an HDF5 file as text, one entry a line, without loading its data. */
import { formatValues, SHORT_ARRAY, summarize } from '../array/report.ts';
import { sizeOf } from '../array/ndarray.ts';
import { FileError } from '../errors.ts';
import { BOOL_ATTRIBUTE } from './encoding.ts';
import { openFile, type DatasetInfo, type H5File } from './file.ts';

/** An entry of a file, as it is told about. */
export interface InfoEntry {
  /** From the root, `/` between names. */
  readonly path: string;
  /** What an external link leads to. */
  readonly link: { readonly file: string; readonly path: string } | null;
  /** In brackets, as `[256x256 int32 array]`; with the value where that is short. */
  readonly text: string;
  /** Of datasets that can be read. */
  readonly shape: readonly number[] | null;
  readonly dtype: string | null;
}

/** The tree of the HDF5 file at `path`, as `describeFile` gives it. */
export async function h5info(path: string): Promise<string> {
  return withFile(path, describeFile);
}

/** The entries of the HDF5 file at `path`, groups before their members. */
export async function h5entries(path: string): Promise<InfoEntry[]> {
  return withFile(path, (file) => entriesOf(file));
}

async function withFile<T>(path: string, look: (file: H5File) => T): Promise<T> {
  const file = await openFile(path, 'r');
  try {
    return look(file);
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
  const head = typeof ctime === 'string' ? [`File created : ${ctime}`] : [];
  const lines = entriesOf(file).map(({ path, link, text }) => {
    const names = path.split('/').slice(1);
    const arrow = link === null ? '' : ` -> ${link.file}:${link.path}`;
    return `${' '.repeat(4 * (names.length - 1))} * ${names[names.length - 1]}${arrow} ${text}`;
  });
  return [...head, ...lines].join('\n');
}

function entriesOf(file: H5File): InfoEntry[] {
  const entries: InfoEntry[] = [];
  appendMembers(entries, file, '', new Set([file.identity('/')]));
  return entries;
}

function appendMembers(entries: InfoEntry[], file: H5File, group: string, above: Set<string>): void {
  for (const name of file.keys(group)) {
    const path = `${group}/${name}`;
    const known = { path, link: file.externalLink(path) ?? null, shape: null, dtype: null };
    try {
      if (file.kind(path) !== 'group') {
        entries.push({ ...known, ...entry(file, path) });
        continue;
      }
      const identity = file.identity(path);
      if (above.has(identity)) {
        entries.push({ ...known, text: '[link to a group above]' });
        continue;
      }
      const { type = 'group' } = file.attributes(path);
      const count = file.keys(path).length;
      const colon = count === 0 ? '' : ':';
      entries.push({ ...known, text: `[${typeof type === 'string' ? type : 'group'} ${count}]${colon}` });
      appendMembers(entries, file, path, new Set([...above, identity]));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      entries.push({ ...known, text: `[unreadable: ${error.message}]` });
    }
  }
}

/** What stands behind the name of anything but a group. */
function entry(file: H5File, path: string): Pick<InfoEntry, 'text'> & Partial<InfoEntry> {
  const kind = file.kind(path);
  if (kind !== 'dataset') return { text: kind === 'datatype' ? '[datatype]' : '[not there]' };
  const info = file.info(path);
  return { text: datasetText(file, path, info), shape: info.shape, dtype: info.dtype };
}

function datasetText(file: H5File, path: string, info: DatasetInfo): string {
  const attributes = file.attributes(path);
  const { type } = attributes;
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
