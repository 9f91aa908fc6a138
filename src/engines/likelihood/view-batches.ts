/** Random parts of all views, the same whichever ranks hold them. */
import type { Model } from '../../model/model.ts';
import type { ModelBlock } from '../../model/model-block.ts';
import { visitingOrder } from '../../model/visiting-order.ts';

export class ViewBatches {
  readonly #model: Model;
  /** Of each view of a block its number among all views of all ranks. */
  readonly #numbers = new Map<ModelBlock, readonly number[]>();
  #total = 0;

  constructor(model: Model) {
    this.#model = model;
  }

  /** Numbers the views anew when there are more: scans in their order, views by their scan-point index. */
  prepare(): void {
    const scans = [...this.#model.scans.values()];
    const total = scans.reduce((sum, { indices }) => sum + indices.length, 0);
    if (total === this.#total) return;
    this.#total = total;
    let first = 0;
    for (const { label, indices } of scans) {
      const sorted = [...indices].sort((a, b) => a - b);
      const numbers = new Map(sorted.map((index, i) => [index, first + i]));
      for (const block of this.#model.blocks) {
        if (block.scan !== label) continue;
        this.#numbers.set(
          block,
          block.indices.map((index) => numberOf(numbers, index)),
        );
      }
      first += sorted.length;
    }
  }

  /** `count` parts of about equal size, fewer if there are fewer views: of each the views of this rank's blocks. */
  draw(count: number, seed: number, iteration: number): ReadonlyMap<ModelBlock, readonly number[]>[] {
    const parts = Math.min(count, this.#total);
    const batchOf = new Int32Array(this.#total);
    visitingOrder(this.#total, seed, iteration).forEach((number, place) => {
      batchOf[number] = Math.floor((place * parts) / this.#total);
    });
    const batches = Array.from({ length: parts }, () => new Map<ModelBlock, number[]>());
    for (const [block, numbers] of this.#numbers) {
      numbers.forEach((number, view) => {
        const batch = batches[batchOf[number]];
        const views = batch.get(block);
        if (views === undefined) batch.set(block, [view]);
        else views.push(view);
      });
    }
    return batches;
  }
}

function numberOf(numbers: ReadonlyMap<number, number>, index: number): number {
  const number = numbers.get(index);
  if (number === undefined) throw new Error(`view ${index} is not among the views of its scan`);
  return number;
}
