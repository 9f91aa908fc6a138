/** Probes and objects as a model keeps them: an array on the backend and its place in space. */
import { ndarray, toNumbers, type NdArray } from '../array/ndarray.ts';
import type { Backend, DeviceArray } from '../compute/backend.ts';
import type { Pair } from '../frames/pair.ts';
import type { PropagatorGeometry } from '../geometry/propagation.ts';
import { copyOverlap, type ObjectPainter } from './initial-object.ts';
import type { Grid } from './views.ts';

export interface ProbeStorage {
  readonly id: string;
  /** (modes, rows, cols) complex */
  readonly array: DeviceArray;
  readonly geometry: PropagatorGeometry;
  readonly energyKeV: number;
}

export interface ObjectStorage {
  readonly id: string;
  /** (modes, rows, cols) complex; another array once the grid has grown. */
  array: DeviceArray;
  /** Window of the lattice, see `views.ts`. */
  grid: Grid;
  /** Grid pixel, m (row, col). */
  readonly psizeM: Pair;
  readonly energyKeV: number;
  /** Metres are not known: lengths are in pixels of the sample. */
  readonly inPixels: boolean;
  readonly painter: ObjectPainter;
}

/** Coordinates of a grid's first pixel, m (row, col). */
export function originOf({ grid, psizeM }: Pick<ObjectStorage, 'grid' | 'psizeM'>): Pair {
  return [grid.first[0] * psizeM[0], grid.first[1] * psizeM[1]];
}

/** Moves the object to a larger grid: known regions are kept, new ones start as the model says. */
export async function growObject(backend: Backend, storage: ObjectStorage, grid: Grid): Promise<void> {
  const old = await backend.read(storage.array);
  const data = storage.painter.paint(grid);
  const [modes] = storage.array.shape;
  const from = old.data.length / modes;
  const to = data.length / modes;
  for (let mode = 0; mode < modes; mode++) {
    const known = Float64Array.from(old.data.subarray(mode * from, (mode + 1) * from));
    copyOverlap(known, storage.grid, data.subarray(mode * to, (mode + 1) * to), grid);
  }
  backend.free(storage.array);
  storage.array = backend.allocate([modes, ...grid.shape], 'complex');
  backend.upload(storage.array, ndarray('complex128', [modes, ...grid.shape], data));
  storage.grid = grid;
}

/** Σ over layers of |P|² of a probe (layers, rows, cols): photons on each pixel of a view. */
export function probePower(probe: NdArray): Float64Array {
  const plane = probe.shape[1] * probe.shape[2];
  const values = toNumbers(probe);
  const sums = new Float64Array(plane);
  for (let i = 0; i < values.length; i += 2) {
    sums[(i / 2) % plane] += values[i] ** 2 + values[i + 1] ** 2;
  }
  return sums;
}
