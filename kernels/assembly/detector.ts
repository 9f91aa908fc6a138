/**
 * What happens at the detector. `values` are real numbers of `count` vectors of four pixels: the model intensity M of them
 * becomes the factor the waves are multiplied by. Measured pixels come as magnitudes √I, −1 where masked.
 */
import { logarithm, madd, total } from './vector';

/** Kept away from zero: amplitudes in quotients, intensities of the Poisson model, amplitudes of the Euclidean one. */
const TINY_AMPLITUDE: f32 = 1e-10;
const TINY: f32 = 1e-6;
const TINY_EUCLID: f32 = 1e-12;

/** Sums of the view being worked on. */
export let squares: f64 = 0;
export let photon: f64 = 0;
export let residual: f64 = 0;
export let amplitude: f64 = 0;
export let loss: f64 = 0;
export let slope: f64 = 0;
export let curvature: f64 = 0;
/** Σ wMI and Σ wM², whose quotient is the scale of a model that floats. */
export let modelByMeasured: f64 = 0;
export let modelByModel: f64 = 0;

export function startView(): void {
  squares = 0;
  photon = 0;
  residual = 0;
  amplitude = 0;
  loss = 0;
  slope = 0;
  curvature = 0;
  modelByMeasured = 0;
  modelByModel = 0;
}

/** values (+)= scale·|f|² */
export function intensity(wave: usize, values: usize, count: i32, scale: f32, add: bool): void {
  const s = f32x4.splat(scale);
  if (add) {
    for (let i = 0; i < count; i++) {
      const re = v128.load(wave);
      const im = v128.load(wave, 16);
      v128.store(values, madd(s, madd(re, re, f32x4.mul(im, im)), v128.load(values)));
      wave += 32;
      values += 16;
    }
    return;
  }
  for (let i = 0; i < count; i++) {
    const re = v128.load(wave);
    const im = v128.load(wave, 16);
    v128.store(values, f32x4.mul(s, madd(re, re, f32x4.mul(im, im))));
    wave += 32;
    values += 16;
  }
}

/** A₁ += scale·2Re(f a*), A₂ += scale·(2Re(f b*) + |a|²); without `add` they are set. */
export function directionIntensity(
  f: usize,
  a: usize,
  b: usize,
  first: usize,
  second: usize,
  count: i32,
  scale: f32,
  add: bool,
): void {
  const s = f32x4.splat(scale);
  const two = f32x4.splat(2);
  for (let i = 0; i < count; i++) {
    const fr = v128.load(f);
    const fi = v128.load(f, 16);
    const ar = v128.load(a);
    const ai = v128.load(a, 16);
    const br = v128.load(b);
    const bi = v128.load(b, 16);
    const a1 = f32x4.mul(two, madd(fi, ai, f32x4.mul(fr, ar)));
    const a2 = madd(two, madd(fi, bi, f32x4.mul(fr, br)), madd(ai, ai, f32x4.mul(ar, ar)));
    if (add) {
      v128.store(first, madd(s, a1, v128.load(first)));
      v128.store(second, madd(s, a2, v128.load(second)));
    } else {
      v128.store(first, f32x4.mul(s, a1));
      v128.store(second, f32x4.mul(s, a2));
    }
    f += 32;
    a += 32;
    b += 32;
    first += 16;
    second += 16;
  }
}

/** f *= values, with real and imaginary part exchanged, ready for the way back. */
export function applyFactor(wave: usize, values: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const factor = v128.load(values);
    const re = v128.load(wave);
    const im = v128.load(wave, 16);
    v128.store(wave, f32x4.mul(im, factor));
    v128.store(wave, f32x4.mul(re, factor), 16);
    wave += 32;
    values += 16;
  }
}

/** M → g = (1 − m) + m√I/(A + 1e-10), A = √M, which puts the measured amplitude in. */
export function modulus(values: usize, frame: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const tiny = f32x4.splat(TINY_AMPLITUDE);
  for (let i = 0; i < count; i++) {
    const measured = v128.load(frame);
    const a = f32x4.sqrt(v128.load(values));
    const masked = f32x4.lt(measured, zero);
    v128.store(values, v128.bitselect(one, f32x4.div(measured, f32x4.add(a, tiny)), masked));
    frame += 16;
    values += 16;
  }
}

/** Length of the Poisson step of the present view. */
let poissonStep: f32 = 0;
/** Steps of Newton's method after which it is right to a few per cent. */
const NEWTON_STEPS: i32 = 3;

/**
 * α of the smallest loss Σ m(q²M − I log q²), q = 1 − αξ, ξ = 1 − I/M, of a whole view. It lies within 0…1; `values` hold M.
 */
export function setPoissonStep(values: usize, frame: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const tiny = f32x4.splat(TINY);
  let length: f64 = 0;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const a = f32x4.splat(<f32>length);
    let slope = zero;
    let curvature = zero;
    for (let i: usize = 0; i < <usize>count * 16; i += 16) {
      const measured = v128.load(frame + i);
      const model = v128.load(values + i);
      const valid = f32x4.ge(measured, zero);
      const intensity = f32x4.mul(measured, measured);
      const xi = v128.and(f32x4.sub(one, f32x4.div(intensity, f32x4.add(model, tiny))), valid);
      const q = f32x4.sub(one, f32x4.mul(a, xi));
      // q is 0 at most where nothing was measured.
      const quotient = v128.and(f32x4.div(intensity, q), f32x4.gt(measured, zero));
      slope = madd(xi, f32x4.sub(f32x4.mul(q, model), quotient), slope);
      const bend = f32x4.add(model, v128.and(f32x4.div(quotient, q), f32x4.gt(measured, zero)));
      curvature = madd(f32x4.mul(xi, xi), bend, curvature);
    }
    const divisor = total(curvature);
    if (divisor == 0) break;
    length = Math.min(Math.max(length + total(slope) / divisor, 0), 1);
  }
  poissonStep = <f32>length;
}

/** M → g = 1 − αξ with ξ = m(1 − I/(M + 1e-6)), the step of the Poisson likelihood. */
export function poissonModulus(values: usize, frame: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const tiny = f32x4.splat(TINY);
  const a = f32x4.splat(poissonStep);
  for (let i = 0; i < count; i++) {
    const measured = v128.load(frame);
    const model = f32x4.add(v128.load(values), tiny);
    const xi = f32x4.sub(one, f32x4.div(f32x4.mul(measured, measured), model));
    const own = v128.and(xi, f32x4.ge(measured, zero));
    v128.store(values, f32x4.sub(one, f32x4.mul(a, own)));
    frame += 16;
    values += 16;
  }
}

/** Adds m(√M − √I)². */
export function addSquares(values: usize, frame: usize, count: i32): void {
  const zero = f32x4.splat(0);
  let sum = zero;
  for (let i = 0; i < count; i++) {
    const measured = v128.load(frame);
    const difference = f32x4.sub(f32x4.sqrt(v128.load(values)), measured);
    const own = v128.andnot(difference, f32x4.lt(measured, zero));
    sum = madd(own, own, sum);
    frame += 16;
    values += 16;
  }
  squares += total(sum);
}

/** `intensity`, `addSquares`, `modulus` and `applyFactor` of a single wave in one go. */
export function modulusOfOne(wave: usize, frame: usize, count: i32, scale: f32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const tiny = f32x4.splat(TINY_AMPLITUDE);
  const s = f32x4.splat(scale);
  let sum = zero;
  for (let i = 0; i < count; i++) {
    const measured = v128.load(frame);
    const re = v128.load(wave);
    const im = v128.load(wave, 16);
    const a = f32x4.sqrt(f32x4.mul(s, madd(re, re, f32x4.mul(im, im))));
    const masked = f32x4.lt(measured, zero);
    const difference = v128.andnot(f32x4.sub(a, measured), masked);
    sum = madd(difference, difference, sum);
    const factor = v128.bitselect(one, f32x4.div(measured, f32x4.add(a, tiny)), masked);
    v128.store(wave, f32x4.mul(im, factor));
    v128.store(wave, f32x4.mul(re, factor), 16);
    frame += 16;
    wave += 32;
  }
  squares += total(sum);
}

/** Adds all errors of M. */
export function addErrors(values: usize, frame: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  let sumSquares = zero;
  let sumPhoton = zero;
  let sumResidual = zero;
  let sumAmplitude = zero;
  for (let i = 0; i < count; i++) {
    const measured = v128.load(frame);
    const model = v128.load(values);
    const valid = f32x4.ge(measured, zero);
    const intensity = f32x4.mul(measured, measured);
    const difference = v128.and(f32x4.sub(f32x4.sqrt(model), measured), valid);
    const excess = v128.and(f32x4.sub(model, intensity), valid);
    sumSquares = madd(difference, difference, sumSquares);
    sumPhoton = f32x4.add(sumPhoton, f32x4.div(f32x4.mul(excess, excess), f32x4.add(intensity, one)));
    sumResidual = f32x4.add(sumResidual, f32x4.abs(difference));
    sumAmplitude = f32x4.add(sumAmplitude, v128.and(measured, valid));
    frame += 16;
    values += 16;
  }
  squares += total(sumSquares);
  photon += total(sumPhoton);
  residual += total(sumResidual);
  amplitude += total(sumAmplitude);
}

/** Weights of four pixels: 0 where masked. */
function weightsOf(measured: v128, weight: usize, weighted: bool): v128 {
  const valid = f32x4.ge(measured, f32x4.splat(0));
  return v128.and(weighted ? v128.load(weight) : f32x4.splat(1), valid);
}

/** Adds Σ wMI and Σ wM²; w = m/(1 + I) if `gaussian`, else m. */
export function addFloating(
  values: usize,
  frame: usize,
  weight: usize,
  weighted: bool,
  count: i32,
  gaussian: bool,
): void {
  let byMeasured = f32x4.splat(0);
  let byModel = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    const measured = v128.load(frame);
    const model = v128.load(values);
    const intensity = f32x4.mul(measured, measured);
    let w = weightsOf(measured, weight, weighted);
    if (gaussian) w = f32x4.div(w, f32x4.add(intensity, f32x4.splat(1)));
    w = f32x4.mul(w, model);
    byMeasured = madd(w, intensity, byMeasured);
    byModel = madd(w, model, byModel);
    frame += 16;
    values += 16;
    weight += 16;
  }
  modelByMeasured += total(byMeasured);
  modelByModel += total(byModel);
}

/** values *= factor */
export function scaleValues(values: usize, count: i32, factor: f32): void {
  const s = f32x4.splat(factor);
  for (let i = 0; i < count; i++) {
    v128.store(values, f32x4.mul(s, v128.load(values)));
    values += 16;
  }
}

/** M → x = w(M − I), w = m/(1 + I); adds w(M − I)² to the loss. */
export function gaussian(values: usize, frame: usize, weight: usize, weighted: bool, count: i32): void {
  const one = f32x4.splat(1);
  let sum = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    const measured = v128.load(frame);
    const intensity = f32x4.mul(measured, measured);
    const w = f32x4.div(weightsOf(measured, weight, weighted), f32x4.add(intensity, one));
    const difference = f32x4.sub(v128.load(values), intensity);
    const x = f32x4.mul(w, difference);
    sum = madd(x, difference, sum);
    v128.store(values, x);
    frame += 16;
    values += 16;
    weight += 16;
  }
  loss += total(sum);
}

/**
 * M → x = m(1 − I/M); adds m(M − I + I log(I/M)) to the loss, which lacks only what does not depend on M. Written so that
 * large counts do not cancel.
 */
export function poisson(values: usize, frame: usize, weight: usize, weighted: bool, count: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  let sum = zero;
  for (let i = 0; i < count; i++) {
    const measured = v128.load(frame);
    const intensity = f32x4.mul(measured, measured);
    const w = weightsOf(measured, weight, weighted);
    const model = f32x4.add(v128.load(values), f32x4.splat(TINY));
    const quotient = f32x4.div(intensity, model);
    v128.store(values, f32x4.mul(w, f32x4.sub(one, quotient)));
    const some = f32x4.gt(intensity, zero);
    const log = v128.and(f32x4.mul(intensity, logarithm(v128.bitselect(quotient, one, some))), some);
    sum = madd(w, f32x4.add(f32x4.sub(model, intensity), log), sum);
    frame += 16;
    values += 16;
    weight += 16;
  }
  loss += total(sum);
}

/** M → x = m(1 − √I/A), A = √M + 1e-6; adds m(A − √I)² to the loss. */
export function euclid(values: usize, frame: usize, weight: usize, weighted: bool, count: i32): void {
  const one = f32x4.splat(1);
  const tiny = f32x4.splat(TINY);
  let sum = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    const measured = v128.load(frame);
    const w = weightsOf(measured, weight, weighted);
    const a = f32x4.add(f32x4.sqrt(v128.load(values)), tiny);
    const difference = f32x4.sub(a, measured);
    sum = madd(w, f32x4.mul(difference, difference), sum);
    v128.store(values, f32x4.mul(w, f32x4.sub(one, f32x4.div(measured, a))));
    frame += 16;
    values += 16;
    weight += 16;
  }
  loss += total(sum);
}

/** Adds B₁ and B₂ of the loss of A₀ + A₁t + A₂t², w as in `gaussian`. */
export function gaussianParabola(
  zeroth: usize,
  first: usize,
  second: usize,
  frame: usize,
  weight: usize,
  weighted: bool,
  count: i32,
): void {
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  let b1 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    const measured = v128.load(frame);
    const intensity = f32x4.mul(measured, measured);
    const w = f32x4.div(weightsOf(measured, weight, weighted), f32x4.add(intensity, one));
    const difference = f32x4.mul(two, f32x4.sub(v128.load(zeroth), intensity));
    const a1 = v128.load(first);
    b1 = madd(w, f32x4.mul(difference, a1), b1);
    b2 = madd(w, madd(difference, v128.load(second), f32x4.mul(a1, a1)), b2);
    frame += 16;
    zeroth += 16;
    first += 16;
    second += 16;
    weight += 16;
  }
  slope += total(b1);
  curvature += total(b2);
}

export function poissonParabola(
  zeroth: usize,
  first: usize,
  second: usize,
  frame: usize,
  weight: usize,
  weighted: bool,
  count: i32,
): void {
  const one = f32x4.splat(1);
  const half = f32x4.splat(0.5);
  const tiny = f32x4.splat(TINY);
  let b1 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    const measured = v128.load(frame);
    const intensity = f32x4.mul(measured, measured);
    const w = weightsOf(measured, weight, weighted);
    const a0 = f32x4.add(v128.load(zeroth), tiny);
    const a1 = v128.load(first);
    const x = f32x4.sub(one, f32x4.div(intensity, a0));
    const relative = f32x4.div(a1, a0);
    b1 = madd(w, f32x4.mul(a1, x), b1);
    const bend = f32x4.mul(f32x4.mul(half, intensity), f32x4.mul(relative, relative));
    b2 = madd(w, madd(v128.load(second), x, bend), b2);
    frame += 16;
    zeroth += 16;
    first += 16;
    second += 16;
    weight += 16;
  }
  slope += total(b1);
  curvature += total(b2);
}

export function euclidParabola(
  zeroth: usize,
  first: usize,
  second: usize,
  frame: usize,
  weight: usize,
  weighted: bool,
  count: i32,
): void {
  const one = f32x4.splat(1);
  const quarter = f32x4.splat(0.25);
  const tiny = f32x4.splat(TINY_EUCLID);
  let b1 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    const measured = v128.load(frame);
    const w = weightsOf(measured, weight, weighted);
    const a0 = f32x4.add(v128.load(zeroth), tiny);
    const a = f32x4.sqrt(a0);
    const a1 = v128.load(first);
    const x = f32x4.sub(one, f32x4.div(measured, a));
    b1 = madd(w, f32x4.mul(a1, x), b1);
    const bend = f32x4.div(f32x4.mul(f32x4.mul(a1, a1), f32x4.mul(quarter, measured)), f32x4.mul(a0, a));
    b2 = madd(w, madd(v128.load(second), x, bend), b2);
    frame += 16;
    zeroth += 16;
    first += 16;
    second += 16;
    weight += 16;
  }
  slope += total(b1);
  curvature += total(b2);
}
