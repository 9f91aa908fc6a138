/** Positions, probes and objects of an earlier run in place of those that a model started from. */
import { astype, describe, ndarray, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { copyOverlap } from './initial-object.ts';
import type { Model } from './model.ts';
import { movePositions } from './move-positions.ts';
import { gridOver, type Grid } from './views.ts';

/** A probe or an object with its place in space. */
export interface EarlierField {
  /** (modes, rows, cols) complex */
  readonly data: NdArray;
  /** Grid pixel (row, col), m. */
  readonly psizeM: Pair;
  /** Coordinates of the first pixel (row, col), m. */
  readonly originM: Pair;
}

/** Positions (n, 2) m of scan points, and what they had been measured as. */
export interface EarlierPositions {
  readonly indices: readonly number[];
  readonly positions: NdArray<'float64'>;
  readonly measured: NdArray<'float64'>;
}

/** Views go where an earlier run had refined them to. Those it had not, and scans that are not in the model, stay. Collective. */
export async function restorePositions(
  model: Model,
  label: string,
  { indices, positions, measured }: EarlierPositions,
): Promise<void> {
  const scan = model.scans.get(label);
  if (scan === undefined) return;
  const rows = new Map(indices.map((index, row) => [index, row]));
  const wanted = Float64Array.from(scan.positions, (position, i) => {
    const row = rows.get(scan.indices[Math.floor(i / 2)]);
    if (row === undefined) return position;
    const [then, before] = [positions.data[2 * row + (i % 2)], measured.data[2 * row + (i % 2)]];
    return then === before ? position : then;
  });
  if (wanted.every((position, i) => position === scan.positions[i])) return;
  await movePositions(model, label, ndarray('float64', [scan.indices.length, 2], wanted));
}

/** Throws `DataError` for a probe of another shape or of another number of modes. The model must hold frames. */
export function restoreProbe(model: Model, id: string, { data, psizeM }: EarlierField): void {
  const { array, geometry } = model.probe(id);
  const [modes, rows, cols] = data.shape;
  const [, height, width] = array.shape;
  if (rows !== height || cols !== width) {
    throw new DataError(
      `probe '${id}' ${describe(data)}: the waves are now ${height}x${width} (frames times resample)`,
    );
  }
  requireModes('probe', id, modes, array.shape[0], 'num_probe_modes');
  requirePixel('probe', id, psizeM, geometry.resolutionM);
  model.backend.upload(array, data);
}

/**
 * The grid becomes that of the earlier object, or one around it where views lie outside of it; there the object is as it
 * started. Returns whether it is the earlier grid. Throws `DataError` for another pixel size or number of modes, and for
 * an object that lies elsewhere.
 */
export async function restoreObject(model: Model, id: string, field: EarlierField): Promise<boolean> {
  const { data, psizeM, originM } = field;
  const object = model.object(id);
  const [modes, rows, cols] = data.shape;
  requireModes('object', id, modes, object.array.shape[0], 'num_object_modes');
  requirePixel('object', id, psizeM, object.psizeM);
  const earlier: Grid = {
    first: [Math.round(originM[0] / psizeM[0]), Math.round(originM[1] / psizeM[1])],
    shape: [rows, cols],
  };
  if (!overlap(earlier, object.grid)) {
    throw new DataError(`object '${id}' ${describe(data)} lies elsewhere: no position is on it`);
  }
  await model.growTo(object, gridOver(earlier, object.grid));
  const now = await model.backend.read(object.array);
  const values = Float64Array.from(now.data);
  const known = astype(data, 'complex128').data;
  const [from, to] = [known.length / modes, values.length / modes];
  for (let mode = 0; mode < modes; mode++) {
    copyOverlap(
      known.subarray(mode * from, (mode + 1) * from),
      earlier,
      values.subarray(mode * to, (mode + 1) * to),
      object.grid,
    );
  }
  model.backend.upload(object.array, ndarray('complex128', now.shape, values));
  return object.grid.shape[0] === rows && object.grid.shape[1] === cols;
}

function overlap(a: Grid, b: Grid): boolean {
  return ([0, 1] as const).every((axis) => {
    const first = Math.max(a.first[axis], b.first[axis]);
    return first < Math.min(a.first[axis] + a.shape[axis], b.first[axis] + b.shape[axis]);
  });
}

function requireModes(what: string, id: string, earlier: number, now: number, parameter: string): void {
  if (earlier === now) return;
  throw new DataError(
    `${what} '${id}' has ${earlier} modes, the configuration asks for ${now} (coherence.${parameter})`,
  );
}

function requirePixel(what: string, id: string, earlier: Pair, now: Pair): void {
  if (([0, 1] as const).every((axis) => Math.abs(earlier[axis] - now[axis]) <= 1e-6 * now[axis])) return;
  throw new DataError(
    `${what} '${id}' has pixels of (${earlier.join(', ')}) m, with the frames they are (${now.join(', ')}) m: energy, distance or detector pixel differ`,
  );
}
