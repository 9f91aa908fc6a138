/** Which dataset each group of parameters names. */
import type { ConfigIssue } from '../../errors.ts';
import type { Hdf5Parameters } from './parameters.ts';

/** The names of the loader; by the second one, ptypy's for a scan that is being measured, a live key is needed. */
export const HDF5_LOADER = 'Hdf5Loader';
export const SWMR_LOADER = 'SwmrLoader';

/** A dataset that a parameter names. */
export interface Source {
  /** The parameter of the key, e.g. `mask.key`. */
  readonly name: string;
  readonly file: string;
  readonly key: string;
}

export interface PositionSource extends Source {
  /** Which column or row, when the dataset has an axis more than the scan. */
  readonly index: number | null;
  /** The parameter of `index`. */
  readonly indexName: string;
  readonly multiplier: number;
}

/** `intensities.key "entry/data" in scan.h5`, as messages name a dataset. */
export function describeSource({ name, file, key }: Source): string {
  return `${name} "${key}" in ${file}`;
}

/** What tells how far frames and positions have come. */
export interface LiveSources {
  readonly frames: Source | undefined;
  readonly slow: Source | undefined;
  readonly fast: Source | undefined;
}

export function liveSources({ intensities, positions }: Hdf5Parameters): LiveSources {
  const own = intensities.file ?? '';
  const source = (name: string, file: string, key: string | null): Source | undefined =>
    key === null ? undefined : { name, file, key };
  return {
    frames: source('intensities.live_key', own, intensities.live_key),
    slow: source('positions.live_slow_key', positions.file ?? own, positions.live_slow_key),
    fast: source('positions.live_fast_key', positions.file ?? own, positions.live_fast_key),
  };
}

/** The slow and the fast positions; undefined where `positions_theory` rules. */
export function positionSources(
  info: Hdf5Parameters,
): [slow: PositionSource, fast: PositionSource] | undefined {
  const { positions, intensities, positions_theory } = info;
  const { slow_key, fast_key } = positions;
  if (positions_theory !== null || slow_key === null || fast_key === null) return undefined;
  const file = positions.file ?? intensities.file ?? '';
  return [
    {
      name: 'positions.slow_key',
      file,
      key: slow_key,
      index: positions.slow_index,
      indexName: 'positions.slow_index',
      multiplier: positions.slow_multiplier,
    },
    {
      name: 'positions.fast_key',
      file,
      key: fast_key,
      index: positions.fast_index,
      indexName: 'positions.fast_index',
      multiplier: positions.fast_multiplier,
    },
  ];
}

/** Everything that is read before the first frame. */
export function allSources(info: Hdf5Parameters): Source[] {
  const { frames, slow, fast } = liveSources(info);
  const optional = OPTIONAL.map((group) => sourceOf(info, group));
  const all = [framesSource(info), ...(positionSources(info) ?? []), frames, slow, fast, ...optional];
  return all.filter((source) => source !== undefined);
}

const OPTIONAL = [
  'mask',
  'darkfield',
  'flatfield',
  'normalisation',
  'framefilter',
  'recorded_energy',
  'recorded_distance',
  'recorded_psize',
] as const;

type SourceGroup = (typeof OPTIONAL)[number];

/** The dataset of a group that has a key; its file is that of the intensities unless it has one. */
export function sourceOf(info: Hdf5Parameters, group: SourceGroup): Source | undefined {
  const { file, key } = info[group];
  if (key === null) return undefined;
  return { name: `${group}.key`, file: file ?? info.intensities.file ?? '', key };
}

/** The frames. */
export function framesSource({ intensities }: Hdf5Parameters): Source {
  return { name: 'intensities.key', file: intensities.file ?? '', key: intensities.key ?? '' };
}

/** Names that the scan cannot do without, or a file without the key that would say what to read from it. */
export function missingSources(info: Hdf5Parameters): ConfigIssue[] {
  const { intensities, positions } = info;
  const issues: ConfigIssue[] = [];
  const need = (path: string, value: string | null, what: string): void => {
    if (value === null) issues.push({ path, message: `is needed: ${what}` });
  };
  need('intensities.file', intensities.file, 'the HDF5 file of the frames');
  need('intensities.key', intensities.key, 'the path of the frames in their file');
  if (info.positions_theory === null) {
    need('positions.slow_key', positions.slow_key, 'the path of the slow (y) positions in their file');
    need('positions.fast_key', positions.fast_key, 'the path of the fast (x) positions in their file');
  }
  if (info.name === SWMR_LOADER) {
    need(
      'intensities.live_key',
      intensities.live_key,
      `the dataset that marks complete frames; ${HDF5_LOADER} takes a growing file without it`,
    );
  }
  for (const group of OPTIONAL) {
    const { file, key } = info[group];
    if (file !== null) need(`${group}.key`, key, `what to read from ${file}`);
  }
  return issues;
}

/** What cannot be used while the scan is measured, because it needs the values of all frames at once. */
export function notLive({ normalisation, framefilter, frameorder }: Hdf5Parameters): ConfigIssue[] {
  const used = [
    ['normalisation.key', normalisation.key],
    ['framefilter.key', framefilter.key],
    ['frameorder.indices', frameorder.indices],
  ] as const;
  return used
    .filter(([, value]) => value !== null)
    .map(([path]) => ({
      path,
      message:
        'needs all frames of the scan at once: prepare the finished scan, without --follow and live keys',
    }));
}
