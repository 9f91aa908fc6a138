/**
 * Maximum likelihood by conjugate gradients (Thibault & Guizar-Sicairos, New J. Phys. 14, 063004, 2012): Polak & Ribière's
 * directions over objects and probes together, steps to the minimum of the parabola of the loss along the direction.
 */
import type { DeviceArray, LikelihoodOptions, LikelihoodSums, Queued } from '../../compute/backend.ts';
import type { MlParameters } from '../../params/engines.ts';
import type { EngineState } from '../engine-state.ts';
import { IterativeEngine, type EngineContext, type IterationErrors } from '../engine.ts';
import { PowerMeter, type TotalPower } from '../power.ts';
import { ProbeSupports } from '../probe-support.ts';
import { meanErrors, sumArrayOverRanks, sumOverRanks } from '../reduce.ts';
import { gradientProducts, type Gradients } from './gradient-products.ts';
import { WavefieldPreconditioner } from './wavefield.ts';
import { WorkArrays } from '../work-arrays.ts';

/** Probe gradients of a squared norm below this do not set the scale (ptypy's value). */
const NO_GRADIENT = 1e-5;
/** How much of the logarithm of the last scale is kept. */
const SCALE_MEMORY = 0.9;

/** Gradient of this and of the last iteration, and the direction of search. */
type Search = 'gradient' | 'last' | 'direction';
const SEARCH: readonly Search[] = ['gradient', 'last', 'direction'];
/** Those that an iteration takes over from the one before. */
const KEPT: readonly Search[] = ['gradient', 'direction'];

export class Ml extends IterativeEngine<MlParameters> {
  readonly name = 'ML';
  readonly #options: LikelihoodOptions;
  readonly #objects: WorkArrays<Search>;
  readonly #probes: WorkArrays<Search>;
  readonly #supports: ProbeSupports;
  readonly #meter = new PowerMeter();
  readonly #wavefield: WavefieldPreconditioner | undefined;
  #power: TotalPower | undefined;
  /** False: the next direction is the gradient alone. */
  #conjugate = false;
  #probeScale: number | undefined;
  /** Squares of the last gradients of objects and probes, where a preconditioner that has changed since took part in them. */
  #lastSquares: readonly [object: number, probe: number] | undefined;

  constructor(parameters: MlParameters, context: EngineContext) {
    super(parameters, context);
    this.#options = {
      model: parameters.ML_type,
      floatingIntensities: parameters.floating_intensities,
    };
    this.#objects = new WorkArrays(this.backend, SEARCH);
    this.#probes = new WorkArrays(this.backend, SEARCH);
    this.#supports = new ProbeSupports(this.model, parameters.probe_support);
    this.#wavefield = parameters.wavefield_precond
      ? new WavefieldPreconditioner(this.model, this.parameters)
      : undefined;
  }

  protected async prepare(): Promise<void> {
    const grown = this.#objects.fit(this.model.objects.values());
    const added = this.#probes.fit(this.model.probes.values());
    this.#supports.prepare();
    this.#wavefield?.fit();
    const before = this.#power?.views;
    this.#power = await this.#meter.measure(this.model);
    // Another loss: directions of the old one are of no use. Positions that moved change the loss of a few views a little:
    // there the direction is worth keeping (on a simulated scan with errors of 3 pixels the R-factor was 0.18 after 100
    // iterations with it, 0.21 when it was dropped every time positions moved).
    if (grown || added || before !== this.#power.views) this.#conjugate = false;
  }

  protected async step(iteration: number): Promise<IterationErrors> {
    const power = this.#power;
    if (power === undefined) throw new Error('ML: step before prepare');
    const updateProbe = iteration >= this.parameters.probe_update_start;
    const regularisation = this.#regularisation(power);
    const waiting = this.#gradients();
    const priors = await this.#completeGradients(updateProbe, regularisation);
    await this.#directions(iteration);
    const sums = await Promise.all(waiting);
    const prior = total(await Promise.all(priors));
    await this.#descend(regularisation);
    const [loss] = await sumOverRanks(this.communicator, [total(sums.map((block) => block.loss))]);
    const errors = await meanErrors(this.communicator, sums);
    return { ...errors, loss: (loss + prior) / power.measured };
  }

  override async saveState(): Promise<EngineState> {
    return {
      numbers: {
        conjugate: this.#conjugate ? 1 : 0,
        ...(this.#probeScale === undefined ? {} : { probe_scale: this.#probeScale }),
        ...(this.#lastSquares === undefined
          ? {}
          : { object_square: this.#lastSquares[0], probe_square: this.#lastSquares[1] }),
      },
      arrays: {
        ...(await this.#objects.save('object', KEPT)),
        ...(await this.#probes.save('probe', KEPT)),
      },
      exitWaves: false,
    };
  }

  override async restoreState(iteration: number, state?: EngineState): Promise<void> {
    await super.restoreState(iteration);
    if (state === undefined) return;
    this.#objects.restore('object', KEPT, state);
    this.#probes.restore('probe', KEPT, state);
    this.#conjugate = state.numbers.conjugate === 1;
    this.#probeScale = state.numbers.probe_scale;
    const { object_square: object, probe_square: probe } = state.numbers as Partial<typeof state.numbers>;
    this.#lastSquares = object === undefined || probe === undefined ? undefined : [object, probe];
  }

  finalize(): Promise<void> {
    this.#objects.free();
    this.#probes.free();
    this.#supports.free();
    this.#wavefield?.free();
    return Promise.resolve();
  }

  /** Gradients of the loss at the present probe and object, of this rank's views. */
  #gradients(): Queued<LikelihoodSums>[] {
    const { backend, model } = this;
    for (const [work, storages] of this.#all()) {
      for (const { id } of storages.values()) {
        const { gradient, last } = work.of(id);
        backend.copy(last, gradient);
        backend.fill(gradient, 0);
      }
    }
    return model.blocks.map(({ block, probeId, objectId }) =>
      backend.gradient(
        block,
        model.probe(probeId).array,
        model.object(objectId).array,
        this.#options,
        this.#probes.of(probeId).gradient,
        this.#objects.of(objectId).gradient,
      ),
    );
  }

  /** The same over all ranks, with the prior's of objects and within the support of probes. Returns the priors of the objects. */
  async #completeGradients(updateProbe: boolean, regularisation: number): Promise<Queued<number>[]> {
    const { backend, communicator, model } = this;
    const priors: Queued<number>[] = [];
    for (const { id, array } of model.objects.values()) {
      const { gradient } = this.#objects.of(id);
      await sumArrayOverRanks(communicator, backend, gradient);
      if (regularisation > 0) priors.push(backend.del2Gradient(array, regularisation, gradient));
    }
    for (const id of model.probes.keys()) {
      const { gradient } = this.#probes.of(id);
      if (!updateProbe) {
        backend.fill(gradient, 0);
        continue;
      }
      await sumArrayOverRanks(communicator, backend, gradient);
      this.#supports.apply(id, gradient);
    }
    return priors;
  }

  /** Polak & Ribière's directions, probes scaled against objects. */
  async #directions(iteration: number): Promise<void> {
    const { backend, model, parameters } = this;
    await this.#wavefield?.measure();
    const objects = [...model.objects.keys()].map((id) => this.#descent(this.#objects, id));
    const probes = [...model.probes.keys()].map((id) => this.#descent(this.#probes, id));
    const [object, probe] = await gradientProducts(backend, objects, probes);
    const [lastObject, lastProbe] = this.#lastSquares ?? [object.lastSquare, probe.lastSquare];
    if (this.#wavefield !== undefined) this.#lastSquares = [object.square, probe.square];
    const scale = this.#scaleOfProbe(object.square, probe.square);
    const before = scale * lastProbe + lastObject;
    const change = scale * (probe.square - probe.withLast) + object.square - object.withLast;
    const keep = this.#conjugate && before > 0 ? Math.max(0, change / before) : 0;
    this.#conjugate = true;
    const smoothing = parameters.smooth_gradient * (1 - parameters.smooth_gradient_decay) ** iteration;
    for (const { last, direction, step } of objects) {
      if (smoothing > 0) {
        // The gradient itself is kept for the next direction: smooth a copy, `last` is free now.
        backend.copy(last, step);
        backend.smooth(last, smoothing, parameters.smooth_gradient_method);
        backend.combine(direction, keep, -1, last);
      } else {
        backend.combine(direction, keep, -1, step);
      }
    }
    for (const { gradient, direction, step } of probes) {
      if (this.#wavefield !== undefined) {
        backend.combine(direction, keep, -scale, step);
        continue;
      }
      backend.combine(gradient, scale, 0, gradient);
      backend.combine(direction, keep, -1, gradient);
    }
  }

  /** The arrays of a probe or object, and its gradient as the direction takes it. */
  #descent(work: WorkArrays<Search>, id: string): Gradients & Readonly<Record<Search, DeviceArray>> {
    const arrays = work.of(id);
    const { gradient } = arrays;
    if (this.#wavefield === undefined) return { ...arrays, step: gradient };
    const isObject = work === this.#objects;
    const step = isObject ? this.#wavefield.ofObject(id, gradient) : this.#wavefield.ofProbe(id, gradient);
    return { ...arrays, step };
  }

  #scaleOfProbe(objectSquare: number, probeSquare: number): number {
    const { scale_precond: automatic, scale_probe_object: given } = this.parameters;
    if (!automatic) return given;
    const scale = probeSquare > NO_GRADIENT ? (given * objectSquare) / probeSquare : given;
    const before = this.#probeScale;
    this.#probeScale = before === undefined ? scale : before ** SCALE_MEMORY * scale ** (1 - SCALE_MEMORY);
    return this.#probeScale;
  }

  /** Moves probes and objects to the minimum of the parabola along the directions. */
  async #descend(regularisation: number): Promise<void> {
    const { backend, model } = this;
    const waiting = model.blocks.map(({ block, probeId, objectId }) =>
      backend.lineSearch(
        block,
        model.probe(probeId).array,
        model.object(objectId).array,
        this.#options,
        this.#probes.of(probeId).direction,
        this.#objects.of(objectId).direction,
      ),
    );
    const regularised = regularisation > 0 ? [...model.objects.values()] : [];
    const waitingPriors = regularised.map(({ id, array }) =>
      backend.del2LineSearch(array, regularisation, this.#objects.of(id).direction),
    );
    const data = await Promise.all(waiting);
    const own = [1, 2].map((power) => total(data.map((parabola) => parabola[power])));
    let [slope, curvature] = await sumOverRanks(this.communicator, own);
    for (const [, priorSlope, priorCurvature] of await Promise.all(waitingPriors)) {
      slope += priorSlope;
      curvature += priorCurvature;
    }
    // No direction left (all gradients vanish): stay.
    const length = -slope / (2 * curvature);
    if (!Number.isFinite(length)) return;
    for (const [work, storages] of this.#all()) {
      for (const { id, array } of storages.values())
        this.backend.combine(array, 1, length, work.of(id).direction);
    }
  }

  /** Strength of the smoothness prior, relative to the data: ptypy's scaling, by all pixels of the frames, masked ones too. */
  #regularisation(power: TotalPower): number {
    const { reg_del2: wanted, reg_del2_amplitude: amplitude } = this.parameters;
    if (!wanted) return 0;
    let pixels = 0;
    for (const { array } of this.model.objects.values())
      pixels += array.shape.reduce((n, axis) => n * axis, 1);
    return (amplitude * power.pixels) / (8 * pixels * (pixels / power.total));
  }

  #all() {
    return [
      [this.#objects, this.model.objects],
      [this.#probes, this.model.probes],
    ] as const;
  }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
