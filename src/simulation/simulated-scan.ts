/** Frames of a known probe and sample at given positions. Each is computed when it is asked for, the same on every rank. */
import { ndarray, type NdArray, type RealDType } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import type { PropagatorGeometry } from '../geometry/propagation.ts';
import { readOut, type Detector } from './detector.ts';
import { countPhotons, createDiffraction } from './diffraction.ts';

export interface SimulatedScanInput {
  readonly geometry: PropagatorGeometry;
  /** (n, 2) m, (row, col); frames are taken at the nearest pixels. */
  readonly positionsM: NdArray<'float64'>;
  /** (rows, cols) or (modes, rows, cols) on the sample pixels of the geometry. */
  readonly probe: NdArray<'complex128'>;
  /** The object, (rows, cols), of which the middle is that of the positions. */
  readonly object: (shape: Pair) => NdArray<'complex128'> | Promise<NdArray<'complex128'>>;
  /** Standard deviation of what blurs the frames beside the detector, pixels. */
  readonly psf: Pair | null;
  readonly detector: Detector | null;
  readonly noise: boolean;
  readonly seed: number;
}

export interface SimulatedFrame {
  readonly frame: NdArray<RealDType>;
  /** 0 where a pixel was full; undefined without a detector. */
  readonly weight?: NdArray<'bool'>;
}

export interface SimulatedScan {
  /** Where the frames are taken, (n, 2) m: on pixels. */
  readonly positionsM: NdArray<'float64'>;
  frame(index: number): SimulatedFrame;
}

/** Object pixels around the outermost views. */
const MARGIN = 10;

/** The positions moved to the nearest pixels, (n, 2) m. */
export function onPixels(positionsM: NdArray<'float64'>, resolutionM: Pair): NdArray<'float64'> {
  const data = positionsM.data.map((x, i) => Math.round(x / resolutionM[i % 2]) * resolutionM[i % 2]);
  return ndarray('float64', positionsM.shape, data);
}

export async function createSimulatedScan(input: SimulatedScanInput): Promise<SimulatedScan> {
  const { geometry, probe, detector, noise, seed } = input;
  const { shape, resolutionM } = geometry;
  const positionsM = onPixels(input.positionsM, resolutionM);
  const ranges = ([0, 1] as const).map((axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = axis; i < positionsM.data.length; i += 2) {
      const pixel = Math.round(positionsM.data[i] / resolutionM[axis]);
      [low, high] = [Math.min(low, pixel), Math.max(high, pixel)];
    }
    return { first: low - MARGIN, size: high - low + shape[axis] + 2 * MARGIN };
  });
  const [down, right] = ranges;
  const psf = ([0, 1] as const).map((axis) => Math.hypot(input.psf?.[axis] ?? 0, detector?.psf?.[axis] ?? 0));
  const diffraction = createDiffraction({
    probe,
    object: await input.object([down.size, right.size]),
    objectOriginM: [down.first * resolutionM[0], right.first * resolutionM[1]],
    geometry,
    psf: [psf[0], psf[1]],
  });
  return {
    positionsM,
    frame: (index) => {
      if (!(index >= 0 && index < positionsM.shape[0])) {
        throw new DataError(`frame ${index} of a scan of ${positionsM.shape[0]} positions`);
      }
      const [row, col] = positionsM.data.subarray(2 * index, 2 * index + 2);
      const means = diffraction.intensities(row, col);
      if (detector !== null) return readOut(means, shape, detector, { noise, seed, index });
      return {
        frame: noise
          ? ndarray('int32', shape, countPhotons(means, seed, index))
          : ndarray('float64', shape, means),
      };
    },
  };
}
