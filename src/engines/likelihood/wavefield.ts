/**
 * Wavefield preconditioner of maximum likelihood, as ptypy has it: the gradient of the object is divided by √(Σ|P|² + δ_O), that of the
 * probe by √(Σ|O|² + δ_P), sums over all views that see the pixel. Where little light fell the gradient is as small as the probe,
 * and the step that would be right is not.
 */
import type { DeviceArray } from '../../compute/backend.ts';
import type { Model } from '../../model/model.ts';
import { sumArrayOverRanks } from '../reduce.ts';
import { WorkArrays } from '../work-arrays.ts';

/** By ptypy's names. */
export interface WavefieldParameters {
  readonly wavefield_delta_object: number;
  readonly wavefield_delta_probe: number;
}

type Work = 'scale' | 'scaled';

export class WavefieldPreconditioner {
  readonly #model: Model;
  readonly #parameters: WavefieldParameters;
  readonly #objects: WorkArrays<Work>;
  readonly #probes: WorkArrays<Work>;

  constructor(model: Model, parameters: WavefieldParameters) {
    this.#model = model;
    this.#parameters = parameters;
    this.#objects = new WorkArrays(model.backend, ['scale', 'scaled'], ['scale']);
    this.#probes = new WorkArrays(model.backend, ['scale', 'scaled'], ['scale']);
  }

  /** Fits memory to the model. */
  fit(): void {
    this.#objects.fit(this.#model.objects.values());
    this.#probes.fit(this.#model.probes.values());
  }

  /** Takes the light of probes and objects as they are now. Collective. */
  async measure(): Promise<void> {
    const { backend, blocks, communicator, objects, probes } = this.#model;
    const { wavefield_delta_object: objectDelta, wavefield_delta_probe: probeDelta } = this.#parameters;
    for (const id of objects.keys()) backend.fill(this.#objects.of(id).scale, 0);
    for (const id of probes.keys()) backend.fill(this.#probes.of(id).scale, 0);
    for (const { block, probeId, objectId } of blocks) {
      const [onProbe, onObject] = [this.#probes.of(probeId).scale, this.#objects.of(objectId).scale];
      backend.addLight(
        block,
        this.#model.probe(probeId).array,
        this.#model.object(objectId).array,
        onProbe,
        onObject,
      );
    }
    for (const id of objects.keys()) {
      const { scale } = this.#objects.of(id);
      await sumArrayOverRanks(communicator, backend, scale);
      backend.inverseRoot(scale, objectDelta);
    }
    for (const id of probes.keys()) {
      const { scale } = this.#probes.of(id);
      await sumArrayOverRanks(communicator, backend, scale);
      backend.inverseRoot(scale, probeDelta);
    }
  }

  /** The gradient of an object, divided; valid until the next call for it. */
  ofObject(id: string, gradient: DeviceArray): DeviceArray {
    return this.#divided(this.#objects.of(id), gradient);
  }

  /** The gradient of a probe likewise. */
  ofProbe(id: string, gradient: DeviceArray): DeviceArray {
    return this.#divided(this.#probes.of(id), gradient);
  }

  free(): void {
    this.#objects.free();
    this.#probes.free();
  }

  #divided({ scale, scaled }: Record<Work, DeviceArray>, gradient: DeviceArray): DeviceArray {
    const { backend } = this.#model;
    backend.copy(scaled, gradient);
    backend.multiply(scaled, scale);
    return scaled;
  }
}
