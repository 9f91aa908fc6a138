/** Frames simulated from a known probe and sample; the physics is in `simulation/simulated-scan.ts`. */
import { existsSync } from 'node:fs';
import { astype, describe, ndarray, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { ConfigError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { LoadedFrames, RawMeta } from '../../frames/raw.ts';
import { createGeometry, type PropagatorGeometry } from '../../geometry/propagation.ts';
import { scanPositions } from '../../geometry/scan-patterns.ts';
import { arrayPlace, readArrayFile } from '../../hdf5/array-file.ts';
import { SIM_SCAN, type SimScanParameters } from '../../params/simulated-scan.ts';
import { positionsArray } from '../../scan/load.ts';
import { PtyScan } from '../../scan/pty-scan.ts';
import { createIllumination } from '../../simulation/aperture.ts';
import { withErrors } from '../../simulation/position-errors.ts';
import { scaleToPhotons } from '../../simulation/power.ts';
import { stream } from '../../simulation/random.ts';
import { refractiveDecrement } from '../../simulation/refraction.ts';
import { createSample, type SampleProcess } from '../../simulation/sample.ts';
import { createSimulatedScan, onPixels, type SimulatedScan } from '../../simulation/simulated-scan.ts';
import { finishInTurns } from '../../simulation/steps.ts';
import { testObjectSteps } from '../../simulation/test-object.ts';

/** Streams of random numbers that are not those of a frame. */
const JITTER = -3;
const DIFFUSER = -2;

/** Frames simulated from a known probe and sample, on the positions of another source or of a pattern. */
export class SimScan extends PtyScan<typeof SIM_SCAN> {
  static override readonly scanName: string = 'SimScan';
  static override readonly parameters = SIM_SCAN;
  #simulated: Promise<SimulatedScan> | undefined;

  protected override async loadPositions(): Promise<NdArray<'float64'>> {
    const { pos_noise: error, seed } = this.info;
    const { resolutionM } = this.#geometry;
    const positions = onPixels(await this.#positions(), resolutionM);
    return error === 0 ? positions : withErrors(positions, [1, 1], error, seed);
  }

  protected override loadCommon(): RawMeta {
    return { frameShape: this.#geometry.shape };
  }

  protected override async load(indices: readonly number[]): Promise<LoadedFrames> {
    this.#simulated ??= this.#simulate();
    const scan = await this.#simulated;
    const frames = indices.map((index) => scan.frame(index));
    const weights = frames.flatMap(({ weight }): NdArray<RealDType>[] =>
      weight === undefined ? [] : [weight],
    );
    return {
      frames: frames.map(({ frame }) => frame),
      ...(weights.length === 0 ? {} : { weights }),
    };
  }

  /** An array that is not there (yet). */
  override missing(): Promise<string | undefined> {
    const { illumination, sample, xy } = this.info;
    const names = [illumination.model, sample.model === 'flower' ? null : sample.model, xy.override];
    const files = names.flatMap((name) => (typeof name === 'string' ? [arrayPlace(name).file] : []));
    return Promise.resolve(files.find((file) => !existsSync(file)));
  }

  get #geometry(): PropagatorGeometry {
    const { shape, psize, distance, energy, propagation, electron_data } = this.info;
    const [rows, cols] = shape ?? [256, 256];
    return createGeometry({
      shape: [rows, cols],
      center: [Math.floor(rows / 2), Math.floor(cols / 2)],
      ...{ psize, distance, energy, propagation, electron_data },
    });
  }

  /** As asked for, m. */
  async #positions(): Promise<NdArray<'float64'>> {
    const { xy, positions_theory: given, seed } = this.info;
    if (given !== null) return positionsArray(given, 'positions_theory');
    const { override, model } = xy;
    if (typeof override === 'string') {
      const array = await readArrayFile(override, 'xy.override');
      return positionsArray(astype(array, 'float64'), 'xy.override');
    }
    if (override !== null) return positionsArray(override, 'xy.override');
    if (model === null) {
      fail(
        'xy.model',
        'SimScan needs positions: a pattern (round, spiral or raster), xy.override or positions_theory',
      );
    }
    try {
      return scanPositions({ ...xy, model }, stream(seed, JITTER).normal);
    } catch (error) {
      throw below('xy.', error);
    }
  }

  async #simulate(): Promise<SimulatedScan> {
    const { psf, detector, add_poisson_noise: noise, seed } = this.info;
    const geometry = this.#geometry;
    const object = await this.#sample(geometry);
    return createSimulatedScan({
      geometry,
      positionsM: await this.#positions(),
      probe: await this.#probe(geometry),
      ...{ object, psf, detector, noise, seed },
    });
  }

  async #probe(geometry: PropagatorGeometry): Promise<NdArray<'complex128'>> {
    const { model, photons, aperture, propagation } = this.info.illumination;
    const [rows, cols] = geometry.shape;
    if (model !== null) {
      const array = await readArrayFile(model, 'illumination.model');
      if (array.shape.length < 2 || array.shape.slice(-2).join() !== geometry.shape.join()) {
        fail(
          'illumination.model',
          `${describe(array)}: (rows, cols) or (modes, rows, cols) of ${rows}x${cols} is needed`,
        );
      }
      const wave = Float64Array.from(astype(array, 'complex128').data);
      if (photons !== null && photons !== 'as-is') scaleToPhotons(wave, photons);
      return ndarray('complex128', array.shape, wave);
    }
    const { form, size } = aperture ?? { form: null, size: null };
    if (aperture === null || form === null || size === null) {
      fail(
        'illumination.aperture.size',
        'SimScan needs a probe: the size of an aperture, or an array as illumination.model',
      );
    }
    if (photons === null || photons === 'as-is') {
      fail('illumination.photons', 'the number of photons in the probe is needed');
    }
    return createIllumination({ ...aperture, form, size }, propagation ?? {}, geometry, photons, {
      diffuser: { seed: this.info.seed, index: DIFFUSER },
      log: this.log,
    });
  }

  async #sample({ wavelengthM }: PropagatorGeometry) {
    const { model, process, fill } = this.info.sample;
    if (model === null && this.isMaster) {
      this.log.warn(
        'sample.model is none: frames of an empty beam, from which no object can be reconstructed',
      );
    }
    if (model === 'flower') {
      return (shape: Pair) => finishInTurns(testObjectSteps(...shape), () => this.breathe());
    }
    const empty = ndarray('float64', [0, 0], new Float64Array());
    const array = model === null ? empty : await readArrayFile(model, 'sample.model');
    const made = process === null || model === null ? null : this.#process(process, wavelengthM);
    return (shape: Pair) => createSample(array, made, fill, wavelengthM, shape);
  }

  #process(given: NonNullable<SimScanParameters['sample']['process']>, wavelengthM: number): SampleProcess {
    const { offset, zoom, smoothing, thickness, formula, density, ref_index: index } = given;
    const shared = { offset, zoom, smoothing, thickness };
    if (index !== null || formula === null) return { ...shared, refraction: index };
    if (density === null) fail('sample.process.density', `the density of ${formula} is needed`);
    const delta = refractiveDecrement(formula, density, wavelengthM);
    if (this.isMaster) {
      this.log.warn(
        `sample.process.formula: ${formula} refracts as its electrons do (δ = ${delta.toPrecision(3)}) and does not absorb; ` +
          'give ref_index for measured values',
      );
    }
    return { ...shared, refraction: [-delta, 0] };
  }
}

function below(prefix: string, error: unknown): unknown {
  if (!(error instanceof ConfigError)) return error;
  const issues = error.issues.map((issue) => ({ ...issue, path: `${prefix}${issue.path}` }));
  return new ConfigError(issues, undefined, { cause: error });
}

function fail(path: string, message: string): never {
  throw new ConfigError([{ path, message }]);
}
