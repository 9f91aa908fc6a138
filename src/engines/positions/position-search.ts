/** The search for better places of the views of one block: whole pixels by trial, the rest from the errors around them. */
import { ndarray } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Model } from '../../model/model.ts';
import type { ModelBlock } from '../../model/model-block.ts';
import { cornersIn } from '../../model/views.ts';

/** Whether a view may be shifted by so many pixels. */
export type Allowed = (view: number, shift: Pair) => boolean;

export type Metric = 'magnitude' | 'photon';

/** The neighbours of a pixel: along the rows, then along the columns. */
const NEIGHBOURS: readonly Pair[] = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
];
/** Largest distance from the middle of a pixel: more would round to the next one. */
const HALF = 0.499;

export class PositionSearch {
  /** (n, 2) best shifts so far from where the views lie, pixels. */
  readonly best: Int32Array;
  readonly #model: Model;
  readonly #item: ModelBlock;
  readonly #metric: Metric;
  readonly #allowed: Allowed;
  /** Errors of the views at their best shifts. */
  #lowest: Float64Array = new Float64Array(0);

  private constructor(model: Model, item: ModelBlock, metric: Metric, allowed: Allowed) {
    this.#model = model;
    this.#item = item;
    this.#metric = metric;
    this.#allowed = allowed;
    this.best = new Int32Array(2 * item.indices.length);
  }

  /** A search that has found nothing better yet. The object must hold the views wherever they are tried. */
  static async begin(
    model: Model,
    item: ModelBlock,
    metric: Metric,
    allowed: Allowed,
  ): Promise<PositionSearch> {
    const search = new PositionSearch(model, item, metric, allowed);
    search.#lowest = await search.#errorsAt(search.best);
    return search;
  }

  /** Tries shifts, (n, 2) pixels each. A view takes the first of the best that are allowed, if better than staying. */
  async tryAll(trials: Iterable<Int32Array>): Promise<void> {
    const all = [...trials];
    const errors = await Promise.all(all.map((trial) => this.#errorsAt(trial)));
    for (const [i, trial] of all.entries()) this.#keepBetter(trial, errors[i]);
  }

  /**
   * Tries the four neighbours of the best shifts. Returns where the error is lowest around the new best ones, (n, 2) parts
   * of a pixel: by the parabola through three errors along each axis, NaN where these have no minimum.
   */
  async settle(): Promise<Float64Array> {
    const from = this.best.slice();
    const around = NEIGHBOURS.map((step) => from.map((shift, i) => shift + step[i % 2]));
    const [up, down, left, right] = await Promise.all(around.map((trial) => this.#errorsAt(trial)));
    const lowest = Array.from(this.#lowest, (middle, view) => [
      parabolaMinimum(up[view], middle, down[view]),
      parabolaMinimum(left[view], middle, right[view]),
    ]).flat();
    [up, down, left, right].forEach((error, k) => {
      this.#keepBetter(around[k], error);
    });
    return Float64Array.from(lowest, (at, i) =>
      Math.min(HALF, Math.max(-HALF, at - (this.best[i] - from[i]))),
    );
  }

  #keepBetter(trial: Int32Array, errors: Float64Array): void {
    errors.forEach((error, view) => {
      const shift: Pair = [trial[2 * view], trial[2 * view + 1]];
      if (!(error < this.#lowest[view]) || !this.#allowed(view, shift)) return;
      this.#lowest[view] = error;
      this.best.set(shift, 2 * view);
    });
  }

  #errorsAt(shifts: Int32Array): Promise<Float64Array> {
    const { block, pixels, probeId, objectId } = this.#item;
    const { array, grid } = this.#model.object(objectId);
    const corners = cornersIn(
      grid,
      pixels.map((pixel, i) => pixel + shifts[i]),
      block.frameShape,
    );
    return this.#model.backend.viewErrors(
      block,
      this.#model.probe(probeId).array,
      array,
      ndarray('int32', [block.views, 2], corners),
      this.#metric,
    );
  }
}

/** Where the parabola through (−1, before), (0, middle) and (1, after) is lowest; NaN where it is not curved upwards. */
export function parabolaMinimum(before: number, middle: number, after: number): number {
  const curvature = before - 2 * middle + after;
  return curvature > 0 ? (0.5 * (before - after)) / curvature : NaN;
}
