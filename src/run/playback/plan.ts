/** When and in which order the frames of a played scan come. */
import { ConfigError } from '../../errors.ts';
import { stream } from '../../simulation/random.ts';

export const LIVE_KINDS = ['folder', 'swmr', 'ptyd'] as const;

export type LiveKind = (typeof LIVE_KINDS)[number];

export interface LiveOptions {
  readonly live?: boolean;
  readonly as?: LiveKind;
  /** `.ptyd` to play. */
  readonly from?: string;
  /** Frames a second. */
  readonly rate?: number;
  /** Seconds that a frame may be late. */
  readonly jitter?: number;
  /** Frames that a frame may be out of order. */
  readonly shuffle?: number;
  /** Fraction of frames that never come. */
  readonly drop?: number;
}

/** What a simulated scan is like, and how it is played. */
export interface SimulationOptions extends LiveOptions {
  readonly frames: number;
  /** Pixels along a side of a frame. */
  readonly shape: number;
  /** In the brightest frame. */
  readonly photons: number;
  /** Step between positions as a fraction of the probe. */
  readonly density: number;
  readonly pattern: 'round' | 'raster';
  readonly noise: boolean;
  readonly seed: number;
}

const ONLY_LIVE = ['as', 'from', 'rate', 'jitter', 'shuffle', 'drop'] as const;

/** Throws a ConfigError for options that mean something with `--live` only. */
export function refuseLiveOptions(options: LiveOptions): void {
  const given = ONLY_LIVE.filter((name) => options[name] !== undefined);
  if (given.length > 0) {
    throw new ConfigError(given.map((name) => ({ path: `--${name}`, message: 'is for --live only' })));
  }
}

/** One frame and when it comes, s from the start. */
export interface Due {
  readonly point: number;
  readonly atS: number;
}

/** The same for the same seed. Times never go back. */
export function livePlan(frames: number, options: LiveOptions & { readonly seed: number }): Due[] {
  const { rate = 10, jitter = 0, shuffle = 0, drop = 0, seed } = options;
  const { uniform } = stream(seed);
  const points = Array.from({ length: frames }, (_, point) => ({
    point,
    isLost: uniform() < drop,
    place: point + uniform() * shuffle,
  }));
  let last = 0;
  return points
    .filter(({ isLost }) => !isLost)
    .sort((a, b) => a.place - b.place)
    .map(({ point }, i) => {
      last = Math.max(last, i / rate + uniform() * jitter);
      return { point, atS: last };
    });
}

/** By the name of the output: `.ptyd`, other names of HDF5 files, or a folder. */
export function kindOf(output: string): LiveKind {
  if (output.endsWith('.ptyd')) return 'ptyd';
  return /\.(h5|hdf5|hdf|nxs)$/.test(output) ? 'swmr' : 'folder';
}
