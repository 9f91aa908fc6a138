/** Which dataset each group of parameters names. */
import type { ConfigIssue } from '../errors.ts';
import type { Hdf5Parameters } from './hdf5-parameters.ts';

/** A dataset that a parameter names. */
export interface Source {
  /** The parameter of the key, e.g. `mask.key`. */
  readonly name: string;
  readonly file: string;
  readonly key: string;
}

/** `intensities.key "entry/data" in scan.h5`, as messages name a dataset. */
export function describeSource({ name, file, key }: Source): string {
  return `${name} "${key}" in ${file}`;
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
  for (const group of OPTIONAL) {
    const { file, key } = info[group];
    if (file !== null) need(`${group}.key`, key, `what to read from ${file}`);
  }
  return issues;
}
