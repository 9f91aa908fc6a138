/** What the object is where nothing is known yet: before the first iteration, and where its grid grows. */
import { astype, describe, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { stream } from '../simulation/random.ts';
import { modePower, type Diversity } from './modes.ts';
import type { Grid } from './views.ts';

export interface ObjectStart {
  /** Complex (rows, cols) or (modes, rows, cols). */
  readonly given?: NdArray;
  /** Coordinates of the given array's first pixel, m (row, col). Without them it is centred on the first positions. */
  readonly givenOriginM?: Pair;
  /** The first mode starts from the light that came through at each position. */
  readonly stxm?: boolean;
  /** Value [re, im] where nothing is given. */
  readonly fill: readonly [number, number];
  readonly modes: number;
  readonly diversity: Diversity | null;
  readonly seed: number;
}

/** Phase noise of further modes when none is asked for: equal modes would stay equal for ever. */
const SMALL_NOISE_RAD = 0.1;

/** Draws the initial object on any grid of its lattice. */
export interface ObjectPainter {
  /** (modes, rows, cols) interleaved complex */
  paint(grid: Grid): Float64Array;
}

/** `firstGrid` is the grid of the first positions. Throws `DataError` for a given object of another number of axes. */
export function createObjectPainter(start: ObjectStart, resolutionM: Pair, firstGrid: Grid): ObjectPainter {
  const given =
    start.given === undefined ? undefined : placeGiven(start.given, start, resolutionM, firstGrid);
  return {
    paint: (grid) => {
      const [rows, cols] = grid.shape;
      const plane = 2 * rows * cols;
      const data = new Float64Array(plane * start.modes);
      for (let mode = 0; mode < start.modes; mode++) {
        const layer = data.subarray(mode * plane, (mode + 1) * plane);
        if (mode === 0 || given === undefined || mode >= given.modes) fillLayer(layer, start, mode);
        else layer.fill(0);
        if (given !== undefined && mode < given.modes) {
          const source = given.data.subarray(mode * given.plane, (mode + 1) * given.plane);
          copyOverlap(source, given.grid, layer, grid);
        }
      }
      return data;
    },
  };
}

function fillLayer(layer: Float64Array, start: ObjectStart, mode: number): void {
  const [re, im] = start.fill;
  if (mode === 0) {
    for (let i = 0; i < layer.length; i += 2) {
      layer[i] = re;
      layer[i + 1] = im;
    }
    return;
  }
  const random = stream(start.seed, mode);
  const amplitude = Math.sqrt(modePower(start.diversity, mode));
  const rms = start.diversity?.noise?.[0] ?? SMALL_NOISE_RAD;
  for (let i = 0; i < layer.length; i += 2) {
    const phase = rms * random.normal();
    const a = amplitude * Math.cos(phase);
    const b = amplitude * Math.sin(phase);
    layer[i] = a * re - b * im;
    layer[i + 1] = a * im + b * re;
  }
}

function placeGiven(
  given: NdArray,
  start: ObjectStart,
  resolutionM: Pair,
  firstGrid: Grid,
): { data: Float64Array; grid: Grid; modes: number; plane: number } {
  if (given.shape.length !== 2 && given.shape.length !== 3) {
    throw new DataError(`given object ${describe(given)}: (rows, cols) or (modes, rows, cols) is needed`);
  }
  const [rows, cols] = given.shape.slice(-2);
  const origin = start.givenOriginM;
  const first: [number, number] =
    origin === undefined
      ? [
          firstGrid.first[0] + Math.floor(firstGrid.shape[0] / 2) - Math.floor(rows / 2),
          firstGrid.first[1] + Math.floor(firstGrid.shape[1] / 2) - Math.floor(cols / 2),
        ]
      : [Math.round(origin[0] / resolutionM[0]), Math.round(origin[1] / resolutionM[1])];
  return {
    data: astype(given, 'complex128').data,
    grid: { first, shape: [rows, cols] },
    modes: given.shape.length === 3 ? given.shape[0] : 1,
    plane: 2 * rows * cols,
  };
}

/** Copies what two grids of one lattice share; both hold one layer of interleaved complex numbers. */
export function copyOverlap(source: Float64Array, from: Grid, target: Float64Array, to: Grid): void {
  const top = Math.max(from.first[0], to.first[0]);
  const bottom = Math.min(from.first[0] + from.shape[0], to.first[0] + to.shape[0]);
  const left = Math.max(from.first[1], to.first[1]);
  const right = Math.min(from.first[1] + from.shape[1], to.first[1] + to.shape[1]);
  if (right <= left) return;
  for (let row = top; row < bottom; row++) {
    const start = 2 * ((row - from.first[0]) * from.shape[1] + left - from.first[1]);
    const place = 2 * ((row - to.first[0]) * to.shape[1] + left - to.first[1]);
    target.set(source.subarray(start, start + 2 * (right - left)), place);
  }
}
