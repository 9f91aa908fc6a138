/**
 * A simulated experiment with a known answer: a moon-like probe scans a flowery object. Parameters by the names of ptypy's
 * MoonFlowerScan. Frames are computed one by one when asked for; the same seed gives the same frame on every rank.
 */
import { ndarray, type NdArray } from '../array/ndarray.ts';
import { ConfigError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { createGeometry, type PropagatorGeometry } from '../geometry/propagation.ts';
import { scanPositions } from '../geometry/scan-patterns.ts';
import { countPhotons, createDiffraction } from './diffraction.ts';
import { finish, finishInTurns, type Steps } from './steps.ts';
import { testObjectSteps } from './test-object.ts';
import { createTestProbe } from './test-probe.ts';

export interface MoonflowerParams {
  /** Frame, pixels. Default 128. */
  readonly shape?: number | Pair;
  /** Default 100. */
  readonly num_frames?: number;
  /** Power of the probe. Default 1e8. */
  readonly photons?: number;
  /** Scan step as a fraction of the width of the illumination frame (pixels · resolution). Default 0.2. */
  readonly density?: number;
  /** Scan pattern. Default round. */
  readonly model?: 'round' | 'raster';
  /** Standard deviation of the detector's point spread, pixels. Default 0. */
  readonly psf?: number;
  /** Default false: frames are mean counts, float64. */
  readonly add_poisson_noise?: boolean;
  /** Seed of noise. Default 0. */
  readonly seed?: number;
  /** Photon energy, keV. Default 7.2. */
  readonly energy?: number;
  /** Sample to detector, m. Default 7.19. */
  readonly distance?: number;
  /** Detector pixel, m. Default 1.72e-4. */
  readonly psize?: number | Pair;
  /** Default farfield. */
  readonly propagation?: 'farfield' | 'nearfield';
  /** Another probe, (rows, cols) of a frame; `photons` is then its own. */
  readonly probe?: NdArray<'complex128'>;
}

/** A simulated experiment whose answer is known. */
export interface MoonflowerExperiment {
  /** (num_frames, 2), on the pixel grid of the object: views need no rounding. */
  readonly positionsM: NdArray<'float64'>;
  readonly geometry: PropagatorGeometry;
  /** The truth: (rows, cols). */
  readonly probe: NdArray<'complex128'>;
  /** The truth: (height, width), wide enough for every view and ten pixels more on each side. */
  readonly object: NdArray<'complex128'>;
  /** Position of a view that starts at the object's pixel (0, 0), m. */
  readonly objectOriginM: Pair;
  /**
   * Draws the object, which takes long for a large one, and calls `breathe` every now and then: it lets signals in, and may
   * throw. Without it the first frame draws the object at once.
   */
  draw(breathe: () => Promise<void>): Promise<void>;
  /** Frame of a position, (rows, cols). Throws `ConfigError` for an index outside the scan. */
  frame(index: number): NdArray<'int32' | 'float64'>;
}

/** Object pixels around the outermost views, as in ptypy. */
const MARGIN = 10;

/** Cheap until the first frame, probe or object is asked for. Throws `ConfigError` and `DataError` for wrong parameters. */
export function createMoonflowerExperiment(params: MoonflowerParams = {}): MoonflowerExperiment {
  const shape = asPair(params.shape ?? 128);
  const center: Pair = [Math.floor(shape[0] / 2), Math.floor(shape[1] / 2)];
  const geometry = createGeometry({
    shape,
    center,
    psize: asPair(params.psize ?? 1.72e-4),
    distance: params.distance ?? 7.19,
    energy: params.energy ?? 7.2,
    propagation: params.propagation ?? 'farfield',
  });
  const pixels = scanPixels(geometry, params);
  const [top, height] = rangeOf(pixels, 0);
  const [left, width] = rangeOf(pixels, 1);
  const [y, x] = geometry.resolutionM;
  const objectOriginM: Pair = [(top - MARGIN) * y, (left - MARGIN) * x];
  const noisy = params.add_poisson_noise ?? false;
  const seed = params.seed ?? 0;

  const probe = lazy(() => params.probe ?? createTestProbe(shape, params.photons ?? 1e8));
  const objectSteps = (): Steps<NdArray<'complex128'>> =>
    testObjectSteps(height + shape[0] + 2 * MARGIN, width + shape[1] + 2 * MARGIN);
  let drawn: NdArray<'complex128'> | undefined;
  const object = (): NdArray<'complex128'> => (drawn ??= finish(objectSteps()));
  const diffraction = lazy(() =>
    createDiffraction({ probe: probe(), object: object(), objectOriginM, geometry, psf: params.psf ?? 0 }),
  );

  return {
    positionsM: ndarray(
      'float64',
      [pixels.length, 2],
      Float64Array.from(pixels.flatMap(([r, c]) => [r * y, c * x])),
    ),
    geometry,
    objectOriginM,
    get probe() {
      return probe();
    },
    get object() {
      return object();
    },
    async draw(breathe) {
      drawn ??= await finishInTurns(objectSteps(), breathe);
    },
    frame(index) {
      if (!Number.isInteger(index) || index < 0 || index >= pixels.length) {
        fail('frame', `${index} is outside the scan of ${pixels.length} frames`);
      }
      const [row, col] = pixels[index];
      const intensities = diffraction().intensities(row * y, col * x);
      return noisy
        ? ndarray('int32', shape, countPhotons(intensities, seed, index))
        : ndarray('float64', shape, intensities);
    },
  };
}

/** Scan positions in whole sample pixels. */
function scanPixels(geometry: PropagatorGeometry, params: MoonflowerParams): Pair[] {
  const count = params.num_frames ?? 100;
  const density = params.density ?? 0.2;
  const model: string = params.model ?? 'round';
  if (!(Number.isInteger(count) && count >= 1)) {
    fail('num_frames', `${count}: a whole number of at least 1 is needed`);
  }
  if (!(density > 0 && Number.isFinite(density))) fail('density', `${density}: a number above 0 is needed`);
  if (model !== 'round' && model !== 'raster') fail('model', `'${model}': accepted are round and raster`);
  const { shape, resolutionM } = geometry;
  const spacing: Pair = [resolutionM[0] * shape[0] * density, resolutionM[1] * shape[1] * density];
  // As many steps as ptypy takes, and more where the box would hold too few points.
  for (let steps = Math.round(Math.sqrt(count)) + (model === 'round' ? 1 : 0); ; steps++) {
    const positions = scanPositions({ model, spacing, steps, count });
    if (positions.shape[0] < count) continue;
    return Array.from({ length: count }, (_, i) => [
      Math.round(positions.data[2 * i] / resolutionM[0]),
      Math.round(positions.data[2 * i + 1] / resolutionM[1]),
    ]);
  }
}

/** Smallest value along an axis and the distance to the largest. */
function rangeOf(pixels: readonly Pair[], axis: 0 | 1): [low: number, width: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const pixel of pixels) {
    low = Math.min(low, pixel[axis]);
    high = Math.max(high, pixel[axis]);
  }
  return [low, high - low];
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function asPair(value: number | Pair): Pair {
  return typeof value === 'number' ? [value, value] : value;
}

function fail(path: string, message: string): never {
  throw new ConfigError([{ path, message }]);
}
