/**
 * Iterative least squares for maximum likelihood (Odstrčil, Menzel & Guizar-Sicairos, Opt. Express 26, 3108, 2018). For
 * each batch of views, χ the change of their exit waves that the likelihood asks for,
 *
 *     P += p̄·ΔP, ΔP = ΣO*χ/(Σ|O|² + δ);  O += ō·ΔO, ΔO = ΣP*χ/(Σ|P|² + δ);  steps p, o of a view: ‖χ − pΔP·O − oΔO·P‖ least,
 *
 * where δ is a fraction of the largest value of the sum beside it and a bar is the mean over the batch.
 *
 * Batches are drawn from the views of all ranks and sums run over all ranks: the result does not depend on their number.
 */
import type { ErrorSums, Queued } from '../../compute/backend.ts';
import type { ModelBlock } from '../../model/model-block.ts';
import type { LsqmlParameters } from '../../params/engines.ts';
import { constrain } from '../constraints.ts';
import { IterativeEngine, type EngineContext, type IterationErrors } from '../engine.ts';
import { MeanSteps } from './least-squares-steps.ts';
import { ProbeSupports } from '../probe-support.ts';
import { meanErrors, sumArrayOverRanks } from '../reduce.ts';
import { ViewBatches } from './view-batches.ts';
import { WorkArrays } from '../work-arrays.ts';

type Work = 'numerator' | 'denominator' | 'direction';
const WORK: readonly Work[] = ['numerator', 'denominator', 'direction'];

type Batch = ReadonlyMap<ModelBlock, readonly number[]>;

export class Lsqml extends IterativeEngine<LsqmlParameters> {
  readonly name = 'LSQML';
  readonly #objects: WorkArrays<Work>;
  readonly #probes: WorkArrays<Work>;
  readonly #supports: ProbeSupports;
  readonly #batches: ViewBatches;

  constructor(parameters: LsqmlParameters, context: EngineContext) {
    super(parameters, context);
    this.#objects = new WorkArrays(this.backend, WORK, ['denominator']);
    this.#probes = new WorkArrays(this.backend, WORK, ['denominator']);
    this.#supports = new ProbeSupports(this.model, parameters.probe_support);
    this.#batches = new ViewBatches(this.model);
  }

  protected prepare(): Promise<void> {
    this.#objects.fit(this.model.objects.values());
    this.#probes.fit(this.model.probes.values());
    this.#supports.prepare();
    this.#batches.prepare();
    return Promise.resolve();
  }

  protected async step(iteration: number): Promise<IterationErrors> {
    const { model, parameters } = this;
    const updateProbe = iteration >= parameters.probe_update_start;
    const errors: ErrorSums[] = [];
    for (const batch of this.#batches.draw(parameters.batches, parameters.seed, iteration)) {
      const changes = this.#changes(batch);
      await this.#directions(updateProbe);
      errors.push(...(await Promise.all(changes)));
      await this.#move(await this.#steps(batch));
    }
    await constrain(model, this.#supports, parameters, updateProbe);
    return meanErrors(this.communicator, errors);
  }

  finalize(): Promise<void> {
    for (const { block } of this.model.blocks) this.backend.freeExit(block);
    this.#objects.free();
    this.#probes.free();
    this.#supports.free();
    return Promise.resolve();
  }

  /** χ of this rank's views of a batch, and its share of the sums that make the directions. */
  #changes(batch: Batch): Queued<ErrorSums>[] {
    const { backend, model } = this;
    for (const [work, storages] of this.#all()) {
      for (const id of storages.keys()) {
        backend.fill(work.of(id).numerator, 0);
        backend.fill(work.of(id).denominator, 0);
      }
    }
    return [...batch].map(([{ block, probeId, objectId }, views]) =>
      backend.leastSquaresChange(
        block,
        model.probe(probeId).array,
        model.object(objectId).array,
        views,
        { model: this.parameters.ML_type },
        this.#probes.of(probeId),
        this.#objects.of(objectId),
      ),
    );
  }

  /** ΔP and ΔO over all ranks; ΔP is 0 where the probe stays. */
  async #directions(updateProbe: boolean): Promise<void> {
    const { backend, communicator, model, parameters } = this;
    const objects = [...model.objects.keys()].map((id) => this.#objects.of(id));
    const probes = [...model.probes.keys()].map((id) => this.#probes.of(id));
    for (const { direction } of [...objects, ...probes]) backend.fill(direction, 0);
    const moving = updateProbe ? [...objects, ...probes] : objects;
    for (const { numerator, denominator } of moving) {
      await sumArrayOverRanks(communicator, backend, numerator);
      await sumArrayOverRanks(communicator, backend, denominator);
    }
    const largest = await Promise.all(moving.map(({ denominator }) => backend.largest(denominator)));
    for (const [i, { numerator, denominator, direction }] of moving.entries()) {
      backend.quotient(direction, numerator, denominator, parameters.damping * largest[i]);
    }
    for (const id of model.probes.keys()) this.#supports.apply(id, this.#probes.of(id).direction);
  }

  /** The steps along the directions that are best for each view of a batch. */
  async #steps(batch: Batch): Promise<MeanSteps> {
    const { backend, model } = this;
    const steps = new MeanSteps([...model.probes.keys()], [...model.objects.keys()]);
    const blocks = [...batch.keys()];
    const products = await Promise.all(
      blocks.map(({ block, probeId, objectId }) =>
        backend.leastSquaresSteps(
          block,
          model.probe(probeId).array,
          model.object(objectId).array,
          this.#probes.of(probeId).direction,
          this.#objects.of(objectId).direction,
        ),
      ),
    );
    for (const [i, { probeId, objectId }] of blocks.entries()) steps.add(probeId, objectId, products[i]);
    return steps;
  }

  /** Moves objects and probes along their directions by the means of these steps. */
  async #move(steps: MeanSteps): Promise<void> {
    const { backend, model, parameters } = this;
    const { probes, objects } = await steps.means(this.communicator);
    for (const { id, array } of model.probes.values())
      backend.combine(array, 1, parameters.beta * (probes.get(id) ?? 0), this.#probes.of(id).direction);
    for (const { id, array } of model.objects.values())
      backend.combine(array, 1, parameters.alpha * (objects.get(id) ?? 0), this.#objects.of(id).direction);
  }

  #all() {
    return [
      [this.#objects, this.model.objects],
      [this.#probes, this.model.probes],
    ] as const;
  }
}
