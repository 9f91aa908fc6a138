/**
 * Whether numbers can be what their unit says: energies in keV, lengths in m. Limits are wide: lasers (0.0003 keV) to hard
 * X-rays, electrons, effective distances of the near field. Only slips of unit fall outside of them.
 */
import type { Pair } from '../frames/pair.ts';
import { electronWavelengthM, wavelengthM } from './units.ts';

export interface StatedGeometry {
  /** keV */
  readonly energy: number | null;
  /** m */
  readonly distance: number | null;
  /** m (row, col) */
  readonly psize: Pair | null;
  readonly propagation: 'farfield' | 'nearfield';
  readonly electron_data: boolean;
  /** (rows, cols) of a frame; null: unknown. */
  readonly shape: Pair | null;
}

export interface Doubts {
  /** What no instrument can be, by the name of the parameter. */
  readonly impossible: readonly { readonly name: string; readonly message: string }[];
  /** What hardly any instrument is, as lines. */
  readonly unlikely: readonly string[];
}

type Range = readonly [number, number];

/** What a number may have been meant in: its name, and the factor to the unit that is asked for. */
type Unit = readonly [name: string, factor: number];

/** Photons: lasers and VUV, then X-rays. */
const PHOTONS_KEV: Range = [2e-4, 150];
const ELECTRONS_KEV: Range = [0.3, 5000];
const ENERGY_UNITS: readonly Unit[] = [
  ['eV', 1e-3],
  ['J', 1 / 1.602176634e-16],
  ['MeV', 1e3],
];
const LENGTH_UNITS: readonly Unit[] = [
  ['mm', 1e-3],
  ['µm', 1e-6],
  ['nm', 1e-9],
];
const FAR_DISTANCE_M: Range = [2e-3, 100];
const NEAR_DISTANCE_M: Range = [1e-9, 100];
const FAR_PSIZE_M: Range = [3e-7, 4e-3];
const NEAR_PSIZE_M: Range = [1e-12, 4e-3];
/** What positions of a scan span at most, m. */
const LARGEST_SCAN_M = 0.3;

/** No detector has pixels as large, m. */
const LARGEST_PIXEL_M = 0.5;
/** A detector so wide, seen from the sample, that the sample pixel is below this fraction of the wavelength is none. */
const SHORTEST_PIXEL = 0.1;

export function geometryDoubts(stated: StatedGeometry): Doubts {
  const { energy, distance, psize, propagation, electron_data: isElectron } = stated;
  const isNear = propagation === 'nearfield';
  const unlikely: string[] = [];
  if (energy !== null) {
    const range = isElectron ? ELECTRONS_KEV : PHOTONS_KEV;
    const doubt = outside('energy', energy, 'keV', range, ENERGY_UNITS);
    const isForElectrons = !isElectron && inside(energy, [PHOTONS_KEV[1], 1500]);
    const electrons = isForElectrons ? '; electrons need electron_data: true' : '';
    if (doubt !== undefined) unlikely.push(`${doubt}${electrons}`);
  }
  if (distance !== null) {
    const range = isNear ? NEAR_DISTANCE_M : FAR_DISTANCE_M;
    unlikely.push(...some(outside('distance', distance, 'm', range, LENGTH_UNITS)));
  }
  for (const size of new Set(psize ?? [])) {
    const range = isNear ? NEAR_PSIZE_M : FAR_PSIZE_M;
    unlikely.push(...some(outside('psize', size, 'm', range, LENGTH_UNITS)));
  }
  return { impossible: impossible(stated, unlikely), unlikely };
}

/** A line on positions (n, 2) that span more than any scan, in m; undefined: nothing to say. */
export function positionsDoubt(positions: ArrayLike<number>): string | undefined {
  const span = spanOf(positions);
  if (span <= LARGEST_SCAN_M) return undefined;
  const meant = LENGTH_UNITS.filter(([, factor]) => span * factor <= LARGEST_SCAN_M / 3);
  const hint = meant.map(([unit, factor]) => `, ${show(span * factor)} m if they are in ${unit}`).join('');
  return `positions span ${show(span)} m, wider than any scan${hint}: positions are in metres, or positions_unit: pixel`;
}

function impossible(
  { energy, distance, psize, shape, propagation, electron_data: isElectron }: StatedGeometry,
  unlikely: readonly string[],
): Doubts['impossible'] {
  if (psize !== null && Math.max(...psize) > LARGEST_PIXEL_M) {
    return [{ name: 'psize', message: unlikely.filter((text) => text.startsWith('psize')).join('; ') }];
  }
  if (energy === null || distance === null || psize === null || shape === null) return [];
  if (propagation === 'nearfield' || unlikely.length === 0) return [];
  const wavelength = isElectron ? electronWavelengthM(energy) : wavelengthM(energy);
  const pixel = Math.min(...psize.map((size, axis) => (wavelength * distance) / (size * shape[axis])));
  if (pixel >= SHORTEST_PIXEL * wavelength) return [];
  const name = Math.max(...psize) > FAR_PSIZE_M[1] ? 'psize' : 'distance';
  const geometry = `frames of ${shape.join('x')} pixels of ${psize.map(show).join(', ')} m at ${show(distance)} m`;
  const message = `${geometry} would show the sample in pixels of ${show(pixel)} m, far below the wavelength of ${show(wavelength)} m; ${unlikely.join('; ')}`;
  return [{ name, message }];
}

function outside(
  name: string,
  value: number,
  unit: string,
  range: Range,
  units: readonly Unit[],
): string | undefined {
  if (inside(value, range)) return undefined;
  const likely = units.filter(([, factor]) => inside(value * factor, narrow(range)));
  const meant = likely.map(
    ([other, factor]) => `${show(value * factor)} ${unit} if ${show(value)} is in ${other}`,
  );
  const hint = meant.length === 0 ? '' : `: ${meant.slice(0, 2).join(', ')}?`;
  return `${name} ${show(value)} ${unit} is unlikely (${show(range[0])} to ${show(range[1])} ${unit} are usual)${hint}`;
}

/** A guess at the unit is to hit what is common. */
function narrow([low, high]: Range): Range {
  return [2 * low, high / 2];
}

function inside(value: number, [low, high]: Range): boolean {
  return value >= low && value <= high;
}

function some(text: string | undefined): string[] {
  return text === undefined ? [] : [text];
}

function spanOf(positions: ArrayLike<number>): number {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    low[i % 2] = Math.min(low[i % 2], positions[i]);
    high[i % 2] = Math.max(high[i % 2], positions[i]);
  }
  return Math.max(0, high[0] - low[0], high[1] - low[1]);
}

/** Four digits at most. */
function show(value: number): string {
  return String(Number(value.toPrecision(4)));
}
