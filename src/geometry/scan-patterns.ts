/** Positions of usual scans: rings, a spiral, a raster. (n, 2), metres, (row, col), around zero. */
import { ndarray, type NdArray } from '../array/ndarray.ts';
import { ConfigError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';

export const SCAN_MODELS = ['round', 'spiral', 'raster'] as const;
export type ScanModel = (typeof SCAN_MODELS)[number];

/** Parameters by ptypy's names. Two of `extent`, `steps` and `spacing` are needed: extent = steps · spacing. */
export interface ScanPatternParams {
  readonly model: ScanModel;
  /** Width of the scanned box, m (row, col). */
  readonly extent?: number | Pair | null;
  /** Number of steps in the box (row, col). */
  readonly steps?: number | Pair | null;
  /** Step, m (row, col); round and spiral use the first as distance of neighbouring turns. */
  readonly spacing?: number | Pair | null;
  /** Keep no more than this many positions. */
  readonly count?: number | null;
  /** Added to every position, m (row, col). The box stays around zero and cuts off what leaves it, as in ptypy. */
  readonly offset?: number | Pair | null;
  /** Standard deviation of random displacements, m (row, col). */
  readonly jitter?: number | Pair | null;
}

/** Positions on the edge of the box are inside, whatever rounding says. */
const EDGE = 1 + 1e-9;

/**
 * Positions of the pattern described by `params`. `normal` yields standard normal numbers for `jitter`.
 * Throws `ConfigError` for too few, contradictory or wrong parameters.
 */
export function scanPositions(params: ScanPatternParams, normal?: () => number): NdArray<'float64'> {
  const { extent, steps, spacing } = complete(params);
  const points = pattern(params.model, extent, steps, spacing);
  const offset = pairOf(params.offset) ?? [0, 0];
  const jitter = pairOf(params.jitter) ?? [0, 0];
  const shaken = jitter[0] !== 0 || jitter[1] !== 0;
  if (shaken && normal === undefined) fail('jitter', 'needs a source of random numbers');
  const noise = (axis: 0 | 1): number => (shaken && normal !== undefined ? jitter[axis] * normal() : 0);
  const kept = points
    .map((p): Pair => [p[0] + offset[0] + noise(0), p[1] + offset[1] + noise(1)])
    .filter((p) => Math.abs(p[0]) <= (extent[0] / 2) * EDGE && Math.abs(p[1]) <= (extent[1] / 2) * EDGE)
    .slice(0, params.count ?? undefined);
  return positionArray(kept);
}

function pattern(model: ScanModel, extent: Pair, steps: Pair, spacing: Pair): Pair[] {
  switch (model) {
    case 'round':
      return ringPoints(spacing[0], Math.floor(steps[0] / 2) + 1);
    case 'spiral':
      return spiralPoints(spacing[0], Math.max(...extent) / 2);
    case 'raster':
      return rasterPoints(spacing, steps);
    default:
      return fail('model', `${String(model)} is unknown; accepted are ${SCAN_MODELS.join(', ')}`);
  }
}

/** A point in the middle and `rings` rings, `spacingM` apart, of 5, 10, 15 … points (Huang et al. 2014 call it concentric). */
export function roundScan(spacingM: number, rings: number): NdArray<'float64'> {
  return positionArray(ringPoints(spacingM, rings));
}

/** Fermat spiral: equal area per point, turns `spacingM` apart, within `radiusM`. */
export function spiralScan(spacingM: number, radiusM: number): NdArray<'float64'> {
  return positionArray(spiralPoints(spacingM, radiusM));
}

/** steps[0]×steps[1] points around zero; columns run fast. */
export function rasterScan(spacingM: Pair, steps: Pair): NdArray<'float64'> {
  return positionArray(rasterPoints(spacingM, steps));
}

function ringPoints(spacing: number, rings: number): Pair[] {
  const points: Pair[] = [[0, 0]];
  for (let ring = 1; ring <= rings; ring++) {
    const radius = ring * spacing;
    const count = 5 * ring;
    for (let k = 0; k < count; k++) {
      const angle = (2 * Math.PI * k) / count;
      points.push([radius * Math.sin(angle), radius * Math.cos(angle)]);
    }
  }
  return points;
}

function spiralPoints(spacing: number, radius: number): Pair[] {
  const points: Pair[] = [];
  for (let k = 0; ; k++) {
    const angle = Math.sqrt(4 * Math.PI * k);
    const r = (spacing / (2 * Math.PI)) * angle;
    if (r > radius) return points;
    points.push([r * Math.sin(angle), r * Math.cos(angle)]);
  }
}

function rasterPoints(spacing: Pair, [rows, cols]: Pair): Pair[] {
  const points: Pair[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      points.push([(i - (rows - 1) / 2) * spacing[0], (j - (cols - 1) / 2) * spacing[1]]);
    }
  }
  return points;
}

/** Works out the third of extent, steps and spacing. With all three given, extent and spacing rule. */
function complete(params: ScanPatternParams): { extent: Pair; steps: Pair; spacing: Pair } {
  const extent = positivePair('extent', params.extent, 'm');
  const spacing = positivePair('spacing', params.spacing, 'm');
  const steps = positivePair('steps', params.steps, 'steps');
  if (extent !== undefined && spacing !== undefined) {
    const count = (axis: 0 | 1): number => Math.floor((extent[axis] / spacing[axis]) * EDGE);
    return { extent, spacing, steps: [count(0), count(1)] };
  }
  if (steps === undefined || (extent ?? spacing) === undefined) {
    return fail('scan pattern', 'two of extent, steps and spacing are needed');
  }
  if (steps.some((n) => !Number.isInteger(n))) fail('steps', `${steps.join(', ')}: whole numbers are needed`);
  if (extent !== undefined) return { extent, steps, spacing: [extent[0] / steps[0], extent[1] / steps[1]] };
  const step = spacing ?? [0, 0];
  return { extent: [steps[0] * step[0], steps[1] * step[1]], steps, spacing: step };
}

function pairOf(value: number | Pair | null | undefined): Pair | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'number' ? [value, value] : value;
}

function positivePair(name: string, value: number | Pair | null | undefined, unit: string): Pair | undefined {
  const pair = pairOf(value);
  if (pair?.some((x) => !(x > 0 && Number.isFinite(x))) === true) {
    fail(name, `${pair.join(', ')} ${unit}: finite numbers above 0 are needed`);
  }
  return pair;
}

function positionArray(points: readonly Pair[]): NdArray<'float64'> {
  return ndarray('float64', [points.length, 2], Float64Array.from(points.flat()));
}

function fail(path: string, message: string): never {
  throw new ConfigError([{ path, message }]);
}
