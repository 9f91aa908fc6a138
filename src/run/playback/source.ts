/** Frames to play: a simulated scan, or those of a prepared file. */
import type { NdArray, RealDType } from '../../array/ndarray.ts';
import { sliceFirst } from '../../array/ndarray.ts';
import { breathe } from '../../breathe.ts';
import { AbortedError, ConfigError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Log } from '../../log.ts';
import { numberOf, pairOf } from '../../ptyd/reading/meta-values.ts';
import { PtydReader } from '../../ptyd/reading/reader.ts';
import { createMoonflowerExperiment, type MoonflowerExperiment } from '../../simulation/moonflower.ts';
import type { SimulationOptions } from './plan.ts';

export interface LiveSource {
  /** (y, x) of every scan point, m. */
  readonly positions: readonly Pair[];
  /** Of a frame (rows, cols), pixels. */
  readonly shape: Pair;
  /** keV */
  readonly energy: number;
  /** m */
  readonly distance: number;
  /** m, (row, col) */
  readonly psize: Pair;
  /** What the frames were made from, where that is known. */
  readonly experiment?: MoonflowerExperiment;
  /** (1, rows, cols) of one scan point. */
  frame(point: number): Promise<NdArray<RealDType>>;
}

export async function liveSource(
  options: SimulationOptions,
  signal: AbortSignal | undefined,
  log: Log,
): Promise<LiveSource> {
  return options.from === undefined ? simulatedSource(options, signal) : prepared(options.from, log);
}

export function simulatedSource(options: SimulationOptions, signal: AbortSignal | undefined): LiveSource {
  const { frames, shape, photons, density, pattern, noise, seed } = options;
  const energy = 6.2;
  const distance = 7;
  const experiment = createMoonflowerExperiment({
    ...{ num_frames: frames, shape, photons, density, model: pattern, seed, energy, distance },
    add_poisson_noise: noise,
  });
  const { data } = experiment.positionsM;
  return {
    positions: Array.from({ length: frames }, (_, i) => [data[2 * i], data[2 * i + 1]] as const),
    ...{ shape: experiment.geometry.shape, energy, distance, psize: [1.72e-4, 1.72e-4] },
    experiment,
    async frame(point) {
      await drawn(experiment, signal);
      const one = experiment.frame(point);
      return { ...one, shape: [1, ...one.shape] };
    },
  };
}

/** The experiment when its object is drawn. Throws an `AbortedError` when the user wants the end. */
export async function drawn(
  experiment: MoonflowerExperiment,
  signal: AbortSignal | undefined,
): Promise<MoonflowerExperiment> {
  await experiment.draw(async () => {
    await breathe();
    if (signal?.aborted === true) throw new AbortedError('stopped while the object was drawn');
  });
  return experiment;
}

/** Scan points without a frame in the file are left out: the rest is numbered anew. */
async function prepared(file: string, log: Log): Promise<LiveSource> {
  const reader = new PtydReader(file, log);
  await reader.refresh();
  const { frameShape, frames, meta } = reader;
  const [energy, distance, psize] = [numberOf(meta.energy), numberOf(meta.distance), pairOf(meta.psize)];
  if (frameShape === undefined || energy === undefined || distance === undefined || psize === undefined) {
    throw new ConfigError([
      { path: '--from', message: `${file} has no frames, or no energy, distance and psize` },
    ]);
  }
  const order = Array.from({ length: frames }, (_, i) => i).sort(
    (a, b) => reader.indexOf(a) - reader.indexOf(b),
  );
  const all: [number, number][] = [];
  for (const ordinal of order) {
    const { positions } = await reader.readFrames([ordinal]);
    all.push([positions.data[0], positions.data[1]]);
  }
  return {
    ...{ positions: all, shape: frameShape, energy, distance, psize },
    async frame(point) {
      const { data } = await reader.readFrames([order[point]]);
      return sliceFirst(data, 0, 1);
    },
  };
}
