/**
 * A generated test object: flowers of all sizes strewn over each other ("dead leaves", whose spectrum falls like that of
 * natural pictures), each with veined petals, rings and a spoked heart, over a faint cloudy film. Amplitude and phase vary
 * independently. Drawn by formula at any size, edges smoothed over a pixel, the same on every machine.
 */
import { ndarray, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import { drawFlower, type Canvas, type Flower } from './flower.ts';
import { finish, type Steps } from './steps.ts';
import { stream, type RandomStream } from './random.ts';

/** Range of the amplitude: transmission never exceeds 1. */
const AMPLITUDE = { low: 0.4, high: 1 } as const;
/** Largest phase, rad, of either sign. */
const PHASE = 1;
/** Smallest flower, pixels. */
const SMALLEST_RADIUS = 4;
/** Part of the middle flower's radius that stays uncovered: heart and collar. */
const HEART_ROOM = 0.45;

/**
 * Complex transmission of `rows`×`cols` pixels: amplitude 0.4 to 1, phase −1 to 1 rad. Another `seed` strews other flowers.
 * Throws `DataError` for sizes that are not whole numbers above 0.
 */
export function createTestObject(rows: number, cols: number, seed = 0): NdArray<'complex128'> {
  return finish(testObjectSteps(rows, cols, seed));
}

/** The same object drawn step by step: each takes a moment only, all of a large one take long. */
export function* testObjectSteps(rows: number, cols: number, seed = 0): Steps<NdArray<'complex128'>> {
  if (!Number.isInteger(rows) || !Number.isInteger(cols) || rows < 1 || cols < 1) {
    throw new DataError(`test object of ${rows}x${cols} pixels: whole numbers above 0 are needed`);
  }
  const canvas: Canvas = {
    rows,
    cols,
    absorption: new Float64Array(rows * cols),
    phase: new Float64Array(rows * cols),
  };
  yield* drawFilm(canvas, seed);
  for (const flower of strewFlowers(rows, cols, seed)) yield* drawFlower(canvas, flower);
  const absorption = yield* smooth(canvas.absorption, rows, cols);
  const phase = yield* smooth(canvas.phase, rows, cols);
  const data = new Float64Array(2 * rows * cols);
  for (let i = 0; i < absorption.length; i++) {
    const amplitude = AMPLITUDE.high - (AMPLITUDE.high - AMPLITUDE.low) * clamp(absorption[i], 0, 1);
    const angle = PHASE * clamp(phase[i], -1, 1);
    data[2 * i] = amplitude * Math.cos(angle);
    data[2 * i + 1] = amplitude * Math.sin(angle);
  }
  return ndarray('complex128', [rows, cols], data);
}

/** From the largest, which lie at the bottom, to the smallest; each finer octave covers a little less of the area. */
function strewFlowers(rows: number, cols: number, seed: number): Flower[] {
  const smaller = Math.min(rows, cols);
  // The flower everyone looks at lies in the middle, above the large ones; the small keep off its heart.
  const main: Flower = {
    ...randomFlower(rows / 2, cols / 2, smaller * 0.3, stream(seed, 1)),
    absorption: 0.5,
    phase: 0.85,
  };
  const flowers: Flower[] = [];
  const places = stream(seed, 0);
  let share = 0.24;
  for (let largest = smaller * 0.26; largest > SMALLEST_RADIUS * 1.5; largest /= 2) {
    const count = Math.ceil((share * rows * cols) / (largest * largest));
    for (let n = 0; n < count; n++) {
      const radius = Math.max(SMALLEST_RADIUS, largest * 2 ** -places.uniform());
      const [row, col] = [places.uniform() * rows, places.uniform() * cols];
      const covers = Math.hypot(row - main.row, col - main.col) < radius + HEART_ROOM * main.radius;
      if (flowers.includes(main) && covers) continue;
      flowers.push(randomFlower(row, col, radius, stream(seed, flowers.length + 2)));
    }
    if (!flowers.includes(main)) flowers.push(main);
    share *= 0.7;
  }
  return flowers;
}

function randomFlower(row: number, col: number, radius: number, random: RandomStream): Flower {
  return {
    row,
    col,
    radius,
    petals: 5 + Math.floor(random.uniform() * 5),
    turn: random.uniform() * 2 * Math.PI,
    notch: 0.25 + 0.3 * random.uniform(),
    absorption: 0.05 + 0.9 * random.uniform(),
    phase: 2 * random.uniform() - 1,
    spokes: 6 * (2 + Math.floor(random.uniform() * 4)),
  };
}

/** Smooth noise of all scales, half as strong at each finer one, down to a period of 8 pixels. */
function* drawFilm(canvas: Canvas, seed: number): Steps {
  const { rows, cols } = canvas;
  let strength = 0.24;
  let octave = 0;
  for (let period = Math.min(rows, cols) / 2; period >= 8; period /= 2) {
    octave++;
    const [height, width] = [Math.ceil(rows / period) + 2, Math.ceil(cols / period) + 2];
    const random = stream(seed, -octave);
    const knots = Float64Array.from({ length: 2 * height * width }, () => 2 * random.uniform() - 1);
    for (let r = 0, i = 0; r < rows; r++) {
      yield;
      for (let c = 0; c < cols; c++, i++) {
        canvas.phase[i] += strength * between(knots, width, r / period, c / period, 0);
        canvas.absorption[i] +=
          0.45 * strength * (1 + between(knots, width, r / period, c / period, height * width));
      }
    }
    strength *= 0.6;
  }
}

/** Value between four knots, without kinks at the knots. */
function between(knots: Float64Array, width: number, row: number, col: number, start: number): number {
  const [r, c] = [Math.floor(row), Math.floor(col)];
  const [y, x] = [ease(row - r), ease(col - c)];
  const i = start + r * width + c;
  const above = knots[i] + x * (knots[i + 1] - knots[i]);
  const below = knots[i + width] + x * (knots[i + width + 1] - knots[i + width]);
  return above + y * (below - above);
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

/** Row 8 of Pascal's triangle, normalised. */
const BINOMIAL = [1, 8, 28, 56, 70, 56, 28, 8, 1].map((n) => n / 256);

/** Binomial blur, σ = √2 pixels: takes away what pixels cannot resolve, so that frames fade before the detector's edge. */
function* smooth(image: Float64Array, rows: number, cols: number): Steps<Float64Array<ArrayBuffer>> {
  const out = new Float64Array(image);
  for (let r = 0; r < rows; r++) {
    smoothLine(out, r * cols, 1, cols);
    yield;
  }
  for (let c = 0; c < cols; c++) {
    smoothLine(out, c, cols, rows);
    yield;
  }
  return out;
}

/** Blurs `n` elements, `stride` apart, in place; the ends are continued. */
function smoothLine(image: Float64Array, start: number, stride: number, n: number): void {
  const reach = (BINOMIAL.length - 1) / 2;
  const line = Float64Array.from(
    { length: n + 2 * reach },
    (_, k) => image[start + clamp(k - reach, 0, n - 1) * stride],
  );
  for (let k = 0; k < n; k++) {
    let sum = 0;
    for (let d = 0; d < BINOMIAL.length; d++) sum += BINOMIAL[d] * line[k + d];
    image[start + k * stride] = sum;
  }
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, x));
}
