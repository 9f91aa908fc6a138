/**
 * A few neighbouring views of a scan, cut to the middle of the detector, the same on every rank: enough to try probes on at
 * little cost. Far field, where a smaller detector means larger pixels of the same field of view.
 */
import { ndarray, type NdArray } from '../array/ndarray.ts';
import type { DataPackage } from '../frames/package.ts';
import type { Pair } from '../frames/pair.ts';
import { createGeometry, type ExperimentGeometry } from '../geometry/propagation.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { viewPixels } from './views.ts';

export interface TrialViews {
  /** (n, rows, cols) photons, 0 where invalid, views in order of their distance from the middle of the scan. */
  readonly intensities: NdArray<'float64'>;
  /** (n, rows, cols) 1 valid. */
  readonly masks: NdArray<'bool'>;
  /** (n, 2) lattice pixels. */
  readonly pixels: Int32Array;
}

/** Sides the waves of a cut frame may have: transforms of these are quick. */
const SIDES = [64, 96, 128, 192, 256, 384, 512];
/** Share of the light that the cut frame must hold. */
const ENOUGH_LIGHT = 0.98;

/**
 * The smallest frame around the zero frequency that holds nearly all light of `mean` (rows·cols), as part of the frame that
 * `meta` describes. `resample`: pixels of the waves along one of the frame.
 */
export function cutFrame(mean: Float64Array, meta: ExperimentGeometry, resample: number): ExperimentGeometry {
  const { shape, center } = meta;
  const total = mean.reduce((sum, value) => sum + value, 0);
  for (const side of SIDES) {
    const most = Math.ceil(side / resample);
    const cut: Pair = [Math.min(most, shape[0]), Math.min(most, shape[1])];
    const [top, left] = firstPixel(meta, cut);
    if (lightWithin(mean, shape[1], [top, left], cut) < ENOUGH_LIGHT * total) continue;
    return { ...meta, shape: cut, center: [center[0] - top, center[1] - left] };
  }
  return meta;
}

/** First row and column of a cut frame: around the zero frequency as far as the frame goes. */
export function firstPixel({ shape, center }: ExperimentGeometry, cut: Pair): [number, number] {
  const first = (axis: 0 | 1): number =>
    Math.min(Math.max(Math.round(center[axis]) - Math.floor(cut[axis] / 2), 0), shape[axis] - cut[axis]);
  return [first(0), first(1)];
}

/** (rows·cols) of an image within a window. */
export function cutImage(
  image: ArrayLike<number>,
  cols: number,
  [top, left]: Pair,
  [height, width]: Pair,
): Float64Array {
  const out = new Float64Array(height * width);
  for (let r = 0, i = 0; r < height; r++) {
    for (let c = 0; c < width; c++, i++) out[i] = image[(top + r) * cols + left + c];
  }
  return out;
}

function lightWithin(mean: Float64Array, cols: number, first: Pair, cut: Pair): number {
  return cutImage(mean, cols, first, cut).reduce((sum, value) => sum + value, 0);
}

/** `most` views around the median position of the packages (all ranks' positions), cut to `cut`. Collective. */
export async function gatherViews(
  communicator: Communicator,
  packages: readonly DataPackage[],
  cut: ExperimentGeometry,
  most: number,
): Promise<TrialViews> {
  const { resolutionM } = createGeometry(cut);
  const places = packages.flatMap(({ chunk }, number) => {
    const { pixels } = viewPixels(chunk.positions.data, resolutionM);
    return chunk.indices.map((index, i) => ({ number, index, row: pixels[2 * i], col: pixels[2 * i + 1] }));
  });
  const middle = [median(places.map(({ row }) => row)), median(places.map(({ col }) => col))];
  const chosen = places
    .map((place, view) => ({
      ...place,
      view,
      distance: Math.hypot(place.row - middle[0], place.col - middle[1]),
    }))
    .sort((a, b) => a.distance - b.distance || a.view - b.view)
    .slice(0, most);

  const first = firstPixel(packages[0].common, cut.shape);
  const size = cut.shape[0] * cut.shape[1];
  const own = chosen.flatMap(({ number, index }, place) => {
    const row = packages[number].chunk.indicesNode.indexOf(index);
    return row < 0 ? [] : [{ place, ...frameOf(packages[number], row, first, cut.shape) }];
  });
  const intensities = new Float64Array(chosen.length * size);
  const masks = new Uint8Array(chosen.length * size);
  for (const share of await communicator.allGather(own)) {
    for (const { place, frame, mask } of share) {
      intensities.set(frame, place * size);
      masks.set(mask, place * size);
    }
  }
  return {
    intensities: ndarray('float64', [chosen.length, ...cut.shape], intensities),
    masks: ndarray('bool', [chosen.length, ...cut.shape], masks),
    pixels: Int32Array.from(chosen.flatMap(({ row, col }) => [row, col])),
  };
}

function frameOf(
  { chunk }: DataPackage,
  row: number,
  first: Pair,
  shape: Pair,
): { frame: Float64Array; mask: Uint8Array } {
  const [, rows, cols] = chunk.data.shape;
  const size = rows * cols;
  const offset = chunk.weights.shape.length === 3 ? row * size : 0;
  const frame = cutImage(chunk.data.data.subarray(row * size, (row + 1) * size), cols, first, shape);
  const weights = cutImage(chunk.weights.data.subarray(offset, offset + size), cols, first, shape);
  const mask = Uint8Array.from(weights, (weight) => (weight > 0 ? 1 : 0));
  return { frame: frame.map((value, i) => (mask[i] > 0 && value > 0 ? value : 0)), mask };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
