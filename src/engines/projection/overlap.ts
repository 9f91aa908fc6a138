/** The overlap step of projection engines: object and probe that fit the exit waves best, in turn. */
import type { NdArray } from '../../array/ndarray.ts';
import type { DeviceArray } from '../../compute/backend.ts';
import type { Model } from '../../model/model.ts';
import type { EngineState } from '../engine-state.ts';
import type { ObjectRegulation } from './object-regulation.ts';
import { centerProbes } from '../probe-center.ts';
import { ProbeSupports } from '../probe-support.ts';
import { sumArrayOverRanks } from '../reduce.ts';
import { WorkArrays } from '../work-arrays.ts';

/** By ptypy's names. */
export interface OverlapParameters {
  readonly overlap_converge_factor: number;
  readonly overlap_max_iterations: number;
  readonly object_inertia: number;
  readonly probe_inertia: number;
  readonly probe_support: number | null;
  readonly clip_object: readonly [number, number] | null;
  readonly update_object_first: boolean;
  readonly obj_smooth_std: number | null;
  readonly probe_center_tol: number | null;
}

/** Sums the object update is made of, if they are there already. */
export interface ObjectSums {
  readonly numerator: DeviceArray;
  readonly denominator: DeviceArray;
}

export class OverlapStep {
  readonly #model: Model;
  readonly #parameters: OverlapParameters;
  readonly #objects: WorkArrays<'numerator' | 'denominator'>;
  /** `before` holds the probe as the last update left it, 0 before the first: so the first one always counts as a change. */
  readonly #probes: WorkArrays<'numerator' | 'denominator' | 'before'>;
  readonly #supports: ProbeSupports;
  readonly #regulation: ObjectRegulation | undefined;

  constructor(model: Model, parameters: OverlapParameters, regulation?: ObjectRegulation) {
    this.#model = model;
    this.#regulation = regulation;
    this.#parameters = parameters;
    this.#objects = new WorkArrays(model.backend, ['numerator', 'denominator'], ['denominator']);
    this.#supports = new ProbeSupports(model, parameters.probe_support);
    this.#probes = new WorkArrays(model.backend, ['numerator', 'denominator', 'before'], ['denominator']);
  }

  /** Fits memory to the model. */
  prepare(): void {
    const { objects, probes } = this.#model;
    this.#objects.fit(objects.values());
    this.#probes.fit(probes.values());
    this.#supports.prepare();
    this.#regulation?.prepare();
  }

  /** Empties the sums of all objects, so that they can be filled while the exit waves are at hand. */
  startObjectSums(): void {
    for (const id of this.#model.objects.keys()) {
      const { numerator, denominator } = this.#objects.of(id);
      this.#model.backend.fill(numerator, 0);
      this.#model.backend.fill(denominator, 0);
    }
  }

  objectSums(objectId: string): ObjectSums {
    return this.#objects.of(objectId);
  }

  /** `summed`: the object sums were filled already, by the projection. `probeViews`: views that use each probe. */
  async run(given: {
    readonly iteration: number;
    readonly updateProbe: boolean;
    readonly summed: boolean;
    readonly meanPower: number;
    readonly probeViews: ReadonlyMap<string, number>;
  }): Promise<void> {
    const { overlap_max_iterations: repetitions, overlap_converge_factor: enough } = this.#parameters;
    const { update_object_first: objectFirst, probe_center_tol: centerTolerance } = this.#parameters;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      if (objectFirst || repetition > 0 || !given.updateProbe) {
        if (!(repetition === 0 && given.summed)) this.#sumObjects();
        await this.#updateObjects(given.meanPower);
        this.#regulation?.apply(given.iteration);
      }
      if (!given.updateProbe) return;
      const change = await this.#updateProbes(given.probeViews);
      if (centerTolerance !== null) await centerProbes(this.#model, centerTolerance, true);
      if (change < enough) return;
    }
  }

  /** What the next step needs from this one: the probes as they were left. */
  save(): Promise<Record<string, NdArray>> {
    return this.#probes.save('probe', ['before']);
  }

  restore(state: EngineState): void {
    this.#probes.restore('probe', ['before'], state);
  }

  free(): void {
    this.#objects.free();
    this.#probes.free();
    this.#supports.free();
    this.#regulation?.free();
  }

  #sumObjects(): void {
    const { backend, blocks } = this.#model;
    this.startObjectSums();
    for (const { probeId, objectId, block } of blocks) {
      const { numerator, denominator } = this.#objects.of(objectId);
      backend.accumulateObject(block, this.#model.probe(probeId).array, numerator, denominator);
    }
  }

  async #updateObjects(meanPower: number): Promise<void> {
    const { backend, communicator, objects } = this.#model;
    const { object_inertia: inertia, clip_object: clip, obj_smooth_std: smoothing } = this.#parameters;
    for (const { id, array } of objects.values()) {
      const { numerator, denominator } = this.#objects.of(id);
      await sumArrayOverRanks(communicator, backend, numerator);
      await sumArrayOverRanks(communicator, backend, denominator);
      if (smoothing !== null) backend.smooth(array, smoothing);
      backend.quotient(array, numerator, denominator, inertia * meanPower);
      if (clip !== null) backend.clipAmplitude(array, clip[0], clip[1]);
    }
  }

  /** Returns the largest relative change of a probe, ‖P − P_before‖/‖P‖. */
  async #updateProbes(views: ReadonlyMap<string, number>): Promise<number> {
    const { backend, communicator, probes, blocks } = this.#model;
    for (const id of probes.keys()) {
      const { numerator, denominator } = this.#probes.of(id);
      backend.fill(numerator, 0);
      backend.fill(denominator, 0);
    }
    for (const { probeId, objectId, block } of blocks) {
      const { numerator, denominator } = this.#probes.of(probeId);
      backend.accumulateProbe(block, this.#model.object(objectId).array, numerator, denominator);
    }
    for (const { id, array } of probes.values()) {
      const { numerator, denominator, before } = this.#probes.of(id);
      await sumArrayOverRanks(communicator, backend, numerator);
      await sumArrayOverRanks(communicator, backend, denominator);
      backend.quotient(array, numerator, denominator, this.#parameters.probe_inertia * (views.get(id) ?? 0));
      this.#supports.apply(id, array);
      backend.combine(before, -1, 1, array);
    }
    const arrays = [...probes.values()].flatMap(({ id, array }) => [this.#probes.of(id).before, array]);
    const waiting = backend.dots(arrays.map((array) => [array, array] as const));
    for (const { id, array } of probes.values()) backend.copy(this.#probes.of(id).before, array);
    const squares = await waiting;
    let largest = 0;
    for (let i = 0; i < squares.length; i += 2) largest = Math.max(largest, squares[i] / squares[i + 1]);
    return Math.sqrt(largest);
  }
}
