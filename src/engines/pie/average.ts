/** Probe and object of ranks that worked on their own views alone, put together. */
import type { DeviceArray } from '../../compute/backend.ts';
import type { Model } from '../../model/model.ts';
import { sumArrayOverRanks } from '../reduce.ts';
import { WorkArrays } from '../work-arrays.ts';

type Work = 'sum' | 'weight';

/** Means over ranks: objects weighted by how often a rank's views cover a pixel, probes by its number of views. */
export class RankAverage {
  readonly #model: Model;
  readonly #objects: WorkArrays<Work>;
  readonly #probes: WorkArrays<Work>;

  constructor(model: Model) {
    this.#model = model;
    this.#objects = new WorkArrays(model.backend, ['sum', 'weight'], ['weight']);
    this.#probes = new WorkArrays(model.backend, ['sum', 'weight'], ['weight']);
  }

  /** Fits memory to the model. One rank needs none. */
  prepare(): void {
    if (this.#model.communicator.size === 1) return;
    this.#objects.fit(this.#model.objects.values());
    this.#probes.fit(this.#model.probes.values());
  }

  /** Objects, and probes if they were updated. Collective. */
  async run(probes: boolean): Promise<void> {
    const { backend, blocks, communicator } = this.#model;
    if (communicator.size === 1) return;
    for (const { id, array } of this.#model.objects.values()) {
      const work = this.#objects.of(id);
      backend.fill(work.weight, 0);
      for (const { objectId, block } of blocks) if (objectId === id) backend.addCoverage(block, work.weight);
      await this.#average(array, work);
    }
    if (!probes) return;
    for (const { id, array } of this.#model.probes.values()) {
      const work = this.#probes.of(id);
      const own = blocks.filter(({ probeId }) => probeId === id);
      backend.fill(
        work.weight,
        own.reduce((sum, { block }) => sum + block.views, 0),
      );
      await this.#average(array, work);
    }
  }

  free(): void {
    this.#objects.free();
    this.#probes.free();
  }

  /** target = Σ weight·target / Σ weight; pixels that weigh nothing anywhere are equal and stay. */
  async #average(target: DeviceArray, { sum, weight }: Record<Work, DeviceArray>): Promise<void> {
    const { backend, communicator } = this.#model;
    backend.copy(sum, target);
    backend.multiply(sum, weight);
    await sumArrayOverRanks(communicator, backend, sum);
    await sumArrayOverRanks(communicator, backend, weight);
    backend.quotient(target, sum, weight, 0);
  }
}
