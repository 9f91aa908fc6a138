/**
 * Operations on a row of a view, `count` blocks at a time: probes, exit waves and waves being transformed lie in blocks,
 * objects as arrays do (re, im, re, im). Waves that come back from the detector have real and imaginary part exchanged;
 * `scale` is the factor their transforms still lack.
 */
import { firstPairs, imaginaryParts, lastPairs, madd, nmadd, realParts, total } from './vector';

/** out = P·O */
export function multiplyRow(probe: usize, object: usize, out: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const pr = v128.load(probe);
    const pi = v128.load(probe, 16);
    const low = v128.load(object);
    const high = v128.load(object, 16);
    const or = realParts(low, high);
    const oi = imaginaryParts(low, high);
    v128.store(out, nmadd(pi, oi, f32x4.mul(pr, or)));
    v128.store(out, madd(pi, or, f32x4.mul(pr, oi)), 16);
    probe += 32;
    object += 32;
    out += 32;
  }
}

/** out = product·P·O + exit·ψ */
export function mixRow(
  probe: usize,
  object: usize,
  exit: usize,
  out: usize,
  count: i32,
  productShare: f32,
  exitShare: f32,
): void {
  const a = f32x4.splat(productShare);
  const b = f32x4.splat(exitShare);
  for (let i = 0; i < count; i++) {
    const pr = v128.load(probe);
    const pi = v128.load(probe, 16);
    const low = v128.load(object);
    const high = v128.load(object, 16);
    const or = realParts(low, high);
    const oi = imaginaryParts(low, high);
    const re = nmadd(pi, oi, f32x4.mul(pr, or));
    const im = madd(pi, or, f32x4.mul(pr, oi));
    v128.store(out, madd(re, a, f32x4.mul(v128.load(exit), b)));
    v128.store(out, madd(im, a, f32x4.mul(v128.load(exit, 16), b)), 16);
    probe += 32;
    object += 32;
    exit += 32;
    out += 32;
  }
}

/** out = P·h + q·O, with h alike the object and q alike the probe. */
export function crossRow(
  probe: usize,
  object: usize,
  probeDirection: usize,
  objectDirection: usize,
  out: usize,
  count: i32,
): void {
  for (let i = 0; i < count; i++) {
    const pr = v128.load(probe);
    const pi = v128.load(probe, 16);
    const qr = v128.load(probeDirection);
    const qi = v128.load(probeDirection, 16);
    let low = v128.load(object);
    let high = v128.load(object, 16);
    const or = realParts(low, high);
    const oi = imaginaryParts(low, high);
    low = v128.load(objectDirection);
    high = v128.load(objectDirection, 16);
    const hr = realParts(low, high);
    const hi = imaginaryParts(low, high);
    v128.store(out, nmadd(qi, oi, madd(qr, or, nmadd(pi, hi, f32x4.mul(pr, hr)))));
    v128.store(out, madd(qi, or, madd(qr, oi, madd(pi, hr, f32x4.mul(pr, hi)))), 16);
    probe += 32;
    object += 32;
    probeDirection += 32;
    objectDirection += 32;
    out += 32;
  }
}

/** ψ += δ with δ = product·P·O + exit·ψ + wave·w; returns Σ|δ|². */
export function updateExitRow(
  probe: usize,
  object: usize,
  exit: usize,
  wave: usize,
  count: i32,
  productShare: f32,
  exitShare: f32,
  waveShare: f32,
): f64 {
  const a = f32x4.splat(productShare);
  const b = f32x4.splat(exitShare);
  const c = f32x4.splat(waveShare);
  let sum = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    const pr = v128.load(probe);
    const pi = v128.load(probe, 16);
    const low = v128.load(object);
    const high = v128.load(object, 16);
    const or = realParts(low, high);
    const oi = imaginaryParts(low, high);
    const re = nmadd(pi, oi, f32x4.mul(pr, or));
    const im = madd(pi, or, f32x4.mul(pr, oi));
    const er = v128.load(exit);
    const ei = v128.load(exit, 16);
    const dr = madd(v128.load(wave, 16), c, madd(re, a, f32x4.mul(er, b)));
    const di = madd(v128.load(wave), c, madd(im, a, f32x4.mul(ei, b)));
    sum = madd(dr, dr, madd(di, di, sum));
    v128.store(exit, f32x4.add(er, dr));
    v128.store(exit, f32x4.add(ei, di), 16);
    probe += 32;
    object += 32;
    exit += 32;
    wave += 32;
  }
  return total(sum);
}

/** `updateExitRow`, then numerator += P*ψ and denominator += |P|² at the same place. */
export function updateAndAddRow(
  probe: usize,
  object: usize,
  exit: usize,
  wave: usize,
  numerator: usize,
  denominator: usize,
  count: i32,
  productShare: f32,
  exitShare: f32,
  waveShare: f32,
): f64 {
  const a = f32x4.splat(productShare);
  const b = f32x4.splat(exitShare);
  const c = f32x4.splat(waveShare);
  let sum = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    const pr = v128.load(probe);
    const pi = v128.load(probe, 16);
    const low = v128.load(object);
    const high = v128.load(object, 16);
    const or = realParts(low, high);
    const oi = imaginaryParts(low, high);
    const re = nmadd(pi, oi, f32x4.mul(pr, or));
    const im = madd(pi, or, f32x4.mul(pr, oi));
    let er = v128.load(exit);
    let ei = v128.load(exit, 16);
    const dr = madd(v128.load(wave, 16), c, madd(re, a, f32x4.mul(er, b)));
    const di = madd(v128.load(wave), c, madd(im, a, f32x4.mul(ei, b)));
    sum = madd(dr, dr, madd(di, di, sum));
    er = f32x4.add(er, dr);
    ei = f32x4.add(ei, di);
    v128.store(exit, er);
    v128.store(exit, ei, 16);
    const nr = madd(pi, ei, f32x4.mul(pr, er));
    const ni = nmadd(pi, er, f32x4.mul(pr, ei));
    v128.store(numerator, f32x4.add(v128.load(numerator), firstPairs(nr, ni)));
    v128.store(numerator, f32x4.add(v128.load(numerator, 16), lastPairs(nr, ni)), 16);
    v128.store(denominator, madd(pr, pr, madd(pi, pi, v128.load(denominator))));
    probe += 32;
    object += 32;
    exit += 32;
    wave += 32;
    numerator += 32;
    denominator += 16;
  }
  return total(sum);
}

/** numerator += P*ψ and denominator += |P|², of an object. */
export function addToObjectRow(
  probe: usize,
  exit: usize,
  numerator: usize,
  denominator: usize,
  count: i32,
): void {
  for (let i = 0; i < count; i++) {
    const pr = v128.load(probe);
    const pi = v128.load(probe, 16);
    const er = v128.load(exit);
    const ei = v128.load(exit, 16);
    const nr = madd(pi, ei, f32x4.mul(pr, er));
    const ni = nmadd(pi, er, f32x4.mul(pr, ei));
    v128.store(numerator, f32x4.add(v128.load(numerator), firstPairs(nr, ni)));
    v128.store(numerator, f32x4.add(v128.load(numerator, 16), lastPairs(nr, ni)), 16);
    v128.store(denominator, madd(pr, pr, madd(pi, pi, v128.load(denominator))));
    probe += 32;
    exit += 32;
    numerator += 32;
    denominator += 16;
  }
}

/** numerator += O*ψ and denominator += |O|², of a probe. */
export function addToProbeRow(
  object: usize,
  exit: usize,
  numerator: usize,
  denominator: usize,
  count: i32,
): void {
  for (let i = 0; i < count; i++) {
    const low = v128.load(object);
    const high = v128.load(object, 16);
    const or = realParts(low, high);
    const oi = imaginaryParts(low, high);
    const er = v128.load(exit);
    const ei = v128.load(exit, 16);
    v128.store(numerator, madd(oi, ei, madd(or, er, v128.load(numerator))));
    v128.store(numerator, nmadd(oi, er, madd(or, ei, v128.load(numerator, 16))), 16);
    v128.store(denominator, madd(or, or, madd(oi, oi, v128.load(denominator))));
    object += 32;
    exit += 32;
    numerator += 32;
    denominator += 16;
  }
}

/** objectGradient += scale·P*w and probeGradient += scale·O*w. */
export function addGradientRow(
  probe: usize,
  object: usize,
  wave: usize,
  probeGradient: usize,
  objectGradient: usize,
  count: i32,
  scale: f32,
): void {
  const s = f32x4.splat(scale);
  for (let i = 0; i < count; i++) {
    const wr = f32x4.mul(v128.load(wave, 16), s);
    const wi = f32x4.mul(v128.load(wave), s);
    const pr = v128.load(probe);
    const pi = v128.load(probe, 16);
    const gr = madd(pi, wi, f32x4.mul(pr, wr));
    const gi = nmadd(pi, wr, f32x4.mul(pr, wi));
    v128.store(objectGradient, f32x4.add(v128.load(objectGradient), firstPairs(gr, gi)));
    v128.store(objectGradient, f32x4.add(v128.load(objectGradient, 16), lastPairs(gr, gi)), 16);
    const low = v128.load(object);
    const high = v128.load(object, 16);
    const or = realParts(low, high);
    const oi = imaginaryParts(low, high);
    v128.store(probeGradient, madd(oi, wi, madd(or, wr, v128.load(probeGradient))));
    v128.store(probeGradient, nmadd(oi, wr, madd(or, wi, v128.load(probeGradient, 16))), 16);
    probe += 32;
    object += 32;
    wave += 32;
    probeGradient += 32;
    objectGradient += 32;
  }
}

/** out = scale·w − P·O; returns Σ|out|². */
export function subtractProductRow(
  probe: usize,
  object: usize,
  wave: usize,
  out: usize,
  count: i32,
  scale: f32,
): f64 {
  const s = f32x4.splat(scale);
  let sum = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    const pr = v128.load(probe);
    const pi = v128.load(probe, 16);
    const low = v128.load(object);
    const high = v128.load(object, 16);
    const or = realParts(low, high);
    const oi = imaginaryParts(low, high);
    const re = nmadd(pi, oi, f32x4.mul(pr, or));
    const im = madd(pi, or, f32x4.mul(pr, oi));
    const dr = f32x4.sub(f32x4.mul(v128.load(wave, 16), s), re);
    const di = f32x4.sub(f32x4.mul(v128.load(wave), s), im);
    sum = madd(dr, dr, madd(di, di, sum));
    v128.store(out, dr);
    v128.store(out, di, 16);
    probe += 32;
    object += 32;
    wave += 32;
    out += 32;
  }
  return total(sum);
}

/** O += weight·P*δ, with a weight for each pixel. */
export function stepObjectRow(probe: usize, object: usize, change: usize, weights: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const w = v128.load(weights);
    const pr = v128.load(probe);
    const pi = v128.load(probe, 16);
    const dr = f32x4.mul(v128.load(change), w);
    const di = f32x4.mul(v128.load(change, 16), w);
    const re = madd(pi, di, f32x4.mul(pr, dr));
    const im = nmadd(pi, dr, f32x4.mul(pr, di));
    v128.store(object, f32x4.add(v128.load(object), firstPairs(re, im)));
    v128.store(object, f32x4.add(v128.load(object, 16), lastPairs(re, im)), 16);
    probe += 32;
    object += 32;
    change += 32;
    weights += 16;
  }
}

/** P += weight·O*δ, with a weight for each pixel. */
export function stepProbeRow(probe: usize, object: usize, change: usize, weights: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const w = v128.load(weights);
    const low = v128.load(object);
    const high = v128.load(object, 16);
    const or = realParts(low, high);
    const oi = imaginaryParts(low, high);
    const dr = f32x4.mul(v128.load(change), w);
    const di = f32x4.mul(v128.load(change, 16), w);
    v128.store(probe, madd(oi, di, madd(or, dr, v128.load(probe))));
    v128.store(probe, nmadd(oi, dr, madd(or, di, v128.load(probe, 16))), 16);
    probe += 32;
    object += 32;
    change += 32;
    weights += 16;
  }
}

/** power += |O|² of a row of an object. */
export function addObjectPowerRow(object: usize, power: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const low = v128.load(object);
    const high = v128.load(object, 16);
    const or = realParts(low, high);
    const oi = imaginaryParts(low, high);
    v128.store(power, madd(or, or, madd(oi, oi, v128.load(power))));
    object += 32;
    power += 16;
  }
}

/** power += |P|² of blocks. */
export function addPower(blocks: usize, power: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const pr = v128.load(blocks);
    const pi = v128.load(blocks, 16);
    v128.store(power, madd(pr, pr, madd(pi, pi, v128.load(power))));
    blocks += 32;
    power += 16;
  }
}

/** Adds Σ|u|², Σ|v|², Re Σu*v, Re Σu*χ and Re Σv*χ to five doubles, u = q·O and v = h·P. */
export function correlateRow(
  probe: usize,
  object: usize,
  probeDirection: usize,
  objectDirection: usize,
  change: usize,
  count: i32,
  target: usize,
): void {
  let uu = f32x4.splat(0);
  let vv = f32x4.splat(0);
  let uv = f32x4.splat(0);
  let uc = f32x4.splat(0);
  let vc = f32x4.splat(0);
  for (let i = 0; i < count; i++) {
    let low = v128.load(object);
    let high = v128.load(object, 16);
    const or = realParts(low, high);
    const oi = imaginaryParts(low, high);
    const qr = v128.load(probeDirection);
    const qi = v128.load(probeDirection, 16);
    const ur = nmadd(qi, oi, f32x4.mul(qr, or));
    const ui = madd(qi, or, f32x4.mul(qr, oi));
    low = v128.load(objectDirection);
    high = v128.load(objectDirection, 16);
    const hr = realParts(low, high);
    const hi = imaginaryParts(low, high);
    const pr = v128.load(probe);
    const pi = v128.load(probe, 16);
    const vr = nmadd(pi, hi, f32x4.mul(pr, hr));
    const vi = madd(pi, hr, f32x4.mul(pr, hi));
    const cr = v128.load(change);
    const ci = v128.load(change, 16);
    uu = madd(ur, ur, madd(ui, ui, uu));
    vv = madd(vr, vr, madd(vi, vi, vv));
    uv = madd(ur, vr, madd(ui, vi, uv));
    uc = madd(ur, cr, madd(ui, ci, uc));
    vc = madd(vr, cr, madd(vi, ci, vc));
    probe += 32;
    object += 32;
    probeDirection += 32;
    objectDirection += 32;
    change += 32;
  }
  store<f64>(target, load<f64>(target) + total(uu));
  store<f64>(target, load<f64>(target, 8) + total(vv), 8);
  store<f64>(target, load<f64>(target, 16) + total(uv), 16);
  store<f64>(target, load<f64>(target, 24) + total(uc), 24);
  store<f64>(target, load<f64>(target, 32) + total(vc), 32);
}
