/** The area in which a probe may be nonzero. */
import { fromNumbers, type NdArray } from '../array/ndarray.ts';
import type { DeviceArray } from '../compute/backend.ts';
import type { Pair } from '../frames/pair.ts';
import type { Model } from '../model/model.ts';

/** (rows, cols) 1 where π·r² < fraction·rows·cols, r from the geometric centre in pixels; else 0. */
export function supportMask([rows, cols]: Pair, fraction: number): NdArray<'float64'> {
  const limit = (fraction * rows * cols) / Math.PI;
  const mask = new Float64Array(rows * cols);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i++) {
      const squared = (r - rows / 2 + 0.5) ** 2 + (c - cols / 2 + 0.5) ** 2;
      mask[i] = squared < limit ? 1 : 0;
    }
  }
  return fromNumbers('float64', mask, [rows, cols]);
}

/** The masks of a model's probes on its backend. A fraction of null leaves everything as it is. */
export class ProbeSupports {
  readonly #model: Model;
  readonly #fraction: number | null;
  readonly #masks = new Map<string, DeviceArray>();

  constructor(model: Model, fraction: number | null) {
    this.#model = model;
    this.#fraction = fraction;
  }

  /** Takes memory for probes that are new. */
  prepare(): void {
    if (this.#fraction === null) return;
    const { backend, probes } = this.#model;
    for (const { id, array } of probes.values()) {
      if (this.#masks.has(id)) continue;
      const [, rows, cols] = array.shape;
      const mask = backend.allocate([rows, cols], 'real');
      backend.upload(mask, supportMask([rows, cols], this.#fraction));
      this.#masks.set(id, mask);
    }
  }

  /** Applies the mask of a probe to `array`, which has the probe's shape. */
  apply(id: string, array: DeviceArray): void {
    const mask = this.#masks.get(id);
    if (mask !== undefined) this.#model.backend.multiply(array, mask);
  }

  free(): void {
    for (const mask of this.#masks.values()) this.#model.backend.free(mask);
    this.#masks.clear();
  }
}
