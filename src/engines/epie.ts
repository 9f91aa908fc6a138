/**
 * Extended ptychographic iterative engine (Maiden & Rodenburg, Ultramicroscopy 109, 1256, 2009): probe and object follow
 * view by view. With several ranks each sweeps over its own views; probe and object are then averaged, so that the result
 * depends on the number of ranks.
 */
import type { ErrorSums } from '../compute/backend.ts';
import { visitingOrder } from '../model/visiting-order.ts';
import type { EpieParameters } from '../params/engines.ts';
import { averageOverRanks } from './average.ts';
import { IterativeEngine, type EngineContext, type IterationErrors } from './engine.ts';
import { centerProbes } from './probe-center.ts';
import { ProbeSupports } from './probe-support.ts';
import { meanErrors } from './reduce.ts';

export class Epie extends IterativeEngine<EpieParameters> {
  readonly name = 'EPIE';
  readonly #supports: ProbeSupports;

  constructor(parameters: EpieParameters, context: EngineContext) {
    super(parameters, context);
    this.#supports = new ProbeSupports(this.model, parameters.probe_support);
  }

  protected prepare(): Promise<void> {
    this.#supports.prepare();
    return Promise.resolve();
  }

  protected async step(iteration: number): Promise<IterationErrors> {
    const { parameters, model, backend } = this;
    const updateProbe = iteration >= parameters.probe_update_start;
    const waiting: Promise<ErrorSums>[] = [];
    for (const number of this.#order(model.blocks.length, iteration, 0)) {
      const { block, probeId, objectId } = model.blocks[number];
      const step = {
        alpha: parameters.alpha,
        beta: parameters.beta,
        updateProbe,
        objectNormIsGlobal: parameters.object_norm_is_global,
        order: this.#order(block.views, iteration, number + 1),
      };
      const probe = model.probe(probeId).array;
      waiting.push(backend.pieSweep(block, probe, model.object(objectId).array, step));
    }
    const errors = await meanErrors(this.communicator, await Promise.all(waiting));
    await averageOverRanks(model, updateProbe);
    if (updateProbe) {
      for (const { id, array } of model.probes.values()) this.#supports.apply(id, array);
      const { probe_center_tol: tolerance } = parameters;
      if (tolerance !== null) await centerProbes(model, tolerance, false);
    }
    const { clip_object: clip } = parameters;
    if (clip !== null)
      for (const { array } of model.objects.values()) backend.clipAmplitude(array, clip[0], clip[1]);
    return errors;
  }

  finalize(): Promise<void> {
    this.#supports.free();
    return Promise.resolve();
  }

  /** Numbers below `count`; `part` tells the orders of one iteration apart. */
  #order(count: number, iteration: number, part: number): readonly number[] {
    const { random_order: random, seed } = this.parameters;
    if (!random) return Array.from({ length: count }, (_, i) => i);
    return visitingOrder(count, seed, iteration * 2 ** 20 + part);
  }
}
