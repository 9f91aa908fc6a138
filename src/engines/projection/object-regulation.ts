/** Where an object is known beforehand: it is held there for some iterations, by ptypy's names of the engine `DM_object_regul`. */
import { astype, describe, isComplex, ndarray, type NdArray } from '../../array/ndarray.ts';
import type { DeviceArray } from '../../compute/backend.ts';
import { ConfigError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Log } from '../../log.ts';
import type { Model } from '../../model/model.ts';
import type { ObjectStorage } from '../../model/storage.ts';
import { isMaster } from '../../parallel/communicator.ts';

export interface RegulationParameters {
  readonly object_regul_fill: readonly [number, number];
  readonly object_regul_start: number | null;
  readonly object_regul_stop: number | null;
}

interface Held {
  /** 1 where the object is free, else 0. */
  readonly free: DeviceArray;
  /** The value that is known, 0 where the object is free. */
  readonly known: DeviceArray;
  /** Lattice pixel of the mask's first row and column. */
  readonly first: Pair;
}

export class ObjectRegulation {
  readonly #model: Model;
  readonly #mask: NdArray<'float64'>;
  readonly #parameters: RegulationParameters;
  readonly #log: Log;
  readonly #held = new Map<string, Held>();

  /** `mask`: (rows, cols) or (modes, rows, cols), not 0 where the object is known. Throws a `ConfigError` for other arrays. */
  constructor(model: Model, mask: NdArray, parameters: RegulationParameters, log: Log) {
    const axes = mask.shape.length;
    if ((axes !== 2 && axes !== 3) || isComplex(mask.dtype)) {
      const message = `${describe(mask)}: a real array (rows, cols) or (modes, rows, cols) is needed`;
      throw new ConfigError([{ path: 'object_regul_mask', message }]);
    }
    this.#model = model;
    this.#mask = astype(mask, 'float64');
    this.#parameters = parameters;
    this.#log = log;
  }

  /** Fits memory to the model; a mask stays where it is when its object grows. */
  prepare(): void {
    for (const object of this.#model.objects.values()) {
      const known = this.#held.get(object.id);
      if (known?.free.shape.join() === object.array.shape.join()) continue;
      const first = known?.first ?? this.#place(object);
      this.#release(known);
      this.#held.set(object.id, { ...this.#hold(object, first), first });
    }
  }

  /** Puts the known values in, in iteration number `iteration`, counted from 0, if it is one that does. */
  apply(iteration: number): void {
    const { object_regul_start: start, object_regul_stop: stop } = this.#parameters;
    if (iteration < (start ?? 0) || iteration >= (stop ?? Infinity)) return;
    const { backend, objects } = this.#model;
    for (const { id, array } of objects.values()) {
      const held = this.#held.get(id);
      if (held === undefined) throw new Error(`no mask for object '${id}'`);
      backend.multiply(array, held.free);
      backend.combine(array, 1, 1, held.known);
    }
  }

  free(): void {
    for (const held of this.#held.values()) this.#release(held);
    this.#held.clear();
  }

  /** In the middle of the object. */
  #place({ array, grid }: ObjectStorage): [number, number] {
    const [layers, rows, cols] = array.shape;
    const [height, width] = this.#mask.shape.slice(-2);
    const modes = this.#mask.shape.length === 3 ? this.#mask.shape[0] : 1;
    if (modes !== 1 && modes !== layers) {
      const message = `${modes} layers for an object of ${layers} modes: expected 1 or ${layers} layers`;
      throw new ConfigError([{ path: 'object_regul_mask', message }]);
    }
    if ((height !== rows || width !== cols) && isMaster(this.#model.communicator)) {
      this.#log.warn(
        `object_regul_mask of ${height}x${width} pixels lies in the middle of the object of ${rows}x${cols}`,
      );
    }
    return [
      grid.first[0] + Math.floor(rows / 2) - Math.floor(height / 2),
      grid.first[1] + Math.floor(cols / 2) - Math.floor(width / 2),
    ];
  }

  #hold({ array, grid }: ObjectStorage, first: Pair): Omit<Held, 'first'> {
    const { backend } = this.#model;
    const [re, im] = this.#parameters.object_regul_fill;
    const [layers, rows, cols] = array.shape;
    const [height, width] = this.#mask.shape.slice(-2);
    const layer = this.#mask.shape.length === 3 && this.#mask.shape[0] > 1 ? height * width : 0;
    const free = new Float64Array(layers * rows * cols).fill(1);
    const known = new Float64Array(2 * free.length);
    for (let i = 0; i < free.length; i++) {
      const c = i % cols;
      const r = Math.floor(i / cols) % rows;
      const [y, x] = [r + grid.first[0] - first[0], c + grid.first[1] - first[1]];
      if (y < 0 || x < 0 || y >= height || x >= width) continue;
      if (this.#mask.data[layer * Math.floor(i / (rows * cols)) + y * width + x] === 0) continue;
      free[i] = 0;
      known[2 * i] = re;
      known[2 * i + 1] = im;
    }
    const arrays = {
      free: backend.allocate(array.shape, 'real'),
      known: backend.allocate(array.shape, 'complex'),
    };
    backend.upload(arrays.free, ndarray('float64', array.shape, free));
    backend.upload(arrays.known, ndarray('complex128', array.shape, known));
    return arrays;
  }

  #release(held: Held | undefined): void {
    if (held === undefined) return;
    this.#model.backend.free(held.free);
    this.#model.backend.free(held.known);
  }
}
