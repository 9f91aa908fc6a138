/** How waves of a geometry are transformed: radices, twiddle factors, phases. */
import { DataError } from '../../errors.ts';
import { nearfieldKernel, samplePhase, type PropagatorGeometry } from '../../geometry/propagation.ts';
import { STAGE, TRANSFORM } from './generated/records.ts';
import type { Kernels } from './kernels.ts';

/** Blocks of 4 columns in a panel, as in `kernels/assembly/fft.ts`. */
export const PANEL = 2;

export interface WaveTransform {
  /** The kernels' record. */
  readonly pointer: number;
  readonly rows: number;
  readonly columns: number;
  /** Blocks of a row. */
  readonly blocks: number;
  /** Bytes of a wave in blocks, without padding. */
  readonly waveBytes: number;
  /** Bytes of a wave being transformed. */
  readonly paddedBytes: number;
  readonly panelBytes: number;
  /** Phase of the sample plane in blocks; 0 in the near field. */
  readonly phase: number;
  readonly near: boolean;
  readonly geometry: PropagatorGeometry;
}

/** Transforms of one set of kernels; equal geometries share one. */
export class WaveTransforms {
  readonly #kernels: Kernels;
  readonly #known = new Map<string, WaveTransform>();

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  /** Throws `DataError` for shapes that have no factor 2, 3 or 5. */
  of(geometry: PropagatorGeometry): WaveTransform {
    const key = JSON.stringify(geometry);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const created = createTransform(this.#kernels, geometry);
    this.#known.set(key, created);
    return created;
  }
}

function createTransform(kernels: Kernels, geometry: PropagatorGeometry): WaveTransform {
  const [rows, columns] = geometry.shape;
  const near = geometry.propagation === 'nearfield';
  const blocks = Math.ceil(columns / 4);
  const lineBytes = 32 * blocks;
  // Rows one cache line longer, so that the rows of a panel do not fall into the same few cache lines.
  const pitch = lineBytes + 64;
  const paddedRows = 4 * Math.ceil(rows / 4);
  const panelBytes = 32 * PANEL * rows;
  const scratchBytes = Math.max(panelBytes, 128 * blocks);
  const group = columns % 16 === 0 ? 1 : 4;
  const [first, ...others] = rowRadices(columns, group);
  const rowFirst = group === 1 ? writeStages(kernels, [first], columns, true) : 0;
  const rowStages = group === 1 ? others : [first, ...others];
  const columnStages = radices(rows);
  const filter = near ? kernels.take(8 * rows * blocks * 4) : 0;
  const phase = near ? 0 : kernels.take(lineBytes * rows);
  const pointer = kernels.take(TRANSFORM.bytes);
  kernels.write(pointer, TRANSFORM, {
    rows,
    columns,
    blocks,
    pitch,
    group,
    rowFirst,
    rowStages: writeStages(kernels, rowStages, group === 1 ? columns / first : columns, false),
    rowStageCount: rowStages.length,
    columnStages: writeStages(kernels, columnStages, rows, false),
    columnStageCount: columnStages.length,
    filter,
    scale: near ? 1 / (rows * columns) : 1 / Math.sqrt(rows * columns),
    first: kernels.takeZeroed(scratchBytes),
    second: kernels.takeZeroed(scratchBytes),
    lines: kernels.takeZeroed(lineBytes * group),
    lineBytes,
  });
  if (near) {
    const values = kernels.floats(filter, 8 * rows * blocks);
    values.set(byPanels(nearfieldKernel(geometry), rows, columns, blocks));
  } else {
    kernels.floats(phase, 8 * rows * blocks).set(inBlocks(samplePhase(geometry), rows, columns, blocks));
  }
  return {
    pointer,
    rows,
    columns,
    blocks,
    waveBytes: lineBytes * rows,
    paddedBytes: pitch * paddedRows,
    panelBytes,
    phase,
    near,
    geometry,
  };
}

/** Radices of a row: the first one turns lanes into neighbours where columns come in sixteens. */
function rowRadices(columns: number, group: number): number[] {
  if (group === 4) return radices(columns);
  return [4, ...radices(columns / 4)];
}

/** Two or more factors whose product is `n`, the last one 2, 3, 4, 5 or 8. Throws `DataError` where there are none such. */
export function radices(n: number): number[] {
  const primes = primeFactors(n);
  const twos = primes.filter((prime) => prime === 2).length;
  const found = [
    ...primes.filter((prime) => prime > 2).reverse(),
    ...powersOfTwo(twos, primes.length > twos),
  ];
  if (found.length < 2 || ![2, 3, 4, 5, 8].includes(found[found.length - 1])) {
    throw new DataError(
      `frames of ${n} pixels along a side: these kernels need a side with a factor of 2, 3 or 5; crop or pad by a pixel, ` +
        'or take the reference backend',
    );
  }
  return found;
}

/** Fours as far as they go; an odd power ends in 8. */
function powersOfTwo(power: number, othersToo: boolean): number[] {
  if (power < 2) return new Array<number>(power).fill(2);
  if (!othersToo && power < 4) return power === 2 ? [2, 2] : [4, 2];
  const odd = power % 2 === 1;
  const fours = new Array<number>(odd ? (power - 3) / 2 : power / 2).fill(4);
  return odd ? [...fours, 8] : fours;
}

/** Ascending. */
function primeFactors(n: number): number[] {
  const found: number[] = [];
  let left = n;
  for (let prime = 2; prime * prime <= left; prime++) {
    while (left % prime === 0) {
      found.push(prime);
      left /= prime;
    }
  }
  return left > 1 ? [...found, left] : found;
}

/** Stage records of a transform of `length`. `lanes`: twiddle factors for four neighbours at once. */
function writeStages(kernels: Kernels, stages: readonly number[], length: number, lanes: boolean): number {
  const pointer = kernels.take(STAGE.bytes * stages.length);
  let left = length;
  stages.forEach((radix, i) => {
    const m = left / radix;
    const factors = lanes ? laneTwiddles(radix, m) : twiddles(radix, m);
    const at = kernels.take(4 * factors.length);
    kernels.floats(at, factors.length).set(factors);
    kernels.write(pointer + i * STAGE.bytes, STAGE, { radix, m, twiddles: at });
    left = m;
  });
  return pointer;
}

/** exp(−2πi·kp/(radix·m)), p < m, 1 ≤ k < radix; then exp(−2πi·j/radix), j < radix. */
function twiddles(radix: number, m: number): Float32Array {
  const out: number[] = [];
  for (let p = 0; p < m; p++) for (let k = 1; k < radix; k++) out.push(...root(k * p, radix * m));
  for (let j = 0; j < radix; j++) out.push(...root(j, radix));
  return Float32Array.from(out);
}

/** The same for p, p + 1, p + 2, p + 3 together: four real parts, four imaginary parts. */
function laneTwiddles(radix: number, m: number): Float32Array {
  const out: number[] = [];
  for (let p = 0; p < m; p += 4) {
    for (let k = 1; k < radix; k++) {
      const four = [0, 1, 2, 3].map((lane) => root(k * (p + lane), radix * m));
      out.push(...four.map(([re]) => re), ...four.map(([, im]) => im));
    }
  }
  return Float32Array.from(out);
}

function root(j: number, n: number): [number, number] {
  const angle = (-2 * Math.PI * (j % n)) / n;
  return [Math.cos(angle), Math.sin(angle)];
}

/** Interleaved complex numbers (rows, columns) in blocks, 0 in lanes left over. */
export function inBlocks(
  data: ArrayLike<number>,
  rows: number,
  columns: number,
  blocks: number,
): Float32Array {
  const out = new Float32Array(8 * rows * blocks);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const to = 8 * (row * blocks + (column >> 2)) + (column & 3);
      const from = 2 * (row * columns + column);
      out[to] = data[from];
      out[to + 4] = data[from + 1];
    }
  }
  return out;
}

/** The same, panel after panel. */
function byPanels(data: ArrayLike<number>, rows: number, columns: number, blocks: number): Float32Array {
  const byRows = inBlocks(data, rows, columns, blocks);
  const out = new Float32Array(byRows.length);
  let to = 0;
  for (let block = 0; block < blocks; block += PANEL) {
    const width = 8 * Math.min(PANEL, blocks - block);
    for (let row = 0; row < rows; row++, to += width) {
      const from = 8 * (row * blocks + block);
      out.set(byRows.subarray(from, from + width), to);
    }
  }
  return out;
}
