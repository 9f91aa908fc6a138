/** Parts of arrays given by the indices along each axis. */
import { sizeOf, type NdArray } from '../../array/ndarray.ts';
import type { Slab } from '../slab.ts';

/** Ascending indices along each axis; all combinations of them. */
export type IndexLists = readonly (readonly number[])[];

/** How many elements they are. */
export function countOf(lists: IndexLists): number {
  return sizeOf(lists.map((list) => list.length));
}

/** All combinations of numbers below `lengths`, in C order. */
export function* combinations(lengths: readonly number[]): Generator<number[]> {
  const total = sizeOf(lengths);
  for (let n = 0; n < total; n++) {
    const combination = lengths.map(() => 0);
    for (let axis = lengths.length - 1, rest = n; axis >= 0; axis--) {
      combination[axis] = rest % lengths[axis];
      rest = Math.floor(rest / lengths[axis]);
    }
    yield combination;
  }
}

/** Indices along each axis as slabs, with the place of each within the whole. */
export function* slabsOf(lists: IndexLists): Generator<{ slab: Slab; to: number[][] }> {
  const runs = lists.map(evenRuns);
  for (const combination of combinations(runs.map((own) => own.length))) {
    const chosen = combination.map((k, axis) => runs[axis][k]);
    yield {
      slab: {
        start: chosen.map(({ start }) => start),
        step: chosen.map(({ step }) => step),
        count: chosen.map(({ count }) => count),
      },
      to: chosen.map(({ at, count }) => Array.from({ length: count }, (_, i) => at + i)),
    };
  }
}

/** Ascending numbers as runs of equal steps. */
function evenRuns(list: readonly number[]): { start: number; step: number; count: number; at: number }[] {
  const runs: { start: number; step: number; count: number; at: number }[] = [];
  for (let at = 0; at < list.length;) {
    const step = at + 1 < list.length ? list[at + 1] - list[at] : 1;
    let count = 1;
    while (at + count < list.length && list[at + count] - list[at + count - 1] === step) count++;
    runs.push({ start: list[at], step, count, at });
    at += count;
  }
  return runs;
}

/** Puts an array, in C order, where its indices belong in a larger one; `repeat`: its first element everywhere. */
export function scatter(
  from: NdArray['data'],
  into: NdArray['data'],
  to: IndexLists,
  shape: readonly number[],
  width: number,
  repeat = false,
): void {
  const [source, target] = [from as Float64Array, into as Float64Array];
  // Axes that are filled whole from the last one on are one piece.
  let piece = width;
  let depth = to.length;
  while (!repeat && depth > 0 && to[depth - 1].length === shape[depth - 1]) piece *= shape[--depth];
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)) * width);
  let at = 0;
  const place = (axis: number, offset: number): void => {
    if (axis === depth) {
      target.set(source.subarray(at, at + piece), offset);
      if (!repeat) at += piece;
      return;
    }
    const list = to[axis];
    const isRun = axis === depth - 1 && list[list.length - 1] - list[0] + 1 === list.length;
    if (isRun && !repeat) {
      const length = list.length * piece;
      target.set(source.subarray(at, at + length), offset + list[0] * strides[axis]);
      at += length;
      return;
    }
    for (const index of list) place(axis + 1, offset + index * strides[axis]);
  };
  place(0, 0);
}
