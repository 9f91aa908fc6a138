/**
 * Random numbers from a seed, the same on every machine. A stream per index (frame, flower …) makes results independent
 * of the order, and of the rank, in which indices are computed.
 *
 * Generator: xoshiro128** (Blackman & Vigna, 2018), seeded by SplitMix64 (Steele, Lea & Flood, 2014).
 */
import { DataError } from '../errors.ts';

export interface RandomStream {
  /** Uniform in [0, 1), 53 bits. */
  readonly uniform: () => number;
  /** Standard normal. */
  readonly normal: () => number;
  /** Poisson with this mean ≥ 0. Throws `DataError` for other means. */
  readonly poisson: (mean: number) => number;
}

/** The numbers of `index` under `seed`; both are whole numbers. Throws `DataError` if not. */
export function stream(seed: number, index = 0): RandomStream {
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(index)) {
    throw new DataError(`random stream of seed ${seed}, index ${index}: whole numbers are needed`);
  }
  const next = xoshiro128(seed, index);
  const uniform = (): number => (next() >>> 5) / 2 ** 27 + (next() >>> 6) / 2 ** 53;
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    // Box & Muller, 1958; 1 − u is never 0
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { uniform, normal, poisson: (mean) => poisson(mean, uniform) };
}

/** Unsigned 32-bit numbers. */
function xoshiro128(seed: number, index: number): () => number {
  // Hashing in between keeps neighbouring seeds and indices apart: SplitMix64 alone only counts.
  let counter = splitMix(splitMix(BigInt(seed)) + BigInt(index));
  const words = new Uint32Array(4);
  for (let i = 0; i < 4; i += 2) {
    counter = BigInt.asUintN(64, counter + GOLDEN);
    const mixed = mix(counter);
    words[i] = Number(mixed & 0xffffffffn);
    words[i + 1] = Number(mixed >> 32n);
  }
  let [a, b, c, d] = words;
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  };
}

const GOLDEN = 0x9e3779b97f4a7c15n;

function splitMix(x: bigint): bigint {
  return mix(BigInt.asUintN(64, x + GOLDEN));
}

function mix(x: bigint): bigint {
  let z = x;
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** Above this mean rejection is quicker than summing probabilities. */
const SMALL_MEAN = 10;

function poisson(mean: number, uniform: () => number): number {
  if (!(mean >= 0 && Number.isFinite(mean))) {
    throw new DataError(`Poisson number of mean ${mean}: a finite mean of at least 0 is needed`);
  }
  return mean < SMALL_MEAN ? poissonBySum(mean, uniform) : poissonByRejection(mean, uniform);
}

/** Inverts the cumulative distribution: exact, about `mean` steps. */
function poissonBySum(mean: number, uniform: () => number): number {
  let rest = uniform();
  let probability = Math.exp(-mean);
  let k = 0;
  while (rest >= probability) {
    rest -= probability;
    k++;
    probability *= mean / k;
    // Rounding may leave a rest that no probability covers.
    if (probability < Number.EPSILON / 8 && k > mean) break;
  }
  return k;
}

/** PTRS: transformed rejection with squeeze (Hörmann, Insurance: Mathematics and Economics 12, 1993), exact. */
function poissonByRejection(mean: number, uniform: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  const logMean = Math.log(mean);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const edge = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / edge + b) * u + mean + 0.43);
    if (edge >= 0.07 && v <= squeeze) return k;
    // edge = 0 gives k = −∞, refused here
    if (k < 0 || (edge < 0.013 && v > edge)) continue;
    const density = k * logMean - mean - logFactorial(k);
    if (Math.log((v * inverseAlpha) / (a / (edge * edge) + b)) <= density) return k;
  }
}

const LOG_FACTORIALS = Float64Array.from({ length: 16 }, (_, k) => {
  let sum = 0;
  for (let i = 2; i <= k; i++) sum += Math.log(i);
  return sum;
});

/** log k!, by Stirling's series above 15. */
function logFactorial(k: number): number {
  if (k < LOG_FACTORIALS.length) return LOG_FACTORIALS[k];
  const inverse = 1 / k;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (k + 0.5) * Math.log(k) - k + 0.5 * Math.log(2 * Math.PI) + series;
}
