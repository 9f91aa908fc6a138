/** Whole arrays of numbers, and their way into blocks and out. `count` is in numbers. */
import { firstPairs, imaginaryParts, lastPairs, madd, nmadd, realParts } from './vector';

/** target = scale·target + factor·source; a scale of 0 forgets the target, even where it is not a number. */
export function combine(target: usize, scale: f32, factor: f32, source: usize, count: i32): void {
  const s = f32x4.splat(scale);
  const f = f32x4.splat(factor);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const added = f32x4.mul(f, v128.load(source));
    v128.store(target, scale == 0 ? added : madd(s, v128.load(target), added));
    target += 16;
    source += 16;
  }
  for (; i < count; i++) {
    const added = factor * load<f32>(source);
    store<f32>(target, scale == 0 ? added : scale * load<f32>(target) + added);
    target += 4;
    source += 4;
  }
}

/** Σ a·b in double precision. */
export function dot(a: usize, b: usize, count: i32): f64 {
  let sums = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const x = v128.load(a);
    const y = v128.load(b);
    const low = f64x2.mul(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(y));
    const xs = v128.shuffle<f32>(x, x, 2, 3, 0, 1);
    const ys = v128.shuffle<f32>(y, y, 2, 3, 0, 1);
    const high = f64x2.mul(f64x2.promote_low_f32x4(xs), f64x2.promote_low_f32x4(ys));
    sums = f64x2.add(sums, f64x2.add(low, high));
    a += 16;
    b += 16;
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; i < count; i++) {
    sum += <f64>load<f32>(a) * <f64>load<f32>(b);
    a += 4;
    b += 4;
  }
  return sum;
}

/** target = (weight·target + numerator)/(weight + denominator) of `count` complex numbers; 0/0 keeps the target. */
export function quotient(target: usize, numerator: usize, denominator: usize, weight: f32, count: i32): void {
  const w = f32x4.splat(weight);
  const zero = f32x4.splat(0);
  let i = 0;
  for (; i + 2 <= count; i += 2) {
    const whole = f32x4.add(w, pairOf(denominator));
    const old = v128.load(target);
    const value = f32x4.div(madd(w, old, v128.load(numerator)), whole);
    v128.store(target, v128.bitselect(old, value, f32x4.eq(whole, zero)));
    target += 16;
    numerator += 16;
    denominator += 8;
  }
  if (i == count) return;
  const whole = weight + load<f32>(denominator);
  if (whole == 0) return;
  store<f32>(target, (weight * load<f32>(target) + load<f32>(numerator)) / whole);
  store<f32>(target, (weight * load<f32>(target, 4) + load<f32>(numerator, 4)) / whole, 4);
}

/** Two numbers, each twice. */
function pairOf(pointer: usize): v128 {
  const two = v128.load64_zero(pointer);
  return v128.shuffle<f32>(two, two, 0, 0, 1, 1);
}

/** A layer (rows, columns) of complex numbers into blocks, times `phase` (blocks, or 0 for none); lanes left over become 0. */
export function toBlocks(source: usize, phase: usize, target: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      const low = v128.load(source);
      const high = v128.load(source, 16);
      storeTurned(target, phase, realParts(low, high), imaginaryParts(low, high));
      source += 32;
      target += 32;
      if (phase != 0) phase += 32;
    }
    if (column == columns) continue;
    v128.store(target, f32x4.splat(0));
    v128.store(target, f32x4.splat(0), 16);
    for (let lane: usize = 0; column < columns; column++, lane += 4) {
      store<f32>(target + lane, load<f32>(source));
      store<f32>(target + lane, load<f32>(source, 4), 16);
      source += 8;
    }
    storeTurned(target, phase, v128.load(target), v128.load(target, 16));
    target += 32;
    if (phase != 0) phase += 32;
  }
}

function storeTurned(target: usize, phase: usize, re: v128, im: v128): void {
  if (phase == 0) {
    v128.store(target, re);
    v128.store(target, im, 16);
    return;
  }
  const pr = v128.load(phase);
  const pi = v128.load(phase, 16);
  v128.store(target, nmadd(pi, im, f32x4.mul(pr, re)));
  v128.store(target, madd(pi, re, f32x4.mul(pr, im)), 16);
}

/** target += blocks·phase*, a layer (rows, columns) of complex numbers. */
export function addBlocks(source: usize, phase: usize, target: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column += 4) {
      let re = v128.load(source);
      let im = v128.load(source, 16);
      if (phase != 0) {
        const pr = v128.load(phase);
        const pi = v128.load(phase, 16);
        const turned = madd(pi, im, f32x4.mul(pr, re));
        im = nmadd(pi, re, f32x4.mul(pr, im));
        re = turned;
        phase += 32;
      }
      source += 32;
      const left = columns - column;
      if (left >= 4) {
        v128.store(target, f32x4.add(v128.load(target), firstPairs(re, im)));
        v128.store(target, f32x4.add(v128.load(target, 16), lastPairs(re, im)), 16);
        target += 32;
        continue;
      }
      addOne(target, firstPairs(re, im));
      if (left > 1) addOne(target + 8, v128.shuffle<f32>(re, im, 1, 5, 1, 5));
      if (left > 2) addOne(target + 16, v128.shuffle<f32>(re, im, 2, 6, 2, 6));
      target += (<usize>left) << 3;
    }
  }
}

/** Adds one complex number, the first pair of lanes. */
function addOne(target: usize, value: v128): void {
  store<f32>(target, load<f32>(target) + f32x4.extract_lane(value, 0));
  store<f32>(target, load<f32>(target, 4) + f32x4.extract_lane(value, 1), 4);
}

/** target += the first `columns` numbers of each row of `source`, whose rows fill `stride` numbers. */
export function addRows(source: usize, stride: i32, target: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    combine(target, 1, 1, source, columns);
    source += (<usize>stride) << 2;
    target += (<usize>columns) << 2;
  }
}
