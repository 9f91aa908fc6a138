/** Step lengths of LSQML: best for each view, then a mean for each probe and object. */
import type { Communicator } from '../../parallel/communicator.ts';
import { sumOverRanks } from '../reduce.ts';

/**
 * Added to the diagonal of each view's system, as a fraction of it: where probe and object directions change the exit wave
 * alike, no step is much larger than either alone. The value is that of PtychoShelves (Wakonig et al., J. Appl. Cryst. 53,
 * 574, 2020).
 */
const DAMPING = 0.1;

/**
 * Steps along ΔP and ΔO that change the exit wave of a view most like χ, from one row of `leastSquaresSteps`. Steps
 * are real, so only the real part of the cross term matters. None is below 0.
 */
export function bestSteps(row: ArrayLike<number>): readonly [probe: number, object: number] {
  const probe = (1 + DAMPING) * row[0];
  const object = (1 + DAMPING) * row[1];
  const [cross, forProbe, forObject] = [row[2], row[3], row[4]];
  const determinant = probe * object - cross * cross;
  const steps: [number, number] =
    determinant > 0
      ? [
          (object * forProbe - cross * forObject) / determinant,
          (probe * forObject - cross * forProbe) / determinant,
        ]
      : // One of the directions is 0 in this view.
        [probe > 0 ? forProbe / probe : 0, object > 0 ? forObject / object : 0];
  return [Math.max(steps[0], 0), Math.max(steps[1], 0)];
}

interface WeightedSum {
  sum: number;
  weight: number;
}

/** Means over the views of a batch; a view counts by how much the direction changes its exit wave. */
export class MeanSteps {
  readonly #probes: ReadonlyMap<string, WeightedSum>;
  readonly #objects: ReadonlyMap<string, WeightedSum>;

  constructor(probeIds: readonly string[], objectIds: readonly string[]) {
    this.#probes = new Map(probeIds.map((id) => [id, { sum: 0, weight: 0 }]));
    this.#objects = new Map(objectIds.map((id) => [id, { sum: 0, weight: 0 }]));
  }

  /** Rows of `leastSquaresSteps` of views with this probe and this object. */
  add(probeId: string, objectId: string, rows: Float64Array): void {
    for (let i = 0; i < rows.length; i += 5) {
      const row = rows.subarray(i, i + 5);
      const [probe, object] = bestSteps(row);
      addTo(this.#probes.get(probeId), probe, row[0]);
      addTo(this.#objects.get(objectId), object, row[1]);
    }
  }

  /** By id, over all ranks; 0 where no view was added. Collective. */
  async means(
    communicator: Communicator,
  ): Promise<{ probes: ReadonlyMap<string, number>; objects: ReadonlyMap<string, number> }> {
    const all = [...this.#probes.values(), ...this.#objects.values()];
    const sums = await sumOverRanks(
      communicator,
      all.flatMap(({ sum, weight }) => [sum, weight]),
    );
    const means = all.map((_, i) => (sums[2 * i + 1] > 0 ? sums[2 * i] / sums[2 * i + 1] : 0));
    const named = (ids: Iterable<string>, first: number): Map<string, number> =>
      new Map([...ids].map((id, i) => [id, means[first + i]]));
    return { probes: named(this.#probes.keys(), 0), objects: named(this.#objects.keys(), this.#probes.size) };
  }
}

function addTo(target: WeightedSum | undefined, value: number, weight: number): void {
  if (target === undefined) return;
  target.sum += weight * value;
  target.weight += weight;
}
