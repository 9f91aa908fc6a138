/** Energy, distance and pixel size that the source files record. */
import { DataError } from '../errors.ts';
import type { Common } from '../scan/common.ts';
import type { Pair } from '../scan/package.ts';
import type { OpenFiles } from './hdf5-files.ts';
import type { Hdf5Parameters } from './hdf5-parameters.ts';
import { withoutOuter } from './hdf5-positions.ts';
import { describeSource, sourceOf, type Source } from './hdf5-sources.ts';

/** Recorded values of one scan may differ this much (relative) to be taken as one, their mean. */
const TOLERANCE = 1e-3;

/** keV, m, m: those that have a key. */
export async function readRecorded(
  files: OpenFiles,
  info: Hdf5Parameters,
  outer: readonly number[],
): Promise<Pick<Common, 'energy' | 'distance' | 'psize'>> {
  const energy = sourceOf(info, 'recorded_energy');
  const distance = sourceOf(info, 'recorded_distance');
  const psize = sourceOf(info, 'recorded_psize');
  const { multiplier, offset } = info.recorded_energy;
  return {
    energy:
      energy === undefined
        ? undefined
        : positive(energy, (await single(files, energy, outer)) * multiplier + offset, 'keV'),
    distance:
      distance === undefined
        ? undefined
        : positive(distance, (await single(files, distance, outer)) * info.recorded_distance.multiplier, 'm'),
    psize: psize === undefined ? undefined : await pixelSize(files, psize, info.recorded_psize.multiplier),
  };
}

/** One number: a scalar, the item of this scan, or repeated readings of the same. */
async function single(files: OpenFiles, source: Source, outer: readonly number[]): Promise<number> {
  const values = await files.numbers(source);
  for (const { data } of [...withoutOuter(values, outer), values]) {
    const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
    if (data.length > 0 && data.every((x) => Math.abs(x - mean) <= TOLERANCE * Math.abs(mean))) return mean;
  }
  const { data, shape } = values;
  throw new DataError(
    `${describeSource(source)} holds ${data.length} values of shape (${shape.join(', ')}) that do not agree; expected one`,
  );
}

async function pixelSize(files: OpenFiles, source: Source, multiplier: number): Promise<number | Pair> {
  const { data, shape } = await files.numbers(source);
  const sizes = Array.from(data, (x) => positive(source, x * multiplier, 'm'));
  if (sizes.length === 1) return sizes[0];
  if (sizes.length === 2) return [sizes[0], sizes[1]];
  throw new DataError(
    `${describeSource(source)} has the shape (${shape.join(', ')}); expected one pixel size, or (row, col)`,
  );
}

function positive(source: Source, value: number, unit: string): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new DataError(`${describeSource(source)} gives ${value} ${unit}; expected a number above 0`);
}
