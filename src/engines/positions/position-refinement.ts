/**
 * Refinement of the scan positions between the iterations of an engine: every view tries other places on the object and
 * moves where its frame fits better (annealing: Maiden, Humphry, Sarahan, Kraus & Rodenburg, Ultramicroscopy 120, 64, 2012).
 *
 * Views lie on whole pixels, so shifts of whole pixels are tried, as far as the amplitude reaches. Once it has shrunk below
 * `FINE` pixels, and in the last pass, the four neighbours are tried, and the errors there give the part below a pixel.
 *
 * All there is to remember are the positions themselves, and these the model has: `positionsOf`, `movePositions`.
 */
import { ndarray, type NdArray } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Model, ScanState } from '../../model/model.ts';
import type { ModelBlock } from '../../model/model-block.ts';
import { holdViews, movePositions } from '../../model/move-positions.ts';
import { gridShifts, randomShifts } from '../../model/trial-shifts.ts';
import { viewPixels } from '../../model/views.ts';
import type { PositionRefinementParameters } from '../../params/engines.ts';
import { PositionSearch } from './position-search.ts';
import { RefinementSchedule } from './refinement-schedule.ts';

/** Random shifts of less than this many pixels fall on few pixels: the neighbours tell more. */
const FINE = 2;
/** Room for rounding in comparisons with `max_shift`, relative. */
const ROUNDING = 1e-9;

const METRICS = { fourier: 'magnitude', photon: 'photon' } as const;

export class PositionRefinement {
  readonly #parameters: PositionRefinementParameters;
  readonly #model: Model;
  readonly #schedule: RefinementSchedule;

  /** `numiter`: iterations of the engine, which may change. */
  constructor(parameters: PositionRefinementParameters, numiter: () => number, model: Model) {
    this.#parameters = parameters;
    this.#model = model;
    this.#schedule = new RefinementSchedule(parameters, numiter);
  }

  /** Whether positions are refined after iteration number `iteration`, counted from 0. */
  isDue(iteration: number): boolean {
    return this.#schedule.isDue(iteration);
  }

  /** One pass over all views. True if an object has grown, so that work arrays no longer fit. Collective. */
  async run(iteration: number): Promise<boolean> {
    const { scans, blocks, communicator } = this.#model;
    let grown = false;
    for (const [label, scan] of scans) {
      if (scan.indices.length === 0) continue;
      grown = (await this.#makeRoom(scan, iteration)) || grown;
      // Each rank fills in the shifts of its own views; their sum tells every rank where all views are.
      const moved = ndarray('float64', [scan.indices.length, 2], new Float64Array(scan.positions.length));
      for (const item of blocks) if (item.scan === label) await this.#search(item, scan, iteration, moved);
      await communicator.allReduce(moved);
      scan.positions.forEach((position, i) => (moved.data[i] += position));
      grown = (await movePositions(this.#model, label, moved)) || grown;
    }
    return grown;
  }

  /** Largest shift to try along the rows and along the columns, pixels. */
  #reach(iteration: number, resolutionM: Pair): Pair {
    // No two places that are allowed lie farther apart than 2·max_shift.
    const reachM = Math.min(this.#schedule.amplitudeM(iteration), 2 * this.#parameters.max_shift);
    return [reachM / resolutionM[0], reachM / resolutionM[1]];
  }

  /** An object that holds the views wherever they are tried, their neighbours included. True if it had to grow. */
  #makeRoom({ probeId, objectId, positions }: ScanState, iteration: number): Promise<boolean> {
    const { shape, resolutionM } = this.#model.probe(probeId).geometry;
    const { pixels } = viewPixels(positions, resolutionM);
    const reach = this.#reach(iteration, resolutionM).map((pixelsAway) => Math.ceil(pixelsAway) + 1);
    const outermost = [-1, 1].flatMap((side) =>
      Array.from(pixels, (pixel, i) => pixel + side * reach[i % 2]),
    );
    return holdViews(this.#model, objectId, Int32Array.from(outermost), shape);
  }

  /** Writes the shifts of a block's views, m, into the rows of their scan. */
  async #search(
    item: ModelBlock,
    { positions, measured }: ScanState,
    iteration: number,
    shiftsM: NdArray<'float64'>,
  ): Promise<void> {
    const { resolutionM } = this.#model.probe(item.probeId).geometry;
    const reach = this.#reach(iteration, resolutionM);
    const limit = this.#parameters.max_shift * (1 + ROUNDING);
    const allowed = (view: number, [row, col]: Pair): boolean => {
      const i = 2 * item.rows[view];
      const y = positions[i] + row * resolutionM[0] - measured[i];
      const x = positions[i + 1] + col * resolutionM[1] - measured[i + 1];
      return Math.hypot(y, x) <= limit;
    };
    const metric = METRICS[this.#parameters.metric];
    const search = await PositionSearch.begin(this.#model, item, metric, allowed);
    const isFine = Math.max(...reach) < FINE;
    if (!isFine) await search.tryAll(this.#trials(item.indices, iteration, reach));
    const rests = isFine || this.#schedule.isLast(iteration) ? await search.settle() : undefined;

    item.rows.forEach((row, view) => {
      const whole: Pair = [search.best[2 * view], search.best[2 * view + 1]];
      const exact = rests === undefined ? whole : withRests(whole, view, rests, item.residuals);
      const [rows, cols] = allowed(view, exact) ? exact : whole;
      shiftsM.data.set([rows * resolutionM[0], cols * resolutionM[1]], 2 * row);
    });
  }

  /** Shifts to try one after the other, (views, 2) pixels each. */
  *#trials(indices: readonly number[], iteration: number, reach: Pair): Generator<Int32Array> {
    const { method, nshifts, seed } = this.#parameters;
    if (method === 'GridSearch') {
      for (const shift of gridShifts(reach)) {
        yield Int32Array.from({ length: 2 * indices.length }, (_, i) => shift[i % 2]);
      }
      return;
    }
    const random = indices.map((index) => randomShifts(nshifts, reach, { seed, iteration, index }));
    for (let k = 0; k < nshifts; k++) yield Int32Array.from(random.flatMap((shifts) => shifts[k]));
  }
}

/** A shift that also takes a view from its place in a pixel, `residuals`, to a better one, where that is known. */
function withRests(whole: Pair, view: number, rests: Float64Array, residuals: Float64Array): Pair {
  const [y, x] = [0, 1].map((axis) => {
    const i = 2 * view + axis;
    return Number.isNaN(rests[i]) ? whole[axis] : whole[axis] + rests[i] - residuals[i];
  });
  return [y, x];
}
