/** Energy, distance and pixel size: known, unknown, or unlikely to be what was meant. */
import type { NdArray } from '../array/ndarray.ts';
import { ConfigError } from '../errors.ts';
import type { Meta } from '../frames/chunk.ts';
import type { Pair } from '../frames/pair.ts';
import { geometryDoubts, positionsDoubt } from '../geometry/plausible.ts';
import { createGeometry, unknownOf } from '../geometry/propagation.ts';
import type { ScanData } from '../params/scan-data.ts';
import type { StoredGeometry } from '../ptyd/reading/meta-geometry.ts';

const UNITS = { energy: 'keV', distance: 'm', psize: 'm' } as const;

/**
 * Throws a ConfigError for what nobody gave: nothing is assumed in its place. `howFileGives` says for a name how the data of
 * this class could.
 */
export function requireGeometry(
  info: ScanData,
  className: string,
  howFileGives: (name: 'energy' | 'distance' | 'psize') => string | undefined,
): void {
  const issues = unknownOf(info).map((name) => {
    const file = howFileGives(name);
    const ways = [`give it in the parameters (${UNITS[name]})`, ...(file === undefined ? [] : [file])];
    return {
      path: name,
      message: `is not known: it was not given, and ${className} did not find it in the data; ${ways.join(', or ')}`,
    };
  });
  if (issues.length > 0) throw new ConfigError(issues);
}

/** What is unlikely, in words; throws a ConfigError for what is impossible. */
export function requirePossible(info: ScanData, frameShape: Pair | undefined): readonly string[] {
  const shape = info.shape ?? frameShape ?? null;
  const { impossible, unlikely } = geometryDoubts({ ...info, shape });
  if (impossible.length > 0) {
    throw new ConfigError(impossible.map(({ name, message }) => ({ path: name, message })));
  }
  return unlikely;
}

/** Says where positions in metres span more than any scan; else undefined. */
export function spanDoubt(positions: NdArray<'float64'>, meta: Meta): string | undefined {
  return meta.positions_unit === 'pixel' ? undefined : positionsDoubt(positions.data);
}

/** What a user should know of a prepared file without its geometry; undefined: all is known. */
export function unknownText(
  geometry: Parameters<typeof unknownOf>[0] & Pick<ScanData, 'positions_unit'>,
): string | undefined {
  const unknown = unknownOf(geometry);
  if (unknown.length === 0) return undefined;
  const start = `${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not known (neither in meta nor given): results are in pixels, not in metres`;
  if (geometry.positions_unit === 'pixel') return start;
  const assumed = unknown.map((name) => `${name} ${String(ASSUMED[name])} ${UNITS[name]}`).join(', ');
  return `${start}, and positions, which are in metres, are placed as ptypy would, by ${assumed}: most likely wrong. Give what is missing, or positions_unit: pixel where positions count pixels of the sample`;
}

/** What ptypy takes where nobody says more. */
const ASSUMED = { energy: 7.2, distance: 7.19, psize: 1.72e-4 } as const;

/**
 * Pixel of the sample, m, by which positions in metres are placed where geometry is not known; undefined: it is known, or positions
 * count pixels, or nothing can be placed (the near field).
 */
export function assumedPixel(meta: Meta): Pair | undefined {
  const { energy, distance, psize, propagation, positions_unit } = meta;
  if (unknownOf(meta).length === 0 || positions_unit === 'pixel' || propagation !== 'farfield')
    return undefined;
  const { resolutionM } = createGeometry({
    ...meta,
    energy: energy ?? ASSUMED.energy,
    distance: distance ?? ASSUMED.distance,
    psize: psize ?? [ASSUMED.psize, ASSUMED.psize],
  });
  return [resolutionM[0], resolutionM[1]];
}

/** What `validate` says of a prepared file by itself: what is unlikely in its `meta`, and what is missing. */
export function storedWarnings(stored: StoredGeometry): string[] {
  const { energy = null, distance = null, psize = null } = stored;
  const propagation = stored.propagation === 'nearfield' ? 'nearfield' : 'farfield';
  const known = {
    energy,
    distance,
    psize,
    propagation,
    electron_data: stored.electron_data === true,
  } as const;
  const { unlikely } = geometryDoubts({ ...known, shape: null });
  const positions_unit = stored.positions_unit === 'pixel' ? 'pixel' : null;
  const missing = unknownText({ ...known, positions_unit });
  return [...unlikely, ...(missing === undefined ? [] : [missing])];
}

/** Positions in metres, where they count pixels and a pixel is known. */
export function positionsInMetres(positions: NdArray<'float64'>, meta: Meta): NdArray<'float64'> {
  if (meta.positions_unit !== 'pixel' || unknownOf(meta).length > 0) return positions;
  const pixel = createGeometry(meta).resolutionM;
  return { ...positions, data: positions.data.map((value, i) => value * pixel[i % 2]) };
}

/** Of positions that were brought to metres. */
export function metaInMetres(meta: Meta): Meta {
  return meta.positions_unit !== 'pixel' || unknownOf(meta).length > 0
    ? meta
    : { ...meta, positions_unit: 'm' };
}
