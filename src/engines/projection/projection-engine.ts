/** Engines that project exit waves in turn on the measured intensities and on the overlap of views. */
import type { Block, ErrorSums, ProjectionStep, Queued } from '../../compute/backend.ts';
import type { EngineState } from '../engine-state.ts';
import {
  IterativeEngine,
  type CommonParameters,
  type EngineContext,
  type IterationErrors,
} from '../engine.ts';
import type { ObjectRegulation } from './object-regulation.ts';
import { OverlapStep, type OverlapParameters } from './overlap.ts';
import { PowerMeter, viewsPerProbe, type TotalPower } from '../power.ts';
import { meanErrors } from '../reduce.ts';

/** By ptypy's names. */
export interface ProjectionParameters extends CommonParameters, OverlapParameters {
  readonly probe_update_start: number;
  readonly fourier_power_bound: number | null;
  readonly fourier_relax_factor: number;
  readonly compute_log_likelihood: boolean;
  readonly log_likelihood_interval: number;
}

/** Coefficients a, b, c of the step (spec of `ProjectionStep`) make the algorithm. */
export type Coefficients = Pick<ProjectionStep, 'a' | 'b' | 'c'>;

export class ProjectionEngine<
  P extends ProjectionParameters = ProjectionParameters,
> extends IterativeEngine<P> {
  readonly name: string;
  readonly #coefficients: () => Coefficients;
  readonly #overlap: OverlapStep;
  readonly #meter = new PowerMeter();
  readonly #started = new Set<Block>();
  #power: TotalPower | undefined;
  #probeViews: ReadonlyMap<string, number> = new Map();

  constructor(
    name: string,
    coefficients: (parameters: P) => Coefficients,
    parameters: P,
    context: EngineContext,
    regulation?: ObjectRegulation,
  ) {
    super(parameters, context);
    this.name = name;
    this.#coefficients = () => coefficients(this.parameters);
    this.#overlap = new OverlapStep(this.model, this.parameters, regulation);
  }

  protected async prepare(): Promise<void> {
    const { blocks } = this.model;
    this.#overlap.prepare();
    for (const { block, probeId, objectId } of blocks) {
      if (this.#started.has(block)) continue;
      this.backend.initializeExit(block, this.model.probe(probeId).array, this.model.object(objectId).array);
      this.#started.add(block);
    }
    this.#power = await this.#meter.measure(this.model);
    this.#probeViews = await viewsPerProbe(this.model);
  }

  protected async step(iteration: number): Promise<IterationErrors> {
    const power = this.#power;
    if (power === undefined) throw new Error(`${this.name}: step before prepare`);
    const { parameters } = this;
    const updateProbe = iteration >= parameters.probe_update_start;
    const objectNext = parameters.update_object_first || !updateProbe;
    if (objectNext) this.#overlap.startObjectSums();

    const photonError = this.#wantsPhotonError(iteration);
    const waiting: Queued<ErrorSums>[] = [];
    for (const { block, framePixels, probeId, objectId } of this.model.blocks) {
      const probe = this.model.probe(probeId).array;
      const object = this.model.object(objectId).array;
      const step = { ...this.#coefficients(), powerBound: this.#powerBound(power, framePixels) };
      const options = objectNext
        ? { photonError, accumulate: this.#overlap.objectSums(objectId) }
        : { photonError };
      waiting.push(this.backend.project(block, probe, object, step, options));
    }
    const errors = await meanErrors(this.communicator, await Promise.all(waiting));
    await this.#overlap.run({
      iteration,
      updateProbe,
      summed: objectNext,
      meanPower: power.total / power.pixels,
      probeViews: this.#probeViews,
    });
    return errors;
  }

  override async saveState(): Promise<EngineState> {
    return { numbers: {}, arrays: await this.#overlap.save(), exitWaves: true };
  }

  override async restoreState(iteration: number, state?: EngineState): Promise<void> {
    await super.restoreState(iteration);
    if (state !== undefined) this.#overlap.restore(state);
  }

  finalize(): Promise<void> {
    for (const block of this.#started) this.backend.freeExit(block);
    this.#started.clear();
    this.#overlap.free();
    return Promise.resolve();
  }

  #powerBound(power: TotalPower, pixels: number): number {
    const { fourier_power_bound: bound, fourier_relax_factor: factor } = this.parameters;
    return bound ?? (0.25 * factor ** 2 * power.largest) / pixels;
  }

  /** Every so often, and at the end. */
  #wantsPhotonError(iteration: number): boolean {
    const { compute_log_likelihood: wanted, log_likelihood_interval: interval, numiter } = this.parameters;
    return wanted && (iteration % interval === 0 || iteration === numiter - 1);
  }
}
