/** Totals of all frames, over ranks. */
import type { BlockPower } from '../compute/backend.ts';
import type { Model } from '../model/model.ts';
import type { ModelBlock } from '../model/model-block.ts';
import { maxOverRanks, sumOverRanks } from './reduce.ts';

export interface TotalPower extends BlockPower {
  readonly views: number;
  /** Σ over views of the pixels of a frame. */
  readonly pixels: number;
}

/** Remembers the blocks it has seen: only new ones are read. */
export class PowerMeter {
  readonly #known = new Map<ModelBlock, BlockPower>();

  /** Collective. */
  async measure(model: Model): Promise<TotalPower> {
    const fresh = model.blocks.filter((item) => !this.#known.has(item));
    const powers = await Promise.all(fresh.map(({ block }) => model.backend.power(block)));
    for (const [i, item] of fresh.entries()) this.#known.set(item, powers[i]);
    let total = 0;
    let largest = 0;
    let measured = 0;
    let views = 0;
    let pixels = 0;
    for (const [{ block, framePixels }, power] of this.#known) {
      total += power.total;
      largest = Math.max(largest, power.largest);
      measured += power.measured;
      views += block.views;
      pixels += block.views * framePixels;
    }
    const { communicator } = model;
    [total, measured, views, pixels] = await sumOverRanks(communicator, [total, measured, views, pixels]);
    return { total, measured, views, pixels, largest: await maxOverRanks(communicator, largest) };
  }
}

/** Views of all ranks that use each probe, by its id. Collective. */
export async function viewsPerProbe(model: Model): Promise<ReadonlyMap<string, number>> {
  const ids = [...model.probes.keys()];
  const own = ids.map((id) =>
    model.blocks.reduce((sum, { probeId, block }) => (probeId === id ? sum + block.views : sum), 0),
  );
  const all = await sumOverRanks(model.communicator, own);
  return new Map(ids.map((id, i) => [id, all[i]]));
}
