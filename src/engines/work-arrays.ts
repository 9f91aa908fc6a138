/** Arrays an engine keeps for each probe or object of a model, renewed when a storage changes its shape. */
import type { NdArray } from '../array/ndarray.ts';
import type { Backend, DeviceArray } from '../compute/backend.ts';
import { stateArray, type EngineState } from './engine-state.ts';

interface Storage {
  readonly id: string;
  readonly array: DeviceArray;
}

/** `names` are the arrays kept for each storage; those in `real` are real, the others complex. All start at 0. */
export class WorkArrays<N extends string> {
  readonly #backend: Backend;
  readonly #names: readonly N[];
  readonly #real: readonly N[];
  readonly #arrays = new Map<string, Record<N, DeviceArray>>();

  constructor(backend: Backend, names: readonly N[], real: readonly N[] = []) {
    this.#backend = backend;
    this.#names = names;
    this.#real = real;
  }

  /** Takes memory for new storages and anew for those of another shape. True when anything was taken. */
  fit(storages: Iterable<Storage>): boolean {
    let changed = false;
    for (const { id, array } of storages) {
      const known = this.#arrays.get(id);
      if (known !== undefined) {
        const { shape } = known[this.#names[0]];
        if (shape.every((n, axis) => n === array.shape[axis])) continue;
        this.#release(known);
      }
      const entries = this.#names.map((name) => [
        name,
        this.#backend.allocate(array.shape, this.#real.includes(name) ? 'real' : 'complex'),
      ]);
      this.#arrays.set(id, Object.fromEntries(entries) as Record<N, DeviceArray>);
      changed = true;
    }
    return changed;
  }

  of(id: string): Record<N, DeviceArray> {
    const known = this.#arrays.get(id);
    if (known === undefined) throw new Error(`no work arrays for '${id}'`);
    return known;
  }

  /** Copies of some of the arrays, as `<prefix>_<name>.<storage ID>`. */
  async save(prefix: string, names: readonly N[]): Promise<Record<string, NdArray>> {
    const copies: Record<string, NdArray> = {};
    for (const [id, arrays] of this.#arrays) {
      for (const name of names) copies[`${prefix}_${name}.${id}`] = await this.#backend.read(arrays[name]);
    }
    return copies;
  }

  /** Puts back what `save` gave. Throws `DataError` where an array is missing or has another shape. */
  restore(prefix: string, names: readonly N[], state: EngineState): void {
    for (const [id, arrays] of this.#arrays) {
      for (const name of names)
        this.#backend.upload(arrays[name], stateArray(state, `${prefix}_${name}.${id}`));
    }
  }

  free(): void {
    for (const arrays of this.#arrays.values()) this.#release(arrays);
    this.#arrays.clear();
  }

  #release(arrays: Record<N, DeviceArray>): void {
    for (const name of this.#names) this.#backend.free(arrays[name]);
  }
}
