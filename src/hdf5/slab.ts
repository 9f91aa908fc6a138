/** Rectangular parts of datasets: selections, and their way through the library's memory in bounded pieces. */
import { itemSize, type NdArray } from '../array/ndarray.ts';
import { DataError, FileError } from '../errors.ts';
import type { Handle } from './handle.ts';
import type { Metadata } from './module.ts';

/** Items start, start + step, … < stop of one axis. */
export interface Range {
  readonly start: number;
  readonly stop: number;
  /** 1 if absent. */
  readonly step?: number;
}

/** One range per axis; axes that are left out are taken whole. */
export type Selection = readonly Range[];

export interface Slab {
  readonly start: readonly number[];
  readonly step: readonly number[];
  readonly count: readonly number[];
}

/** The library's memory never shrinks and ends at 2 GiB, so no single piece is larger than this. */
const PIECE_BYTES = 2 ** 27;

/** The selected shape. Throws a `FileError` when the selection does not lie within `shape`. */
export function slabOf(
  shape: readonly number[],
  selection: Selection | undefined,
  where: { file: string; entry: string },
): Slab {
  const ranges = selection ?? [];
  const valid = ranges.every(({ start, stop, step = 1 }, axis) => {
    const whole = [start, stop, step].every(Number.isSafeInteger);
    return whole && axis < shape.length && start >= 0 && start <= stop && stop <= shape[axis] && step >= 1;
  });
  if (!valid) {
    const asked = ranges.map(
      ({ start, stop, step }) => `${start}:${stop}${step === undefined ? '' : `:${step}`}`,
    );
    throw new FileError(
      `${where.file}: selection [${asked.join(', ')}] does not lie within '${where.entry}' of shape [${shape.join(', ')}]`,
      where,
    );
  }
  const axes = shape.map((n, axis) => ranges.at(axis) ?? { start: 0, stop: n });
  return {
    start: axes.map(({ start }) => start),
    step: axes.map(({ step }) => step ?? 1),
    count: axes.map(({ start, stop, step = 1 }) => Math.ceil((stop - start) / step)),
  };
}

/** Of all elements of `shape`, in C order, those of the slab. */
export function selected<T>(all: readonly T[], shape: readonly number[], { start, step, count }: Slab): T[] {
  let indices = [0];
  shape.forEach((n, axis) => {
    indices = indices.flatMap((i) =>
      Array.from({ length: count[axis] }, (_, k) => i * n + start[axis] + k * step[axis]),
    );
  });
  return indices.map((i) => all[i]);
}

export interface Piece {
  /** First element of the piece in the selected array, C order. */
  readonly first: number;
  readonly elements: number;
  readonly offset: bigint[];
  readonly count: bigint[];
}

/** Cuts a slab into pieces that are contiguous in the selected array; ends on chunk borders where it can. */
export function* pieces(
  slab: Slab,
  elementBytes: number,
  chunks: readonly number[] | null,
  limit = PIECE_BYTES,
): Generator<Piece> {
  const { count, start, step } = slab;
  const rank = count.length;
  // Items along `axis` are the largest that fit into a piece as a whole.
  let axis = rank;
  let inner = 1;
  while (axis > 0 && inner * count[axis - 1] * elementBytes <= limit) {
    axis -= 1;
    inner *= count[axis];
  }
  const cut = axis - 1;
  const whole = count.map((n, k) => (k <= cut ? 1 : n));
  const along = cut < 0 ? 1 : count[cut];
  const most = Math.max(1, Math.floor(limit / (inner * elementBytes)));
  const outer = count.slice(0, Math.max(0, cut)).reduce((product, n) => product * n, 1);
  for (let o = 0; o < outer; o++) {
    const index = start.slice();
    for (let k = cut - 1, rest = o; k >= 0; rest = Math.floor(rest / count[k]), k--) {
      index[k] = start[k] + (rest % count[k]) * step[k];
    }
    for (let position = 0; position < along;) {
      let stop = Math.min(along, position + most);
      if (cut >= 0) {
        index[cut] = start[cut] + position * step[cut];
        const chunk = chunks?.[cut] ?? 1;
        if (stop < along && step[cut] === 1) {
          const border = Math.floor((start[cut] + stop) / chunk) * chunk - start[cut];
          if (border > position) stop = border;
        }
      }
      const elements = (stop - position) * inner;
      yield {
        first: (o * along + position) * inner,
        elements,
        offset: index.map(BigInt),
        count: whole.map((n, k) => BigInt(k === cut ? stop - position : n)),
      };
      position = stop;
    }
  }
}

/** The selected elements, `metadata.size` bytes each, little-endian, in C order. */
export function readSlab(
  handle: Handle,
  path: string,
  metadata: Metadata,
  slab: Slab,
  whole: boolean,
): ArrayBuffer {
  const { library, id, file } = handle;
  const where = { file, entry: path };
  const { size } = metadata;
  const { count } = slab;
  const elements = count.reduce((product, n) => product * n, 1);
  if (elements === 0) return new ArrayBuffer(0);
  let result: ArrayBuffer | undefined;
  const bytes = elements * size;
  if (bytes > PIECE_BYTES) {
    try {
      result = new ArrayBuffer(bytes);
    } catch (cause) {
      throw new FileError(`${file}: '${path}' is too large to read at once: ${bytes} bytes`, where, {
        cause,
      });
    }
  }
  const steps = slab.step.map(BigInt);
  for (const piece of pieces(slab, size, metadata.chunks)) {
    const part = piece.elements * size;
    library.withMemory(where, part, (address) => {
      library.call(where, `cannot read '${path}'`, (m) =>
        count.length === 0 || (whole && part === bytes)
          ? m.get_dataset_data(id, path, null, null, null, BigInt(address))
          : m.get_dataset_data(id, path, piece.count, piece.offset, steps, BigInt(address)),
      );
      const read = library.heap.subarray(address, address + part);
      if (result === undefined) result = read.slice().buffer;
      else new Uint8Array(result, piece.first * size, part).set(read);
    });
  }
  return result ?? new ArrayBuffer(0);
}

export function bytesOf({ data }: NdArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Writes `array` over the slab. Its shape must be the slab's. */
export function writeSlab(
  handle: Handle,
  path: string,
  metadata: Metadata,
  slab: Slab,
  array: NdArray,
): void {
  const { library, id, file } = handle;
  const where = { file, entry: path };
  const { count } = slab;
  if (array.shape.length !== count.length || array.shape.some((n, axis) => n !== count[axis])) {
    throw new DataError(
      `${file}: array of shape [${array.shape.join(', ')}] does not fit the selected [${count.join(', ')}] of '${path}'`,
    );
  }
  const size = itemSize(array.dtype);
  const bytes = bytesOf(array);
  const steps = slab.step.map(BigInt);
  if (bytes.length === 0) return;
  for (const piece of pieces(slab, size, metadata.chunks)) {
    library.withMemory(where, piece.elements * size, (address) => {
      library.heap.set(bytes.subarray(piece.first * size, (piece.first + piece.elements) * size), address);
      library.call(where, `cannot write '${path}'`, (m) =>
        count.length === 0
          ? m.set_dataset_data(id, path, null, null, null, BigInt(address))
          : m.set_dataset_data(id, path, piece.count, piece.offset, steps, BigInt(address)),
      );
    });
  }
}
