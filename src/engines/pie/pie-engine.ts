/**
 * Engines that correct probe and object view by view. With several ranks each sweeps over its own views; probe and object
 * are then averaged, so that the result depends on the number of ranks.
 */
import type { ErrorSums, PieStep, Queued } from '../../compute/backend.ts';
import { visitingOrder } from '../../model/visiting-order.ts';
import { RankAverage } from './average.ts';
import { constrain, type ConstraintParameters } from '../constraints.ts';
import {
  IterativeEngine,
  type CommonParameters,
  type EngineContext,
  type IterationErrors,
} from '../engine.ts';
import { ProbeSupports } from '../probe-support.ts';
import { meanErrors } from '../reduce.ts';

/** By ptypy's names. */
export interface PieParameters extends CommonParameters, ConstraintParameters {
  readonly probe_update_start: number;
  readonly object_norm_is_global: boolean;
  readonly random_order: boolean;
  readonly seed: number;
}

/** What makes the algorithm (spec of `PieStep`). */
export type PieSteps = Omit<PieStep, 'updateProbe' | 'objectNormIsGlobal' | 'order'>;

export class PieEngine<P extends PieParameters = PieParameters> extends IterativeEngine<P> {
  readonly name: string;
  readonly #steps: () => PieSteps;
  readonly #supports: ProbeSupports;
  readonly #average: RankAverage;

  constructor(name: string, steps: (parameters: P) => PieSteps, parameters: P, context: EngineContext) {
    super(parameters, context);
    this.name = name;
    this.#steps = () => steps(this.parameters);
    this.#supports = new ProbeSupports(this.model, parameters.probe_support);
    this.#average = new RankAverage(this.model);
  }

  protected prepare(): Promise<void> {
    this.#supports.prepare();
    this.#average.prepare();
    return Promise.resolve();
  }

  protected async step(iteration: number): Promise<IterationErrors> {
    const { parameters, model, backend } = this;
    const updateProbe = iteration >= parameters.probe_update_start;
    const waiting: Queued<ErrorSums>[] = [];
    for (const number of this.#order(model.blocks.length, iteration, 0)) {
      const { block, probeId, objectId } = model.blocks[number];
      const step = {
        ...this.#steps(),
        updateProbe,
        objectNormIsGlobal: parameters.object_norm_is_global,
        order: this.#order(block.views, iteration, number + 1),
      };
      const probe = model.probe(probeId).array;
      waiting.push(backend.pieSweep(block, probe, model.object(objectId).array, step));
    }
    const errors = await meanErrors(this.communicator, await Promise.all(waiting));
    await this.#average.run(updateProbe);
    await constrain(model, this.#supports, parameters, updateProbe);
    return errors;
  }

  finalize(): Promise<void> {
    this.#supports.free();
    this.#average.free();
    return Promise.resolve();
  }

  /** Numbers below `count`; `part` tells the orders of one iteration apart. */
  #order(count: number, iteration: number, part: number): readonly number[] {
    const { random_order: random, seed } = this.parameters;
    if (!random) return Array.from({ length: count }, (_, i) => i);
    return visitingOrder(count, seed, iteration * 2 ** 20 + part);
  }
}
