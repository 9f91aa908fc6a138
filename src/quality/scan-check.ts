/**
 * Whether positions and geometry can be those of a ptychographic scan: views that overlap and that differ. What cannot be one is
 * an error, what hardly can a warning. Cheap: no frame is needed.
 */
import type { Pair } from '../frames/pair.ts';
import { lengthText } from '../geometry/quantities.ts';
import type { PropagatorGeometry } from '../geometry/propagation.ts';
import { LARGEST_OBJECT } from '../model/views.ts';
import { medianStep } from './scan-step.ts';

export interface Findings {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

export interface ScanToCheck {
  readonly label: string;
  /** y, x, y, x, … m. */
  readonly positions: Float64Array;
  /** Of the waves. */
  readonly geometry: PropagatorGeometry;
  /** Another scan lights the same object: views may overlap with those of that one. */
  readonly sharesObject: boolean;
}

/** So many positions make a scan; fewer may be a trial, or all that has come so far. */
const ENOUGH = 5;
/** Steps of less than this part of a pixel with few pixels in all are no scan; of less than the other they are suspicious. */
const STANDSTILL = 0.1;
const SHORT = 0.25;
/** Share of the positions, or their number, that must lie on pixels of their own. */
const FEW_PIXELS = 0.1;
const LEAST_PIXELS = 4;
/** Share of the object that views must reach at most. */
const SPARSE = 0.02;

/** Slips of units. */
const FACTORS = [1e3, 1e-3, 1e6, 1e-6, 1e9, 1e-9] as const;

const GEOMETRY = 'energy, distance and psize of the data';

export function checkScan(scan: ScanToCheck): Findings {
  const { label, positions, geometry, sharesObject } = scan;
  const frames = positions.length / 2;
  if (frames < 2) return { errors: [], warnings: [] };
  const [rows, cols] = geometry.shape;
  const extents = ([0, 1] as const).map((axis) => extent(positions, axis) / geometry.resolutionM[axis]);
  const step = medianStep(inPixels(positions, geometry));
  const size = (extents[0] + rows) * (extents[1] + cols);
  const said: { readonly text: string; readonly isError: boolean }[] = [];
  const isScan = frames >= ENOUGH && !sharesObject;

  const pixels = distinctPixels(positions, geometry);
  const isStill = pixels <= Math.max(LEAST_PIXELS, FEW_PIXELS * frames);
  if (frames > 1 && (pixels === 1 || (step < STANDSTILL && isStill))) {
    said.push({ isError: isScan, text: `${standstill(extents, pixels, geometry)}: ${hint(step, scan)}` });
  } else if (step < SHORT) {
    said.push({
      isError: false,
      text: `steps of ${show(step)} pixels (median) are short: ${hint(step, scan)}`,
    });
  }
  if (!neighboursOverlap(positions, geometry)) {
    said.push({
      isError: isScan,
      text: `neighbouring views do not overlap: steps of ${show(step)} pixels (median) between views of ${rows}x${cols}: ${hint(step, scan)}`,
    });
  } else if (size > LARGEST_OBJECT) {
    said.push({
      isError: true,
      text: `the positions span an object of ${show(extents[0] + rows)} x ${show(extents[1] + cols)} pixels: some of them lie far off, or ${hint(step, scan)}`,
    });
  } else if ((frames * rows * cols) / size < SPARSE) {
    const share = (100 * frames * rows * cols) / size;
    said.push({
      isError: false,
      text: `views reach at most ${show(share)} % of the object that the positions span: some of them may lie far off`,
    });
  }
  const texts = (isError: boolean): string[] =>
    said.filter((one) => one.isError === isError).map(({ text }) => `scan ${label}: ${text}`);
  return { errors: texts(true), warnings: texts(false) };
}

/**
 * What the probe that a scan starts from says of it, `diameterM` m: that of the disc as large as the part that holds most of its
 * power. In the near field the probe fills the view, and a scan may be small beside it.
 */
export function checkProbe(
  { label, positions, geometry, sharesObject }: ScanToCheck,
  diameterM: number,
): string[] {
  if (geometry.propagation === 'nearfield' || sharesObject || positions.length < 2 * ENOUGH) return [];
  const step = medianStep(positions);
  const scanned = Math.max(extent(positions, 0), extent(positions, 1));
  const [shown, wide] = [diameterM, scanned].map((length) => lengthText(length, geometry.inPixels));
  if (step > diameterM) {
    return [
      `scan ${label}: steps of ${lengthText(step, geometry.inPixels)} (median) are longer than the probe is wide, ${shown}: little light falls on what neighbouring views share`,
    ];
  }
  if (scanned < diameterM / 4) {
    return [
      `scan ${label}: the whole scan, ${wide}, is small beside the probe, ${shown}: check positions, ${GEOMETRY}, and the illumination`,
    ];
  }
  return [];
}

function standstill(extents: readonly number[], pixels: number, geometry: PropagatorGeometry): string {
  const pixel = geometry.resolutionM.map((length) => lengthText(length, geometry.inPixels)).join(' x ');
  const lie = pixels === 1 ? 'on one pixel' : `on ${pixels} pixels`;
  return (
    `the positions span ${extents.map(show).join(' x ')} pixels of ${pixel} and lie ${lie}: ` +
    'all views show the same part of the object'
  );
}

/** What may be wrong. */
function hint(step: number, { geometry: { propagation, shape } }: ScanToCheck): string {
  const factor = FACTORS.find((f) => step * f > 1 && step * f < Math.min(...shape) / 2);
  const unit =
    factor === undefined
      ? 'check that positions are in metres'
      : `check that positions are in metres (${show(factor > 1 ? factor : 1 / factor)} times ${factor > 1 ? 'larger' : 'smaller'} they would fit)`;
  const beam =
    propagation === 'nearfield'
      ? '; in a beam that diverges distance and psize are z1·z2/(z1 + z2) and psize/(1 + z2/z1), z1 from focus to sample, z2 from there to the detector'
      : '';
  return `${unit}, and ${GEOMETRY}${beam}`;
}

function show(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function inPixels(positions: Float64Array, { resolutionM }: PropagatorGeometry): Float64Array {
  return positions.map((x, i) => x / resolutionM[i % 2]);
}

function distinctPixels(positions: Float64Array, geometry: PropagatorGeometry): number {
  const exact = inPixels(positions, geometry);
  const pixels = new Set<string>();
  for (let i = 0; i < exact.length; i += 2) pixels.add(`${Math.round(exact[i])},${Math.round(exact[i + 1])}`);
  return pixels.size;
}

/** Largest minus smallest coordinate along an axis, m; 0 of none. */
function extent(positions: Float64Array, axis: 0 | 1): number {
  let [low, high] = [Infinity, -Infinity];
  for (let i = axis; i < positions.length; i += 2) {
    low = Math.min(low, positions[i]);
    high = Math.max(high, positions[i]);
  }
  return high > low ? high - low : 0;
}

/** Whether at least half of the views have part of the object in common with one at another position. */
function neighboursOverlap(positions: Float64Array, { resolutionM, shape }: PropagatorGeometry): boolean {
  const points = new Map<string, Pair>();
  const cells = new Map<string, Pair[]>();
  for (let i = 0; i < positions.length; i += 2) {
    // In views: two overlap where they are less than 1 apart along both axes.
    const point = [0, 1].map((axis) => positions[i + axis] / (resolutionM[axis] * shape[axis])) as [
      number,
      number,
    ];
    if (points.has(point.join())) continue;
    points.set(point.join(), point);
    const cell = point.map(Math.floor).join();
    const there = cells.get(cell);
    if (there === undefined) cells.set(cell, [point]);
    else there.push(point);
  }
  if (points.size < 2) return true;
  let overlapping = 0;
  for (const point of points.values()) if (hasNeighbour(point, cells)) overlapping++;
  return overlapping >= points.size / 2;
}

function hasNeighbour(point: Pair, cells: ReadonlyMap<string, readonly Pair[]>): boolean {
  const [row, col] = point.map(Math.floor);
  for (let r = row - 1; r <= row + 1; r++) {
    for (let c = col - 1; c <= col + 1; c++) {
      const found = cells
        .get(`${r},${c}`)
        ?.some(
          (other) =>
            other !== point && Math.abs(other[0] - point[0]) < 1 && Math.abs(other[1] - point[1]) < 1,
        );
      if (found === true) return true;
    }
  }
  return false;
}
