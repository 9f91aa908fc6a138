/** Simulated scans with a known answer, as packages for a model. */
import { ndarray, type NdArray, type RealDType } from '../../src/array/ndarray.ts';
import type { Meta } from '../../src/frames/chunk.ts';
import type { DataPackage } from '../../src/frames/package.ts';
import type { Model } from '../../src/model/model.ts';
import {
  createMoonflowerExperiment,
  type MoonflowerExperiment,
  type MoonflowerParams,
} from '../../src/simulation/moonflower.ts';
import { withErrors } from '../../src/simulation/position-errors.ts';
import { stream } from '../../src/simulation/random.ts';

export interface Simulated {
  readonly experiment: MoonflowerExperiment;
  readonly common: Meta;
  readonly frames: number;
  /** Frames `start`…`stop` as one package; of these, `own` are those of this rank (default all). */
  pack(start?: number, stop?: number, own?: (index: number) => boolean): DataPackage;
  /** A package whose positions are off by random errors, uniform up to `pixels` along each axis. */
  misplace(data: DataPackage, pixels: number, seed: number): DataPackage;
  /** How far positions of the scan's points are from the true ones, pixels rms, whatever moves all of them alike. */
  positionError(positions: NdArray<'float64'>): number;
  /** The true probe with a random relative error per value: near enough to converge, far enough to matter. */
  roughProbe(error: number, seed: number): NdArray<'complex128'>;
  /** The true object on the grid of a model's object: (rows, cols). */
  truth(model: Model, objectId: string): NdArray<'complex128'>;
}

export function simulate(params: MoonflowerParams): Simulated {
  const experiment = createMoonflowerExperiment(params);
  const { geometry, positionsM } = experiment;
  const [rows, cols] = geometry.shape;
  const frames = positionsM.shape[0];
  const common: Meta = {
    version: 1,
    num_frames: frames,
    label: 'sim',
    experimentID: null,
    shape: geometry.shape,
    center: geometry.center,
    psize: geometry.psizeM,
    distance: geometry.distanceM,
    energy: params.energy ?? 7.2,
    propagation: geometry.propagation,
    electron_data: false,
  };
  return {
    experiment,
    common,
    frames,
    pack: (start = 0, stop = frames, own = () => true) => {
      const indices = Array.from({ length: stop - start }, (_, i) => start + i);
      const indicesNode = indices.filter(own);
      const data = new Float64Array(indicesNode.length * rows * cols);
      indicesNode.forEach((index, i) => {
        data.set(experiment.frame(index).data, i * rows * cols);
      });
      const weights: NdArray<RealDType> = ndarray('bool', [rows, cols], new Uint8Array(rows * cols).fill(1));
      return {
        common,
        chunk: {
          num: 0,
          indices,
          indicesNode,
          data: ndarray('float64', [indicesNode.length, rows, cols], data),
          weights,
          positions: ndarray('float64', [stop - start, 2], positionsM.data.slice(2 * start, 2 * stop)),
        },
        iterable: [],
      };
    },
    misplace: (data, pixels, seed) => {
      const positions = withErrors(data.chunk.positions, geometry.resolutionM, pixels, seed);
      return { ...data, chunk: { ...data.chunk, positions } };
    },
    positionError: (positions) => {
      const off = positions.data.map((x, i) => (x - positionsM.data[i]) / geometry.resolutionM[i % 2]);
      const mean = [0, 1].map(
        (axis) => off.reduce((sum, x, i) => (i % 2 === axis ? sum + x : sum), 0) / frames,
      );
      return Math.sqrt(off.reduce((sum, x, i) => sum + (x - mean[i % 2]) ** 2, 0) / frames);
    },
    roughProbe: (error, seed) => {
      const { probe } = experiment;
      const random = stream(seed);
      const rough = probe.data.map((x) => x * (1 + error * random.normal()));
      return ndarray('complex128', probe.shape, rough);
    },
    truth: (model, objectId) => {
      const { grid } = model.object(objectId);
      const { object, objectOriginM } = experiment;
      const [height, width] = grid.shape;
      const out = new Float64Array(2 * height * width);
      // A view at lattice pixel p starts N//2 before it here, and at its position in the experiment.
      const top =
        grid.first[0] + Math.floor(rows / 2) - Math.round(objectOriginM[0] / geometry.resolutionM[0]);
      const left =
        grid.first[1] + Math.floor(cols / 2) - Math.round(objectOriginM[1] / geometry.resolutionM[1]);
      for (let r = 0; r < height; r++) {
        const from = 2 * ((top + r) * object.shape[1] + left);
        out.set(object.data.subarray(from, from + 2 * width), 2 * r * width);
      }
      return ndarray('complex128', grid.shape, out);
    },
  };
}
