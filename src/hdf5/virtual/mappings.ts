/**
 * What a virtual dataset is made of: parts of it, and the parts of other datasets that are to be found there. Layout: HDF5 File
 * Format Specification 3.0, IV.A.2.i and VII.C (virtual dataset layout).
 */
import { FileError, messageOf } from '../../errors.ts';
import type { Entries } from '../entries.ts';
import { isWrittenAlone, locate, targetFile, type Handle } from '../handle.ts';
import { host } from '../host.ts';
import { heapObject, headerMessages, Message, RawFile, UNDEFINED_ADDRESS } from '../bytes/header.ts';
import {
  endOf,
  firstOf,
  isUnlimited,
  lengthBelow,
  readSelected,
  Reader,
  span,
  type Axis,
  type Selected,
} from './hyperslab.ts';
import type { Metadata } from '../module.ts';
import type { Mapping, Problem, Source, VirtualDataset } from './virtual-dataset.ts';

/** The parts of the virtual dataset at `path`; remembered while the file is open. */
export function virtualDataset(
  entries: Entries,
  handle: Handle,
  path: string,
  metadata: Metadata,
): VirtualDataset {
  const known = handle.virtual.get(path);
  if (known !== undefined) return known;
  const stored = metadata.shape ?? [0];
  // One that leads to itself is not followed for ever.
  handle.virtual.set(path, { shape: stored, mappings: [] });
  const read = RawFile.use(handle, path, (raw) => readMappings(handle, path, raw)).map((mapping) => ({
    ...mapping,
    target: mapping.target === 'all' ? stored.map((n) => span(0, n)) : mapping.target,
  }));
  const mappings = read.flatMap((mapping) => bounded(entries, handle, mapping));
  const shape = stored.map((n, axis) => {
    const grows = read.some(({ target }) => isUnlimited(target[axis]));
    if (!grows) return n;
    const end = mappings.reduce((most, { target }) => Math.max(most, endOf(target[axis])), 0);
    return Math.min(end, metadata.maxshape?.[axis] ?? Infinity);
  });
  const found = { shape, mappings };
  handle.virtual.set(path, found);
  return found;
}

type StoredMapping = Omit<Mapping, 'target'> & { readonly target: Selected };

const VIRTUAL_LAYOUT = 3;

function readMappings(handle: Handle, path: string, raw: RawFile): StoredMapping[] {
  const layout = headerMessages(handle, path, raw, Message.layout).at(0);
  if (layout?.[1] !== VIRTUAL_LAYOUT) throw new RangeError('the layout is not where it should be');
  const address = layout.readBigUInt64LE(2);
  if (address === UNDEFINED_ADDRESS) return [];
  const reader = new Reader(heapObject(raw, address, layout.readUInt32LE(10)));
  const version = reader.uint(1);
  if (version !== 0) throw new RangeError(`version ${version} of virtual datasets is not known`);
  const mappings: StoredMapping[] = [];
  for (let left = reader.uint(8); left > 0; left--) {
    const [file, dataset] = [reader.text(), reader.text()];
    const [source, target] = [readSelected(reader), readSelected(reader)];
    mappings.push({ file, dataset, source, target });
  }
  return mappings;
}

/** A mapping without an end as what is there of it by now. */
function bounded(entries: Entries, handle: Handle, mapping: Mapping): Mapping[] {
  const axis = mapping.target.findIndex(isUnlimited);
  if (axis === -1) {
    const [file, dataset] = [mapping.file, mapping.dataset].map((name) => name.replaceAll('%%', '%'));
    return [{ ...mapping, file, dataset }];
  }
  const along = mapping.target[axis];
  const cut = (part: Axis): Axis[] => mapping.target.map((other, i) => (i === axis ? part : other));
  const { source } = mapping;
  const sourceAxis = source === 'all' ? -1 : source.findIndex(isUnlimited);
  // A source with an end, time and again: each time from a part with the next number.
  if (source === 'all' || sourceAxis === -1) {
    const count = numberedCount(entries, handle, mapping);
    return Array.from({ length: count }, (_, k) => ({
      file: numbered(mapping.file, k),
      dataset: numbered(mapping.dataset, k),
      source,
      target: cut(span(along.start + k * along.stride, along.block)),
    }));
  }
  const found = findSource(entries, handle, mapping);
  const extent = 'problem' in found ? 0 : (found.metadata.shape?.[sourceAxis] ?? 0);
  const length = lengthBelow(source[sourceAxis], extent);
  const part = source.map((other, i) => (i === sourceAxis ? firstOf(other, length) : other));
  return [{ ...mapping, source: part, target: cut(firstOf(along, length)) }];
}

/** A name with `%b` for the number of the part, `%%` for `%`. */
function numbered(name: string, number: number): string {
  return name.replaceAll(/%[b%]/g, (code) => (code === '%b' ? String(number) : '%'));
}

/** Parts there are of a numbered mapping: up to the last that is there, so that one missing between them is noticed. */
function numberedCount(entries: Entries, handle: Handle, { file, dataset }: Mapping): number {
  if (/(?<!%)(%%)*%b/.test(file)) {
    const pattern = new RegExp(
      `^${host
        .baseOf(file)
        .split('%b')
        .map((part) => escaped(part.replaceAll('%%', '%')))
        .join('(\\d+)')}$`,
    );
    const folder = host.folderOf(host.resolve(host.folderOf(handle.absolute), file));
    entries.expectIn(folder, true);
    let names: string[];
    try {
      names = host.namesIn(folder);
    } catch {
      return 0;
    }
    const numbers = names.map((name) => Number(pattern.exec(name)?.[1] ?? -1));
    return numbers.reduce((most, n) => Math.max(most, n + 1), 0);
  }
  let count = 0;
  while (!('problem' in findSource(entries, handle, { file, dataset: numbered(dataset, count) }))) count++;
  return count;
}

/** As a regular expression that means the text itself. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The source of a mapping in the file of `handle`, across links of every kind. */
export function findSource(
  entries: Entries,
  handle: Handle,
  named: Pick<Mapping, 'file' | 'dataset'>,
): Source | Problem {
  const name = [handle.absolute, named.file, named.dataset].join('\0');
  const known = entries.sources.get(name) ?? lookFor(entries, handle, named);
  entries.sources.set(name, known);
  return known;
}

function lookFor(
  entries: Entries,
  handle: Handle,
  { file, dataset }: Pick<Mapping, 'file' | 'dataset'>,
): Source | Problem {
  const absent = (problem: string): Problem => ({ problem, isAbsent: true });
  const target = file === '.' ? handle.absolute : targetFile(handle, file);
  if (target === undefined)
    entries.expectIn(host.folderOf(host.resolve(host.folderOf(handle.absolute), file)), false);
  if (target === undefined) return absent(`its source '${file}' does not exist`);
  try {
    const start = entries.open(target);
    const { handle: end, path, kind } = locate(start, dataset, (linked) => entries.open(linked));
    if (kind === 'missing') return absent(`its source '${file}' has no dataset '${dataset}'`);
    if (kind === 'dangling') return absent(`its source '${dataset}' in '${file}' is a link to nothing`);
    if (kind !== 'dataset') {
      return { problem: `its source '${dataset}' in '${file}' is a ${kind}, not a dataset`, isAbsent: false };
    }
    return { file: end.absolute, path, metadata: metadataOf(entries, end, path) };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const problem = `its source '${file}' cannot be read: ${messageOf(error)}`;
    return { problem, isAbsent: isWrittenAlone(target) };
  }
}

/** What the library says about a dataset, with the extent that the sources of a virtual one have by now. */
export function metadataOf(entries: Entries, handle: Handle, path: string): Metadata {
  const where = { file: handle.file, entry: path };
  // The library would look for the sources of a virtual dataset, and break down over one that is being written.
  const metadata = handle.library.aloneWith(() =>
    handle.library.call(where, `cannot read the header of '${path}'`, (m) =>
      m.get_dataset_metadata(handle.id, path),
    ),
  );
  const { shape, maxshape } = metadata;
  const isFixed = shape === null || shape.every((n, axis) => maxshape?.[axis] === n);
  if (metadata.virtual_sources === undefined || isFixed) return metadata;
  return { ...metadata, shape: virtualDataset(entries, handle, path, metadata).shape };
}
