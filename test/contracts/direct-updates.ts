/** Updates of the engines that go view by view or batch by batch, term by term from their definitions. */
import type { LeastSquaresOptions, PieStep } from '../../src/compute/backend.ts';
import * as direct from './direct.ts';

type Complex = readonly [number, number];

/** Calls back for every mode and pixel of a view with the places of its probe and object values, counted in doubles. */
function eachPixel(
  problem: direct.Problem,
  view: number,
  visit: (probe: number, object: number, mode: number, pixel: number) => void,
): void {
  problem.modes.forEach(([probeLayer, objectLayer], mode) => {
    for (let i = 0; i < direct.PIXELS; i++) {
      visit(2 * (probeLayer * direct.PIXELS + i), direct.at(problem, view, objectLayer, i), mode, i);
    }
  });
}

function value(data: Float64Array, place: number): Complex {
  return [data[place], data[place + 1]];
}

/** a*·b */
function timesConjugate(a: Complex, b: Complex): Complex {
  return [a[0] * b[0] + a[1] * b[1], a[0] * b[1] - a[1] * b[0]];
}

function times(a: Complex, b: Complex): Complex {
  return [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
}

function square(a: Complex): number {
  return a[0] ** 2 + a[1] ** 2;
}

/** Adds factor·a to the value at a place. */
function add(data: Float64Array, place: number, factor: number, a: Complex): void {
  data[place] += factor * a[0];
  data[place + 1] += factor * a[1];
}

/** Probe and object after one view of `pieSweep`, M before it and its exit error. */
export function pieUpdate(
  problem: direct.Problem,
  view: number,
  P: Float64Array,
  O: Float64Array,
  step: Omit<PieStep, 'order'>,
): { P: Float64Array; O: Float64Array; M: Float64Array; exit: number } {
  const M = direct.model(problem, view, P, O);
  const products = direct.products(problem, view, P, O);
  const constraint = { a: 0, b: 1, c: 1, powerBound: 0 };
  const { waves } = direct.projection(problem, view, products, products, constraint);
  const change = waves.map((wave, k) => wave.map((x, i) => x - products[k][i]));
  const layers = [0, 1];
  const probePower = pixels((i) => sum(layers, (layer) => square(value(P, 2 * (layer * direct.PIXELS + i)))));
  const newObject = O.slice();
  const objectFactor = factors(probePower, step.objectStep, step.objectBlend, Math.max(...probePower));
  eachPixel(problem, view, (p, o, k, i) => {
    add(newObject, o, objectFactor[i], timesConjugate(value(P, p), value(change[k], 2 * i)));
  });
  const newProbe = P.slice();
  if (step.updateProbe) {
    const used = step.probeFollowsObject ? newObject : O;
    const objectPower = pixels((i) =>
      sum(layers, (layer) => square(value(used, direct.at(problem, view, layer, i)))),
    );
    const whole = pixelsOfObject(problem, used);
    const strongest = Math.max(...(step.objectNormIsGlobal ? whole : objectPower));
    const probeFactor = factors(objectPower, step.probeStep, step.probeBlend, strongest);
    eachPixel(problem, view, (p, o, k, i) => {
      add(newProbe, p, probeFactor[i], timesConjugate(value(used, o), value(change[k], 2 * i)));
    });
  }
  return { P: newProbe, O: newObject, M, exit: exitError(change) };
}

function pixels(at: (i: number) => number): Float64Array {
  return numbers(direct.PIXELS, at);
}

function numbers(length: number, at: (i: number) => number): Float64Array {
  return Float64Array.from({ length }, (_, i) => at(i));
}

function sum(layers: readonly number[], term: (layer: number) => number): number {
  return layers.reduce((total, layer) => total + term(layer), 0);
}

/** Σ over layers of |O|² everywhere. */
function pixelsOfObject(problem: direct.Problem, O: Float64Array): Float64Array {
  const plane = O.length / 2 / problem.object.shape[0];
  return Float64Array.from({ length: plane }, (_, i) =>
    sum([0, 1], (layer) => square(value(O, 2 * (layer * plane + i)))),
  );
}

function factors(power: Float64Array, step: number, blend: number, strongest: number): Float64Array {
  return power.map((x) => {
    const whole = (1 - blend) * x + blend * strongest;
    return whole === 0 ? 0 : step / whole;
  });
}

function exitError(change: direct.Waves): number {
  return change.reduce((total, wave) => total + wave.reduce((s, x) => s + x * x, 0), 0) / direct.PIXELS;
}

/** χ of a view. */
export function leastSquaresChange(
  problem: direct.Problem,
  view: number,
  { model }: LeastSquaresOptions,
): { change: direct.Waves; M: Float64Array; exit: number } {
  const products = direct.products(problem, view, problem.probe.data, problem.object.data);
  const f = direct.propagate(problem, products, 'forward');
  const M = direct.intensity(problem, f);
  const N = direct.framePixels(problem);
  const I = problem.intensities.data.subarray(view * N);
  const m = numbers(N, (i) => (problem.weights.data[view * N + i] > 0 ? 1 : 0));
  const xi = numbers(N, (i) => m[i] * (1 - I[i] / (M[i] + 1e-6)));
  const length = model === 'poisson' ? poissonLength(xi, M, I) : 0;
  const g = numbers(N, (i) => {
    if (model === 'poisson') return 1 - length * xi[i];
    return m[i] === 0 ? 1 : Math.sqrt(I[i]) / (Math.sqrt(M[i]) + 1e-10);
  });
  const corrected = f.map((wave) => wave.map((x, i) => (g[direct.placeOf(problem, i >> 1)] - 1) * x));
  const change = direct.propagate(problem, corrected, 'backward');
  return { change, M, exit: exitError(change) };
}

/** Three of Newton's steps to the smallest Σ (q²M − I log q²), q = 1 − αξ, by its derivatives along α. */
function poissonLength(xi: Float64Array, M: Float64Array, I: Float64Array): number {
  let length = 0;
  for (let step = 0; step < 3; step++) {
    const q = xi.map((x) => 1 - length * x);
    const perQ = (i: number): number => (I[i] === 0 ? 0 : I[i] / q[i]);
    const first = numbers(xi.length, (i) => -2 * xi[i] * (q[i] * M[i] - perQ(i)));
    const second = numbers(xi.length, (i) => 2 * xi[i] ** 2 * (M[i] + (I[i] === 0 ? 0 : perQ(i) / q[i])));
    const total = (values: Float64Array): number => values.reduce((s, x) => s + x, 0);
    length = Math.min(Math.max(length - total(first) / total(second), 0), 1);
  }
  return length;
}

/** Numerators and denominators of both directions, from the χ of the listed views. */
export function leastSquaresSums(
  problem: direct.Problem,
  views: readonly number[],
  changes: readonly direct.Waves[],
) {
  const [P, O] = [problem.probe.data, problem.object.data];
  const sums = {
    probe: { numerator: new Float64Array(P.length), denominator: new Float64Array(P.length / 2) },
    object: { numerator: new Float64Array(O.length), denominator: new Float64Array(O.length / 2) },
  };
  views.forEach((view, row) => {
    eachPixel(problem, view, (p, o, k, i) => {
      const change = value(changes[row][k], 2 * i);
      add(sums.probe.numerator, p, 1, timesConjugate(value(O, o), change));
      add(sums.object.numerator, o, 1, timesConjugate(value(P, p), change));
      sums.probe.denominator[p / 2] += square(value(O, o));
      sums.object.denominator[o / 2] += square(value(P, p));
    });
  });
  return sums;
}

/** The row of `leastSquaresSteps` of a view, along the directions of the problem. */
export function leastSquaresRow(problem: direct.Problem, view: number, change: direct.Waves): number[] {
  const row = [0, 0, 0, 0, 0];
  eachPixel(problem, view, (p, o, k, i) => {
    const byProbe = times(value(problem.probeDirection.data, p), value(problem.object.data, o));
    const byObject = times(value(problem.probe.data, p), value(problem.objectDirection.data, o));
    const wanted = value(change[k], 2 * i);
    row[0] += square(byProbe);
    row[1] += square(byObject);
    row[2] += timesConjugate(byProbe, byObject)[0];
    row[3] += timesConjugate(byProbe, wanted)[0];
    row[4] += timesConjugate(byObject, wanted)[0];
  });
  return row;
}
