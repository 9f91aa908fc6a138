/** Arithmetic of four lanes. Fused where the host has relaxed SIMD. */

/** a·b + c */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/** c − a·b */
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** Real parts of four complex numbers that lie re im re im … */
export function realParts(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(low, high, 0, 2, 4, 6);
}

export function imaginaryParts(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(low, high, 1, 3, 5, 7);
}

/** The first two of four complex numbers as they lie in an array. */
export function firstPairs(re: v128, im: v128): v128 {
  return v128.shuffle<f32>(re, im, 0, 4, 1, 5);
}

export function lastPairs(re: v128, im: v128): v128 {
  return v128.shuffle<f32>(re, im, 2, 6, 3, 7);
}

/** Sum of the lanes. */
export function total(a: v128): f64 {
  return (
    <f64>f32x4.extract_lane(a, 0) +
    <f64>f32x4.extract_lane(a, 1) +
    (<f64>f32x4.extract_lane(a, 2) + <f64>f32x4.extract_lane(a, 3))
  );
}

export function largest(a: v128): f32 {
  const pairs = f32x4.max(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** Natural logarithm of positive numbers: exponent and a polynomial of the fraction (Moshier, Cephes, 1989). */
export function logarithm(a: v128): v128 {
  const half = f32x4.splat(0.5);
  const one = f32x4.splat(1);
  let exponent = i32x4.sub(i32x4.shr_u(a, 23), i32x4.splat(126));
  // Fraction within [½, 1).
  let x = v128.or(v128.and(a, i32x4.splat(0x007fffff)), half);
  const small = f32x4.lt(x, f32x4.splat(0.70710678));
  exponent = i32x4.add(exponent, small);
  x = f32x4.sub(f32x4.add(x, v128.and(x, small)), one);
  let y = f32x4.splat(7.0376836e-2);
  y = madd(y, x, f32x4.splat(-1.151461e-1));
  y = madd(y, x, f32x4.splat(1.1676998e-1));
  y = madd(y, x, f32x4.splat(-1.242014e-1));
  y = madd(y, x, f32x4.splat(1.4249323e-1));
  y = madd(y, x, f32x4.splat(-1.6668058e-1));
  y = madd(y, x, f32x4.splat(2.0000714e-1));
  y = madd(y, x, f32x4.splat(-2.4999994e-1));
  y = madd(y, x, f32x4.splat(3.3333331e-1));
  const square = f32x4.mul(x, x);
  y = f32x4.mul(y, f32x4.mul(x, square));
  y = nmadd(half, square, y);
  return madd(f32x4.convert_i32x4_s(exponent), f32x4.splat(0.6931472), f32x4.add(x, y));
}
