/** Which source, and which part of it, holds which elements of a virtual dataset. */
import { sizeOf } from '../../array/ndarray.ts';
import type { Entries } from '../entries.ts';
import type { Handle } from '../handle.ts';
import { endOf, indexAt, lengthOf, positionOf, span, type Axis } from './hyperslab.ts';
import { combinations, type IndexLists } from './index-lists.ts';
import { findSource } from './mappings.ts';
import type { Mapping, Problem, Source } from './virtual-dataset.ts';
import type { Slab } from '../slab.ts';

/** Elements of a request that one source is mapped to: indices along each axis of the source, and of the request. */
export interface Part {
  readonly source: Source;
  readonly from: IndexLists;
  readonly to: IndexLists;
}

/** Elements of a request that cannot be read. */
export interface Hole extends Problem {
  readonly to: IndexLists;
}

/** Sources of the elements in a slab, and what stands in the way. */
export function* partsOf(
  entries: Entries,
  handle: Handle,
  mappings: readonly Mapping[],
  slab: Slab,
): Generator<Part | Hole> {
  for (const mapping of mappings) {
    const found = overlap(mapping.target, slab);
    if (found === undefined) continue;
    const { positions, to } = found;
    const source = findSource(entries, handle, mapping);
    if ('problem' in source) {
      yield { ...source, to };
      continue;
    }
    const shape = source.metadata.shape ?? [0];
    const axes = sourceAxes(mapping, shape);
    const pairs = paired(axes, mapping.target);
    if (pairs !== undefined) {
      const from = axes.map((axis, i) => {
        const target = pairs.get(i);
        return target === undefined ? [indexAt(axis, 0)] : positions[target].map((p) => indexAt(axis, p));
      });
      yield* within({ source, from, to }, mapping, pairs);
      continue;
    }
    if (sizeOf(axes.map(lengthOf)) < sizeOf(mapping.target.map(lengthOf))) {
      yield { ...tooShort(mapping, shape), to };
      continue;
    }
    yield* oneByOne(source, axes, mapping, positions, to);
  }
}

/** Indices of a slab that lie on a mapping: their positions within the mapping, and their place in the slab. */
function overlap(
  target: readonly Axis[],
  { start, step, count }: Slab,
): { positions: number[][]; to: number[][] } | undefined {
  const positions: number[][] = [];
  const to: number[][] = [];
  for (const [axis, selected] of target.entries()) {
    const [found, places]: [number[], number[]] = [[], []];
    const first = Math.max(0, Math.ceil((selected.start - start[axis]) / step[axis]));
    const end = Math.min(count[axis], Math.ceil((endOf(selected) - start[axis]) / step[axis]));
    for (let i = first; i < end; i++) {
      const position = positionOf(selected, start[axis] + i * step[axis]);
      if (position === -1) continue;
      found.push(position);
      places.push(i);
    }
    if (found.length === 0) return undefined;
    positions.push(found);
    to.push(places);
  }
  return { positions, to };
}

/** The source's part of a mapping axis by axis, as long as it is meant to be, whatever is there of it. */
function sourceAxes({ source, target }: Mapping, shape: readonly number[]): readonly Axis[] {
  if (source !== 'all') return source;
  const lengths = target.map(lengthOf);
  for (const wanted of [lengths, lengths.filter((n) => n !== 1)]) {
    if (wanted.length === shape.length && wanted.slice(1).every((n, i) => n === shape[i + 1])) {
      return wanted.map((n) => span(0, n));
    }
  }
  return shape.map((n) => span(0, n));
}

/** Which axis of the target belongs to which of the source, if they have the same lengths but for those of length 1. */
function paired(source: readonly Axis[], target: readonly Axis[]): Map<number, number> | undefined {
  const long = (axes: readonly Axis[]): number[] =>
    axes.map((_, i) => i).filter((i) => lengthOf(axes[i]) !== 1);
  const [own, others] = [long(source), long(target)];
  const fit =
    own.length === others.length && own.every((i, k) => lengthOf(source[i]) === lengthOf(target[others[k]]));
  return fit ? new Map(own.map((i, k) => [i, others[k]])) : undefined;
}

/** What a part has within the extent of its source; the rest is a hole. */
function* within(part: Part, mapping: Mapping, pairs: ReadonlyMap<number, number>): Generator<Part | Hole> {
  const shape = part.source.metadata.shape ?? [0];
  let { from, to } = part;
  for (const [axis, list] of part.from.entries()) {
    if (list.every((index) => index < shape[axis])) continue;
    const target = pairs.get(axis);
    const kept = list.map((index, i) => ({ index, i })).filter(({ index }) => index < shape[axis]);
    const lost = list.map((_, i) => i).filter((i) => list[i] >= shape[axis]);
    yield {
      ...tooShort(mapping, shape),
      to: to.map((places, i) => (i === target ? lost.map((k) => places[k]) : places)),
    };
    from = from.map((own, i) => (i === axis ? kept.map(({ index }) => index) : own));
    to = to.map((places, i) => (i === target ? kept.map(({ i: k }) => places[k]) : places));
    if (kept.length === 0) return;
  }
  yield { source: part.source, from, to };
}

function tooShort({ file, dataset, target }: Mapping, shape: readonly number[]): Problem {
  const wanted = target.map(lengthOf).join(', ');
  return {
    problem: `its source '${dataset}' in '${file}' of shape (${shape.join(', ')}) ends before what is mapped to it, (${wanted})`,
    isAbsent: true,
  };
}

/** Elements whose axes are folded otherwise in the source: those along the last axes, which are alike, for one after the other. */
function* oneByOne(
  source: Source,
  axes: readonly Axis[],
  mapping: Mapping,
  positions: readonly number[][],
  to: readonly number[][],
): Generator<Part | Hole> {
  const { target } = mapping;
  let same = 0;
  const alike = (n: number): boolean =>
    lengthOf(axes[axes.length - n]) === lengthOf(target[target.length - n]);
  while (same < Math.min(axes.length, target.length) && alike(same + 1)) same++;
  const lead = target.length - same;
  const ownLead = axes.slice(0, axes.length - same);
  const tail = new Map(Array.from({ length: same }, (_, i) => [axes.length - same + i, lead + i]));
  for (const combination of combinations(positions.slice(0, lead).map((list) => list.length))) {
    let rest = combination.reduce((sum, k, i) => sum * lengthOf(target[i]) + positions[i][k], 0);
    const first: number[][] = [];
    for (const axis of [...ownLead].reverse()) {
      first.unshift([indexAt(axis, rest % lengthOf(axis))]);
      rest = Math.floor(rest / lengthOf(axis));
    }
    const from = axes.map(
      (axis, i) => first.at(i) ?? positions[tail.get(i) ?? 0].map((p) => indexAt(axis, p)),
    );
    const places = to.map((list, i) => (i < lead ? [list[combination[i]]] : list));
    yield* within({ source, from, to: places }, mapping, tail);
  }
}
