/** Energy, distance and pixel size that the source files record. */
import { DataError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { RawMeta } from '../../frames/raw.ts';
import type { Log } from '../../log.ts';
import type { OpenFiles } from './files.ts';
import type { Hdf5Parameters } from './parameters.ts';
import { withoutOuter } from './positions.ts';
import { describeSource, sourceOf, type Source } from './sources.ts';
import { energyOf, lengthOf, warnOfUnit } from './units.ts';

/** Recorded values of one scan may differ this much (relative) to be taken as one, their mean. */
const TOLERANCE = 1e-3;

const RECORDED = [
  ['energy', 'recorded_energy'],
  ['distance', 'recorded_distance'],
  ['psize', 'recorded_psize'],
] as const;

/** Values of parameters, by name. */
type Geometry = Partial<Record<'energy' | 'distance' | 'psize', number | Pair | null>>;

/** The parameters among `given` that files of this scan record: files rule, as in ptypy. */
export function ruledByFiles(info: Hdf5Parameters, given: ReadonlySet<string>): Geometry {
  const ruled = RECORDED.filter(([name, group]) => given.has(name) && info[group].key !== null);
  return Object.fromEntries(ruled.map(([name]) => [name, info[name]]));
}

/** Warns where parameters were given that the files contradict. */
export function warnOfRuled(info: Hdf5Parameters, ruled: Geometry, rawMeta: RawMeta, log: Log): void {
  for (const [name, group] of RECORDED) {
    const [given, found, source] = [ruled[name], rawMeta[name], sourceOf(info, group)];
    if (given == null || found === undefined || source === undefined) continue;
    const [a, b] = [asPair(given), asPair(found)];
    if (a.every((x, i) => Math.abs(x - b[i]) <= ROUNDING * Math.abs(b[i]))) continue;
    log.warn(
      `${name}: ${[given].flat().join(', ')} is ignored: ${describeSource(source)} has ${[found].flat().join(', ')}, which is used`,
    );
  }
}

function asPair(value: number | Pair): Pair {
  return typeof value === 'number' ? [value, value] : value;
}

/** Values that differ less (relative) are the same. */
const ROUNDING = 1e-9;

/** keV, m, m: those that have a key. Units that the datasets name are honoured. */
export async function readRecorded(
  files: OpenFiles,
  info: Hdf5Parameters,
  outer: readonly number[],
  log: Log,
): Promise<Pick<RawMeta, 'energy' | 'distance' | 'psize'>> {
  const { recorded_energy, recorded_distance, recorded_psize } = info;
  const energy = sourceOf(info, 'recorded_energy');
  const distance = sourceOf(info, 'recorded_distance');
  const psize = sourceOf(info, 'recorded_psize');
  const inKeV = energy && (await energyOf(files, energy, recorded_energy.multiplier, info.electron_data));
  const inMetres = distance && (await lengthOf(files, distance, recorded_distance.multiplier));
  const ofPixel = psize && (await lengthOf(files, psize, recorded_psize.multiplier));
  for (const conversion of [inKeV, inMetres, ofPixel]) if (conversion) warnOfUnit(info, conversion, log);
  return {
    energy:
      energy &&
      inKeV &&
      (await single(files, energy, outer, (x) => inKeV.apply(x) + recorded_energy.offset, 'keV', log)),
    distance: distance && inMetres && (await single(files, distance, outer, inMetres.apply, 'm', log)),
    psize: psize && ofPixel && (await pixelSize(files, psize, ofPixel.apply)),
  };
}

/** One number above 0: a scalar, the item of this scan, or repeated readings of the same, whose mean is taken. */
async function single(
  files: OpenFiles,
  source: Source,
  outer: readonly number[],
  convert: (stored: number) => number,
  unit: string,
  log: Log,
): Promise<number> {
  const values = await files.numbers(source);
  for (const item of [...withoutOuter(values, outer), values]) {
    const data = item.data.map(convert);
    const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
    if (data.length === 1) return positive(source, mean, unit);
    const most = data.reduce((largest, x) => Math.max(largest, Math.abs(x - mean)), 0);
    if (data.length === 0 || !(most <= TOLERANCE * Math.abs(mean))) continue;
    if (most > ROUNDING * Math.abs(mean)) {
      const [least, largest] = [Math.min(...data), Math.max(...data)];
      log.warn(
        `${describeSource(source)} holds ${data.length} values from ${least} to ${largest} ${unit}: their mean, ${mean} ${unit}, is used for all frames`,
      );
    }
    return positive(source, mean, unit);
  }
  const { data, shape } = values;
  const bad = data.map(convert).findIndex((x) => !(x > 0 && Number.isFinite(x)));
  const among = bad === -1 ? '' : `, among them ${convert(data[bad])} ${unit}`;
  throw new DataError(
    `${describeSource(source)} holds ${data.length} values of shape (${shape.join(', ')}) that do not agree${among}; expected one above 0`,
  );
}

async function pixelSize(
  files: OpenFiles,
  source: Source,
  convert: (stored: number) => number,
): Promise<number | Pair> {
  const { data, shape } = await files.numbers(source);
  const sizes = Array.from(data, (x) => positive(source, convert(x), 'm'));
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
