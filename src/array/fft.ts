/**
 * Two-dimensional discrete Fourier transform of any size, unitary, in place, on interleaved complex doubles.
 *
 * Stockham's autosort algorithm (no bit reversal) with butterflies of 2, 3, 4, 5, 8 and a plain sum for other primes.
 * Rows and columns run the same stages: along rows the elements of a sequence are neighbours (stride 1); along columns
 * the stride is a whole row, so that the inner loop runs over the contiguous columns. The inverse is the forward
 * transform with its result read backwards, X[−k, −l].
 */
import { DataError } from '../errors.ts';
import { radix2, radix3, radix4, radix5, radix8, radixPrime } from './fft-butterflies.ts';

/** Unitary transform of `rows`×`cols` interleaved complex numbers, zero frequency at index 0. */
export interface Fft2 {
  readonly rows: number;
  readonly cols: number;
  /** X[k,l] = Σ x[m,n] exp(−2πi(km/rows + ln/cols)) / √(rows·cols), in place. */
  forward(data: Float64Array): void;
  /** The inverse of `forward`, in place. */
  inverse(data: Float64Array): void;
}

/** One pass of Stockham's algorithm over sequences of `length` elements: `radix` × `count`. */
interface Stage {
  readonly radix: number;
  readonly count: number;
  /** exp(−2πi·jp/length) for p < count and 1 ≤ j < radix. */
  readonly twiddles: Float64Array;
  /** exp(−2πi·j/radix): used by the butterfly of other primes. */
  readonly roots: Float64Array;
}

const plans = new Map<string, Fft2>();

/** A transform of `rows`×`cols`; equal sizes share one plan and its scratch memory. Throws `DataError` for sizes below 1. */
export function planFft2(rows: number, cols: number): Fft2 {
  if (!Number.isInteger(rows) || !Number.isInteger(cols) || rows < 1 || cols < 1) {
    throw new DataError(`Fourier transform of ${rows}x${cols}: both sizes must be whole numbers above 0`);
  }
  const key = `${rows}x${cols}`;
  const known = plans.get(key);
  if (known !== undefined) return known;
  const plan = createPlan(rows, cols);
  plans.set(key, plan);
  return plan;
}

function createPlan(rows: number, cols: number): Fft2 {
  const size = 2 * rows * cols;
  const scratch: Float64Array = new Float64Array(size);
  const alongRows = createStages(cols);
  const alongCols = createStages(rows);
  const scale = 1 / Math.sqrt(rows * cols);

  function transform(data: Float64Array, backward: boolean): void {
    if (data.length !== size) {
      throw new DataError(
        `Fourier transform of ${rows}x${cols} complex numbers needs ${size} doubles, got ${data.length}`,
      );
    }
    let source = data;
    let target = scratch;
    // Row by row, all stages of a row while it is in the cache; then the columns, stage by stage.
    for (let row = 0; row < rows; row++) {
      [source, target] = [data, scratch];
      let stride = 1;
      for (const stage of alongRows) {
        runStage(stage, source, target, stride, 2 * row * cols);
        stride *= stage.radix;
        [source, target] = [target, source];
      }
    }
    let stride = cols;
    for (const stage of alongCols) {
      runStage(stage, source, target, stride, 0);
      stride *= stage.radix;
      [source, target] = [target, source];
    }
    if (backward) reverse(source, data, rows, cols, scale);
    else for (let i = 0; i < size; i++) data[i] = source[i] * scale;
  }

  return {
    rows,
    cols,
    forward: (data) => {
      transform(data, false);
    },
    inverse: (data) => {
      transform(data, true);
    },
  };
}

/** data[k, l] = scale·source[−k, −l], indices modulo the sizes; source and data may be the same. */
function reverse(source: Float64Array, data: Float64Array, rows: number, cols: number, scale: number): void {
  for (let k = 0; 2 * k <= rows; k++) {
    const mirrored = (rows - k) % rows;
    // in the rows that mirror onto themselves only half of the pairs is left to exchange
    const last = mirrored === k ? cols >> 1 : cols - 1;
    for (let l = 0; l <= last; l++) {
      const a = 2 * (k * cols + l);
      const b = 2 * (mirrored * cols + (l === 0 ? 0 : cols - l));
      const re = source[a] * scale;
      const im = source[a + 1] * scale;
      data[a] = source[b] * scale;
      data[a + 1] = source[b + 1] * scale;
      data[b] = re;
      data[b + 1] = im;
    }
  }
}

/** Prime factors, the 2s joined to as few 8s and 4s as possible. */
function factorize(n: number): number[] {
  const factors: number[] = [];
  let rest = n;
  for (; rest % 8 === 0 && rest % 32 !== 16; rest /= 8) factors.push(8);
  for (const radix of [4, 2, 3, 5]) {
    for (; rest % radix === 0; rest /= radix) factors.push(radix);
  }
  for (let radix = 7; rest > 1; radix += 2) {
    if (radix * radix > rest) radix = rest;
    for (; rest % radix === 0; rest /= radix) factors.push(radix);
  }
  return factors;
}

function createStages(n: number): Stage[] {
  let length = n;
  return factorize(n).map((radix) => {
    const count = length / radix;
    const twiddles = new Float64Array(2 * count * (radix - 1));
    for (let p = 0, k = 0; p < count; p++) {
      for (let j = 1; j < radix; j++) {
        const angle = (-2 * Math.PI * j * p) / length;
        twiddles[k++] = Math.cos(angle);
        twiddles[k++] = Math.sin(angle);
      }
    }
    const roots = new Float64Array(2 * radix);
    for (let j = 0; j < radix; j++) {
      roots[2 * j] = Math.cos((2 * Math.PI * j) / radix);
      roots[2 * j + 1] = -Math.sin((2 * Math.PI * j) / radix);
    }
    length = count;
    return { radix, count, twiddles, roots };
  });
}

/** One stage on `stride` interleaved sequences starting at `base`. */
function runStage(
  stage: Stage,
  source: Float64Array,
  target: Float64Array,
  stride: number,
  base: number,
): void {
  const { radix, count, twiddles, roots } = stage;
  if (radix === 8) radix8(count, twiddles, source, target, stride, base);
  else if (radix === 4) radix4(count, twiddles, source, target, stride, base);
  else if (radix === 2) radix2(count, twiddles, source, target, stride, base);
  else if (radix === 3) radix3(count, twiddles, source, target, stride, base);
  else if (radix === 5) radix5(count, twiddles, source, target, stride, base);
  else radixPrime(radix, count, twiddles, roots, source, target, stride, base);
}
