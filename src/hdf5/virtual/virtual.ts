/**
 * Reading through virtual datasets, source by source. The library does it as well, but gives zeros without a word wherever a
 * source is missing, too short, or being written.
 */
import { allocate, astype, componentsOf, sizeOf, toNumbers } from '../../array/ndarray.ts';
import type { DType, NdArray } from '../../array/ndarray.ts';
import { FileError } from '../../errors.ts';
import { decode, elementType, type ElementType } from '../bytes/datatype.ts';
import type { Entries } from '../entries.ts';
import { requireReadable } from '../filters.ts';
import type { Handle } from '../handle.ts';
import { positionOf } from './hyperslab.ts';
import { combinations, countOf, scatter, slabsOf, type IndexLists } from './index-lists.ts';
import { virtualDataset } from './mappings.ts';
import type { Mapping, Problem } from './virtual-dataset.ts';
import type { Metadata } from '../module.ts';
import { partsOf, type Part } from './parts.ts';
import { readSlab, type Slab } from '../slab.ts';
import { clearUnwritten, requireStored, storedPart } from '../bytes/stored.ts';

/** What to do where a virtual dataset has no number to give; `mark`: give one that no count can be, see `markAll`. */
export interface Holes {
  /** Elements that no source is mapped to, in items (rows, cols) that have some. Default `error`. */
  readonly gaps?: 'error' | 'mark';
  /** Elements whose source is not there (yet). Default `error`. */
  readonly absent?: 'error' | 'mark';
  /** Elements that were never written. Default `fill`: the fill value of their dataset, where the library tells. */
  readonly unwritten?: 'error' | 'fill';
}

/** NaN, or the largest value of an unsigned type, or −1: detectors mark pixels without a count like that. */
function markAll(dtype: DType, data: NdArray['data']): void {
  if (dtype === 'uint64') (data as BigUint64Array).fill(2n ** 64n - 1n);
  else if (dtype === 'int64') (data as BigInt64Array).fill(-1n);
  else if (dtype.startsWith('u')) (data as Uint32Array).fill(2 ** Number(dtype.slice(4)) - 1);
  else (data as Float64Array).fill(dtype.startsWith('int') ? -1 : NaN);
}

/** Virtual datasets made of virtual ones this deep go round in circles. */
const MOST_LEVELS = 16;

/** The numbers in a part of any dataset. Throws a `FileError` for whatever is not there, unless `holes` says otherwise. */
export function readNumbers(
  entries: Entries,
  handle: Handle,
  path: string,
  metadata: Metadata,
  slab: Slab,
  holes: Holes = {},
  level = 0,
): NdArray {
  const element = elementType(metadata);
  const where = { file: handle.file, entry: path };
  if (element.kind !== 'numbers') throw new FileError(`${handle.file}: '${path}' holds no numbers`, where);
  if (level > MOST_LEVELS) throw new FileError(`${handle.file}: '${path}' leads to itself`, where);
  if (metadata.virtual_sources === undefined) {
    requireReadable(handle, path, metadata);
    requireStored(handle, path, metadata, slab, holes.unwritten === 'error');
    return decode(element, slab.count, readSlab(handle, path, metadata, slab, isWhole(slab, metadata)));
  }
  const dataset = virtualDataset(entries, handle, path, metadata);
  const parts: Part[] = [];
  let isMarked = false;
  for (const part of partsOf(entries, handle, dataset.mappings, slab)) {
    if ('source' in part) parts.push(part);
    else if (part.isAbsent && holes.absent === 'mark') isMarked = true;
    else throw new FileError(`${handle.file}: '${path}' is a virtual dataset: ${part.problem}`, where);
  }
  const placed = parts.reduce((sum, { to }) => sum + countOf(to), 0);
  if (placed < sizeOf(slab.count) && !isMarked) {
    requireMapped(dataset.mappings, slab, parts, holes.gaps === 'mark', where);
    isMarked = true;
  }
  const read = (part: Part): NdArray => readPart(entries, part, element, level + 1, holes);
  const shape = [...slab.count, ...element.inner];
  if (parts.length === 1 && !isMarked && placed === sizeOf(slab.count)) {
    return { ...read(parts[0]), shape };
  }
  const width = componentsOf(element.dtype) * sizeOf(element.inner);
  const data = allocate(element.dtype, sizeOf(shape));
  if (isMarked) markAll(element.dtype, data);
  for (const part of parts) scatter(read(part).data, data, part.to, slab.count, width);
  return { dtype: element.dtype, shape, data };
}

/** Before the library reads all of a virtual dataset by itself. Throws a `FileError` for whatever is not there. */
export function requireSources(entries: Entries, handle: Handle, path: string, metadata: Metadata): void {
  if (metadata.virtual_sources === undefined) return;
  const where = { file: handle.file, entry: path };
  const slab = wholeOf(metadata);
  const found = problemOf(entries, handle, path, metadata, slab);
  if (found !== undefined) {
    throw new FileError(`${handle.file}: '${path}' is a virtual dataset: ${found.problem}`, where);
  }
  const { mappings } = virtualDataset(entries, handle, path, metadata);
  const parts = [...partsOf(entries, handle, mappings, slab)].filter((part) => 'source' in part);
  if (parts.reduce((sum, { to }) => sum + countOf(to), 0) < sizeOf(slab.count)) {
    requireMapped(mappings, slab, parts, false, where);
  }
}

/** Whether all numbers in a part of a dataset are there: the first problem, if not. */
function problemOf(
  entries: Entries,
  handle: Handle,
  path: string,
  metadata: Metadata,
  slab: Slab,
  level = 0,
): Problem | undefined {
  let isReadable = false;
  try {
    if (metadata.virtual_sources === undefined || level > MOST_LEVELS) {
      requireReadable(handle, path, metadata);
      isReadable = true;
      requireStored(handle, path, metadata, slab, true);
      return undefined;
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { problem: error.message, isAbsent: isReadable };
  }
  const { mappings } = virtualDataset(entries, handle, path, metadata);
  for (const part of partsOf(entries, handle, mappings, slab)) {
    const problem = 'source' in part ? problemOfPart(entries, part, level + 1) : part;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfPart(entries: Entries, { source, from }: Part, level: number): Problem | undefined {
  const handle = entries.open(source.file);
  for (const { slab } of slabsOf(from)) {
    const problem = problemOf(entries, handle, source.path, source.metadata, slab, level);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/**
 * 1 for each item along the first `axes` axes of the dataset that is all there, 0 for those whose source has not come yet.
 * Items that nothing is mapped to, or that are damaged, count as there: they are errors, and reading tells which.
 */
export function presentItems(
  entries: Entries,
  handle: Handle,
  path: string,
  metadata: Metadata,
  axes: number,
): Uint8Array {
  const shape = metadata.shape ?? [0];
  const present = new Uint8Array(sizeOf(shape.slice(0, axes))).fill(1);
  if (metadata.virtual_sources === undefined) {
    clearUnwritten(storedPart(handle, path, metadata), metadata, axes, present);
    return present;
  }
  const { mappings } = virtualDataset(entries, handle, path, metadata);
  const without = (to: IndexLists): void => {
    scatter(new Uint8Array(1), present, to.slice(0, axes), shape.slice(0, axes), 1, true);
  };
  for (const part of partsOf(entries, handle, mappings, wholeOf(metadata))) {
    const holes = 'source' in part ? absentWithin(entries, part, axes) : part.isAbsent ? [part.to] : [];
    for (const to of holes) without(to);
  }
  return present;
}

/** Which of a part are absent in its source, not written yet or virtual itself: found by halving. */
function absentWithin(entries: Entries, part: Part, axes: number): IndexLists[] {
  const problem = problemOfPart(entries, part, 1);
  if (problem?.isAbsent !== true) return [];
  const axis = part.to.findIndex((list, i) => i < axes && list.length > 1);
  const along = part.to.at(axis)?.length;
  const own = axis === -1 ? -1 : part.from.findIndex((list) => list.length === along);
  if (along === undefined || own === -1) return [part.to];
  const half = along >> 1;
  const cut = (lists: IndexLists, at: number, from: number, to: number): IndexLists =>
    lists.map((list, i) => (i === at ? list.slice(from, to) : list));
  return [
    [0, half],
    [half, along],
  ].flatMap(([from, to]) =>
    absentWithin(
      entries,
      { ...part, from: cut(part.from, own, from, to), to: cut(part.to, axis, from, to) },
      axes,
    ),
  );
}

function wholeOf({ shape }: Metadata): Slab {
  const count = shape ?? [0];
  return { start: count.map(() => 0), step: count.map(() => 1), count };
}

function isWhole({ start, step, count }: Slab, { shape }: Metadata): boolean {
  return (shape ?? [0]).every((n, axis) => start[axis] === 0 && step[axis] === 1 && count[axis] === n);
}

/** A part as its source has it, in the element type of the virtual dataset. */
function readPart(
  entries: Entries,
  { source, from }: Part,
  { dtype, inner }: Extract<ElementType, { kind: 'numbers' }>,
  level: number,
  holes: Holes,
): NdArray {
  const count = from.map((list) => list.length);
  const slabs = [...slabsOf(from)];
  const read = (slab: Slab): NdArray =>
    readNumbers(entries, entries.open(source.file), source.path, source.metadata, slab, holes, level);
  if (slabs.length === 1) return converted(read(slabs[0].slab), dtype);
  const data = allocate(dtype, countOf(from) * sizeOf(inner));
  const width = componentsOf(dtype) * sizeOf(inner);
  for (const { slab, to } of slabs) scatter(converted(read(slab), dtype).data, data, to, count, width);
  return { dtype, shape: [...count, ...inner], data };
}

const LIMITS: Partial<Record<DType, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
};

/** As the library converts: what does not fit becomes the nearest that does. */
function converted(array: NdArray, dtype: DType): NdArray {
  if (array.dtype === dtype) return array;
  const limits = LIMITS[dtype];
  if (limits === undefined) return astype(array, dtype);
  const [least, most] = limits;
  const numbers = toNumbers(array);
  const data = allocate(dtype, numbers.length) as Float64Array;
  for (let i = 0; i < data.length; i++) data[i] = Math.min(most, Math.max(least, numbers[i]));
  return { dtype, shape: array.shape, data };
}

/** Throws a `FileError` for elements without a source; `inItems`: only for items (rows, cols) that have none at all. */
function requireMapped(
  mappings: readonly Mapping[],
  { start, step, count }: Slab,
  parts: readonly Part[],
  inItems: boolean,
  where: { readonly file: string; readonly entry: string },
): void {
  const rank = count.length;
  const lead = inItems ? Math.max(0, rank - 2) : Math.min(1, rank);
  const items = count.slice(0, lead);
  const each = sizeOf(count.slice(lead));
  const filled = new Float64Array(sizeOf(items));
  for (const { to } of parts) {
    const own = Float64Array.of(countOf(to.slice(lead)));
    const added = new Float64Array(filled.length);
    scatter(own, added, to.slice(0, lead), items, 1, true);
    added.forEach((n, i) => (filled[i] += n));
  }
  let item = 0;
  for (const combination of combinations(items)) {
    const missing = each - filled[item++];
    if (missing <= 0) continue;
    const index = combination.map((k, axis) => start[axis] + k * step[axis]);
    const isMapped = mappings.some(({ target }) =>
      index.every((n, axis) => positionOf(target[axis], n) !== -1),
    );
    if (inItems && lead > 0 && isMapped) continue;
    const what = isMapped ? `${missing} of the ${each} numbers` : 'the numbers';
    throw new FileError(
      `${where.file}: '${where.entry}' is a virtual dataset: no source is mapped to ${what} at [${index.join(', ')}]`,
      where,
    );
  }
}
