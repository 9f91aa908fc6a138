/**
 * Selections as virtual datasets store them, axis by axis. Layout: HDF5 File Format Specification 3.0, VII.B (dataspace
 * selections).
 */
import { sizeOf } from '../../array/ndarray.ts';

/**
 * Indices along one axis: start + k·stride + j for k < count, j < block. A count or block of Infinity goes as far as the
 * dataset does.
 */
export interface Axis {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
  readonly block: number;
  /** Where they are not that regular: the indices themselves, ascending. */
  readonly list?: readonly number[];
}

/** `all`: the whole dataset, however large. */
export type Selected = 'all' | readonly Axis[];

export function span(start: number, length: number): Axis {
  return { start, stride: 1, count: 1, block: length };
}

export function lengthOf({ count, block, list }: Axis): number {
  return list?.length ?? count * block;
}

/** The index that comes as number `position`. */
export function indexAt({ start, stride, block, list }: Axis, position: number): number {
  if (list !== undefined) return list[position];
  if (block === Infinity) return start + position;
  return start + Math.floor(position / block) * stride + (position % block);
}

/** Which of the axis `index` is; -1: none. */
export function positionOf({ start, stride, count, block, list }: Axis, index: number): number {
  if (list !== undefined) return list.indexOf(index);
  const offset = index - start;
  const k = count === 1 ? 0 : Math.floor(offset / stride);
  const j = offset - k * stride;
  return offset >= 0 && k < count && j >= 0 && j < block ? (k === 0 ? j : k * block + j) : -1;
}

/** How many of the axis lie below `extent`. */
export function lengthBelow(axis: Axis, extent: number): number {
  const { start, stride, count, block, list } = axis;
  if (list !== undefined) return list.filter((index) => index < extent).length;
  if (extent <= start) return 0;
  if (count === 1) return Math.min(block, extent - start);
  const whole = Math.floor((extent - start) / stride);
  if (whole >= count) return count * block;
  return whole * block + Math.min(block, extent - start - whole * stride);
}

/** One above the last index. */
export function endOf(axis: Axis): number {
  const length = lengthOf(axis);
  return length === 0 ? 0 : length === Infinity ? Infinity : indexAt(axis, length - 1) + 1;
}

export function isUnlimited({ count, block }: Axis): boolean {
  return count === Infinity || block === Infinity;
}

/** The first `length` of the axis. */
export function firstOf(axis: Axis, length: number): Axis {
  const { block, stride } = axis;
  if (!isUnlimited(axis)) return axis;
  if (block === Infinity || stride === block) return span(axis.start, length);
  if (length % block === 0) return { ...axis, count: length / block };
  return { ...axis, list: Array.from({ length }, (_, i) => indexAt(axis, i)) };
}

const Kind = { none: 0, hyperslab: 2, all: 3 } as const;

const UNLIMITED = 2n ** 64n - 1n;

/** Reads bytes one after the other; eight bytes of ones are Infinity. */
export class Reader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  uint(size: number): number {
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes.readUInt8(this.at + i));
    this.at += size;
    return size === 8 && value === UNLIMITED ? Infinity : Number(value);
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.at);
    if (end < 0) throw new RangeError('a name has no end');
    const text = this.#bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }

  skip(bytes: number): void {
    this.at += bytes;
  }
}

/** The next selection. */
export function readSelected(reader: Reader): Selected {
  const kind = reader.uint(4);
  const version = reader.uint(4);
  if (kind === Kind.all || kind === Kind.none) {
    reader.skip(8);
    return kind === Kind.all ? 'all' : [span(0, 0)];
  }
  if (kind !== Kind.hyperslab) throw new RangeError(`selections of kind ${kind} are not known`);
  if (version === 1) {
    reader.skip(8);
    const rank = reader.uint(4);
    return fromBlocks(readBlocks(reader, rank, reader.uint(4), 4));
  }
  if (version > 3) throw new RangeError(`version ${version} of hyperslabs is not known`);
  const isRegular = (reader.uint(1) & 1) === 1;
  if (version === 2) reader.skip(4);
  const size = version === 2 ? 8 : reader.uint(1);
  const rank = reader.uint(4);
  if (!isRegular) return fromBlocks(readBlocks(reader, rank, reader.uint(size), size));
  return Array.from({ length: limited(rank) }, () => ({
    start: reader.uint(size),
    stride: reader.uint(size),
    count: reader.uint(size),
    block: reader.uint(size),
  }));
}

/** No dataset has more axes. */
const MOST_AXES = 32;

function limited(rank: number): number {
  if (rank > MOST_AXES) throw new RangeError(`${rank} axes are too many`);
  return rank;
}

/** First and last index of a block along each axis. */
type Block = readonly (readonly [first: number, last: number])[];

function readBlocks(reader: Reader, rank: number, count: number, size: number): Block[] {
  limited(rank);
  const blocks: Block[] = [];
  for (let i = 0; i < count; i++) {
    const first = Array.from({ length: rank }, () => reader.uint(size));
    blocks.push(first.map((start) => [start, reader.uint(size)] as const));
  }
  return blocks;
}

/** Blocks that together hold every combination of some indices along each axis. */
function fromBlocks(blocks: readonly Block[]): Axis[] {
  if (blocks.length === 1) return blocks[0].map(([first, last]) => span(first, last - first + 1));
  const elements = blocks.reduce((sum, block) => sum + sizeOf(block.map(([a, b]) => b - a + 1)), 0);
  const axes = blocks[0].map((_, axis) => {
    const indices = new Set<number>();
    const parts = new Map(blocks.map((block) => [block[axis].join(), block[axis]]));
    for (const [first, last] of parts.values()) for (let i = first; i <= last; i++) indices.add(i);
    const list = [...indices].sort((a, b) => a - b);
    const isSpan = list[list.length - 1] - list[0] + 1 === list.length;
    return isSpan
      ? span(list[0], list.length)
      : { start: list[0], stride: 1, count: 1, block: list.length, list };
  });
  if (sizeOf(axes.map(lengthOf)) !== elements) {
    throw new RangeError('blocks that do not line up along the axes are not read here');
  }
  return axes;
}
