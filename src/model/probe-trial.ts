/** Candidates of a probe, each with an object of its own, improved on the same views by the iterative engine. */
import { ndarray } from '../array/ndarray.ts';
import { breathe } from '../breathe.ts';
import type { Backend, Block, DeviceArray } from '../compute/backend.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import type { PropagatorGeometry } from '../geometry/propagation.ts';
import { scaleToPower } from './probe-estimate.ts';
import type { TrialViews } from './trial-views.ts';
import { cornersIn, gridAround } from './views.ts';
import { visitingOrder } from './visiting-order.ts';

interface State {
  readonly probe: DeviceArray;
  readonly object: DeviceArray;
  /** Sweeps done. */
  sweeps: number;
}

export class ProbeTrial {
  readonly #backend: Backend;
  readonly #block: Block;
  readonly #objectShape: Pair;
  readonly #states = new Map<number, State>();

  constructor(backend: Backend, views: TrialViews, geometry: PropagatorGeometry) {
    const { intensities, masks, pixels } = views;
    const grid = gridAround(pixels, geometry.shape);
    const corners = ndarray('int32', [intensities.shape[0], 2], cornersIn(grid, pixels, geometry.shape));
    this.#backend = backend;
    this.#objectShape = grid.shape;
    this.#block = backend.createBlock({ intensities, weights: masks, corners, geometry, modes: [[0, 0]] });
  }

  /** A new candidate: the wave (rows·cols interleaved complex) with this power, and an object of 1. */
  start(id: number, wave: Float64Array, photons: number): void {
    const shape = [1, ...this.#block.frameShape];
    const probe = this.#backend.allocate(shape, 'complex');
    const object = this.#backend.allocate([1, ...this.#objectShape], 'complex');
    this.#backend.upload(probe, ndarray('complex128', shape, scaleToPower(wave.slice(), photons)));
    this.#backend.fill(object, 1);
    this.#states.set(id, { probe, object, sweeps: 0 });
  }

  /**
   * Further sweeps over the first `views` views. Returns the R-factor Σ|√M − √I|/Σ√I of the last one, each view as it was
   * before it was used.
   */
  async run(id: number, views: number, sweeps: number): Promise<number> {
    const state = this.#state(id);
    let rfactor = NaN;
    for (let i = 0; i < sweeps; i++) {
      const { residual, amplitude } = await this.#backend.pieSweep(this.#block, state.probe, state.object, {
        objectStep: 1,
        objectBlend: 1,
        probeStep: 1,
        probeBlend: 1,
        probeFollowsObject: true,
        // The object first: the probe is what is known better.
        updateProbe: state.sweeps > 0,
        objectNormIsGlobal: false,
        order: visitingOrder(Math.min(views, this.#block.views), 0, state.sweeps),
      });
      rfactor = residual / amplitude;
      state.sweeps++;
    }
    await breathe();
    return Number.isFinite(rfactor) ? rfactor : Number.MAX_VALUE;
  }

  /** (rows·cols) interleaved complex */
  async probe(id: number): Promise<Float64Array> {
    const { data } = await this.#backend.read(this.#state(id).probe);
    return Float64Array.from(data);
  }

  free(): void {
    for (const { probe, object } of this.#states.values()) {
      this.#backend.free(probe);
      this.#backend.free(object);
    }
    this.#backend.freeBlock(this.#block);
  }

  #state(id: number): State {
    const state = this.#states.get(id);
    if (state === undefined) throw new DataError(`probe candidate ${id} was not started`);
    return state;
  }
}
