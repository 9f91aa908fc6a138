/**
 * Fourier ring correlation of two reconstructed objects: the part that both scans light well, brought to lie on each other.
 */
import { astype, ndarray, zeros, type NdArray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Region } from '../../frames/region.ts';
import type { StoredField } from '../../ptyr/result.ts';
import { addRamp, alignObjects } from '../align.ts';
import { ringCorrelation, type RingCorrelation } from './frc.ts';
import { largestRectangle, quickRectangle } from './lit-rectangle.ts';

/** An object, and where it can be trusted. */
export interface LitObject {
  /** What messages call it, e.g. its file. */
  readonly name: string;
  /** Its first layer is compared. */
  readonly field: StoredField;
  /** (rows, cols), 1 where it is lit well. */
  readonly lit: NdArray<'uint8'>;
  /** Diameter of the probe that lit it, m. */
  readonly probeM?: number;
}

/** How far two objects agree, and on which part of them. */
export interface ObjectComparison extends RingCorrelation {
  /** Size of what was compared, pixels (rows, cols). */
  readonly shape: Pair;
  /** Its first pixel in the first object, m (row, col). */
  readonly originM: Pair;
  /** (rows, cols) m */
  readonly psizeM: Pair;
  /** Pixels (row, col) the second object was moved by, from where its coordinates put it. */
  readonly shift: Pair;
}

/** Pixels of two objects are the same size to this part: over a thousand of them they stay within a tenth of one. */
const SAME_PIXEL = 1e-4;
const FEWEST = 16;
/** Rounds in which whole pixels of shift are taken off before it counts as found. */
const ROUNDS = 5;
/** What the best of many places of whole pixels has more in common by chance, nats. */
const CHANCE = 10;
/** Part of each side that is left out at either end where objects are brought to lie on each other: shifts wrap around. */
const WRAPPED = 1 / 16;
/** Pixels of shift up to which content is brought to lie on each other before the rings themselves say how much is left. */
const ESTIMATE = 0.01;

/**
 * Grids are brought together by their coordinates, to the nearest pixel; then by their content (`alignObjects`): shift, phase ramp
 * and global phase, which no diffraction frame determines. Of both places the better one stays: the second, where
 * more is in common there than chance gives. Compared is the largest rectangle that is lit well in both.
 *
 * No frame holds a whole period that is longer than the probe is wide: such rings may disagree where shorter periods agree.
 *
 * Throws `DataError` for pixels of different sizes, grids that do not overlap, and less than 16 pixels lit in common.
 */
export function compareObjects(first: LitObject, second: LitObject): ObjectComparison {
  const { psizeM, originM } = first.field;
  requireSamePixels(first, second);
  const apart: Pair = [
    (second.field.originM[0] - originM[0]) / psizeM[0],
    (second.field.originM[1] - originM[1]) / psizeM[1],
  ];
  const given: Pair = [Math.round(apart[0]), Math.round(apart[1])];
  const byCoordinates = compareAt(first, second, given, [apart[0] - given[0], apart[1] - given[1]]);
  const byContent = compareByContent(first, second, given);
  const gain = byContent[1].rings.information - byCoordinates.rings.information;
  const isMoved = String(byContent[0]) !== String(given);
  const [start, { region, rings }] = gain > (isMoved ? CHANCE : 0) ? byContent : [given, byCoordinates];
  return {
    ...rings,
    shape: [region.rows, region.cols],
    originM: [originM[0] + region.row * psizeM[0], originM[1] + region.col * psizeM[1]],
    psizeM,
    shift: [start[0] + rings.shift[0] - apart[0], start[1] + rings.shift[1] - apart[1]],
  };
}

interface Compared {
  readonly region: Region;
  readonly rings: RingCorrelation;
  /** Whole pixels that content is still away by. */
  readonly left: Pair;
}

/** Whole pixels by which content lies apart are taken off the place of the second grid, until none are left. */
function compareByContent(first: LitObject, second: LitObject, given: Pair): [Pair, Compared] {
  let start = given;
  let compared = compareAt(first, second, start);
  for (let round = 0; round < ROUNDS && (compared.left[0] !== 0 || compared.left[1] !== 0); round++) {
    const next: Pair = [start[0] + compared.left[0], start[1] + compared.left[1]];
    // Where nothing is in common, chance may move one object off the other.
    if (!isEnough(commonRegion(first, second, next))) break;
    start = next;
    compared = compareAt(first, second, start);
  }
  return [start, compared];
}

/** The second grid begins at `start` in the first one's pixels; without a `shift` what remains is found from the content. */
function compareAt(first: LitObject, second: LitObject, start: Pair, shift?: Pair): Compared {
  const { psizeM } = first.field;
  const region = quickRegion(first, second, start);
  const one = crop(first.field, region);
  const two = crop(second.field, { ...region, row: region.row - start[0], col: region.col - start[1] });
  // The ramp of the first object moves its transform out of the rings' middle.
  const options = { region: inner(one), precision: ESTIMATE };
  const flat = withRamp(one, alignObjects(one, ones(one), { ...options, shift: false }).ramp);
  const alignment = alignObjects(two, flat, { ...options, shift: shift === undefined });
  const left: Pair = [Math.round(alignment.shift[0]), Math.round(alignment.shift[1])];
  const turned = withRamp(two, alignment.ramp, alignment.phase);
  const probeM = Math.max(first.probeM ?? 0, second.probeM ?? 0);
  const rings = ringCorrelation(flat, turned, psizeM, {
    shift: shift ?? alignment.shift,
    refine: true,
    open: probeM > 0 ? 1 / probeM : 0,
  });
  return { region, rings, left };
}

function requireSamePixels(first: LitObject, second: LitObject): void {
  const [one, two] = [first.field.psizeM, second.field.psizeM];
  const same = ([0, 1] as const).every((axis) => Math.abs(two[axis] / one[axis] - 1) < SAME_PIXEL);
  if (same) return;
  throw new DataError(
    `the objects have pixels of ${lengths(one)} (${first.name}) and ${lengths(two)} (${second.name}): only objects of equal ` +
      'pixels can be compared, so crop or rebin both scans alike',
  );
}

function lengths(pair: Pair): string {
  return `${pair.map((metres) => Number((metres * 1e9).toPrecision(6))).join(' x ')} nm`;
}

/** The largest rectangle, in pixels of the first object, that is lit in both; the second grid begins at `start`. */
function commonRegion(first: LitObject, second: LitObject, start: Pair): Region {
  const [rows, cols] = first.lit.shape;
  const [height, width] = second.lit.shape;
  const top = Math.max(0, start[0]);
  const left = Math.max(0, start[1]);
  const shape: Pair = [
    Math.max(0, Math.min(rows, start[0] + height) - top),
    Math.max(0, Math.min(cols, start[1] + width) - left),
  ];
  const lit = new Uint8Array(shape[0] * shape[1]);
  for (let r = 0; r < shape[0]; r++) {
    for (let c = 0; c < shape[1]; c++) {
      const one = first.lit.data[(top + r) * cols + left + c];
      const two = second.lit.data[(top + r - start[0]) * width + left + c - start[1]];
      lit[r * shape[1] + c] = one > 0 && two > 0 ? 1 : 0;
    }
  }
  const found = largestRectangle(lit, shape);
  return { ...found, row: top + found.row, col: left + found.col };
}

function isEnough({ rows, cols }: Region): boolean {
  return Math.min(rows, cols) >= FEWEST;
}

/** The common region, somewhat less for quick transforms. Throws `DataError` for less than 16 pixels. */
function quickRegion(first: LitObject, second: LitObject, start: Pair): Region {
  const found = commonRegion(first, second, start);
  if (isEnough(found)) return quickRectangle(found);
  const overlap = [0, 1].every(
    (axis) => start[axis] < first.lit.shape[axis] && start[axis] + second.lit.shape[axis] > 0,
  );
  if (!overlap) {
    throw new DataError(
      `the objects do not overlap: ${extent(first)} (${first.name}), ${extent(second)} (${second.name})`,
    );
  }
  throw new DataError(
    `the largest rectangle that both scans light well has ${found.rows}x${found.cols} pixels: at least ${FEWEST} along each ` +
      `side are needed (${first.name}, ${second.name})`,
  );
}

/** `y −1.2 to 3.4 µm, x …` */
function extent({ field, lit }: LitObject): string {
  const along = (axis: 0 | 1): string => {
    const ends = [0, lit.shape[axis]].map((n) => (field.originM[axis] + n * field.psizeM[axis]) * 1e6);
    return ends.map((micrometres) => Number(micrometres.toPrecision(4))).join(' to ');
  };
  return `y ${along(0)} µm, x ${along(1)} µm`;
}

/** The first layer within a rectangle. */
function crop({ data }: StoredField, { row, col, rows, cols }: Region): NdArray<'complex128'> {
  const values = astype(data, 'complex128').data;
  const width = data.shape[2];
  const out = new Float64Array(2 * rows * cols);
  for (let r = 0; r < rows; r++) {
    const from = 2 * ((row + r) * width + col);
    out.set(values.subarray(from, from + 2 * cols), 2 * r * cols);
  }
  return ndarray('complex128', [rows, cols], out);
}

function withRamp(wave: NdArray<'complex128'>, ramp: Pair, phase = 0): NdArray<'complex128'> {
  const [rows, cols] = wave.shape;
  const data = wave.data.slice();
  addRamp(data, [rows, cols], ramp);
  const [a, b] = [Math.cos(phase), Math.sin(phase)];
  for (let i = 0; i < data.length; i += 2) {
    const re = data[i];
    data[i] = re * a - data[i + 1] * b;
    data[i + 1] = re * b + data[i + 1] * a;
  }
  return ndarray('complex128', wave.shape, data);
}

function ones({ shape }: NdArray): NdArray<'complex128'> {
  const flat = zeros('complex128', shape);
  for (let i = 0; i < flat.data.length; i += 2) flat.data[i] = 1;
  return flat;
}

/** 1 but near the edges. */
function inner({ shape: [rows, cols] }: NdArray): NdArray<'uint8'> {
  const [above, beside] = [Math.ceil(rows * WRAPPED), Math.ceil(cols * WRAPPED)];
  const inside = zeros('uint8', [rows, cols]);
  for (let r = above; r < rows - above; r++) {
    inside.data.fill(1, r * cols + beside, (r + 1) * cols - beside);
  }
  return inside;
}
