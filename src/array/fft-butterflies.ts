/**
 * Butterflies of Stockham's Fourier transform, one stage each. `stride` sequences lie interleaved from `base` on; element
 * (p + j·count)·stride + q of the source goes with its radix − 1 fellows to (radix·p + j)·stride + q of the target,
 * multiplied by the twiddle of (p, j). Complex numbers are interleaved pairs, so widths and steps count doubles.
 */

export function radix2(
  count: number,
  twiddles: Float64Array,
  x: Float64Array,
  y: Float64Array,
  stride: number,
  base: number,
): void {
  const width = 2 * stride;
  const step = count * width;
  for (let p = 0; p < count; p++) {
    const w1r = twiddles[2 * p];
    const w1i = twiddles[2 * p + 1];
    const from = base + p * width;
    const shift = p * width; // (2p − p)·width: the target runs ahead of the source
    for (let i = from; i < from + width; i += 2) {
      const ar = x[i];
      const ai = x[i + 1];
      const br = x[i + step];
      const bi = x[i + step + 1];
      const o = i + shift;
      y[o] = ar + br;
      y[o + 1] = ai + bi;
      const dr = ar - br;
      const di = ai - bi;
      y[o + width] = dr * w1r - di * w1i;
      y[o + width + 1] = dr * w1i + di * w1r;
    }
  }
}

export function radix3(
  count: number,
  twiddles: Float64Array,
  x: Float64Array,
  y: Float64Array,
  stride: number,
  base: number,
): void {
  const width = 2 * stride;
  const step = count * width;
  const sin = Math.sqrt(3) / 2;
  for (let p = 0; p < count; p++) {
    const w1r = twiddles[4 * p];
    const w1i = twiddles[4 * p + 1];
    const w2r = twiddles[4 * p + 2];
    const w2i = twiddles[4 * p + 3];
    const from = base + p * width;
    const shift = 2 * p * width;
    for (let i = from; i < from + width; i += 2) {
      const ar = x[i];
      const ai = x[i + 1];
      const br = x[i + step];
      const bi = x[i + step + 1];
      const cr = x[i + 2 * step];
      const ci = x[i + 2 * step + 1];
      const sr = br + cr;
      const si = bi + ci;
      const mr = ar - 0.5 * sr;
      const mi = ai - 0.5 * si;
      const dr = sin * (bi - ci);
      const di = sin * (cr - br);
      const o = i + shift;
      y[o] = ar + sr;
      y[o + 1] = ai + si;
      const e1r = mr + dr;
      const e1i = mi + di;
      y[o + width] = e1r * w1r - e1i * w1i;
      y[o + width + 1] = e1r * w1i + e1i * w1r;
      const e2r = mr - dr;
      const e2i = mi - di;
      y[o + 2 * width] = e2r * w2r - e2i * w2i;
      y[o + 2 * width + 1] = e2r * w2i + e2i * w2r;
    }
  }
}

export function radix4(
  count: number,
  twiddles: Float64Array,
  x: Float64Array,
  y: Float64Array,
  stride: number,
  base: number,
): void {
  const width = 2 * stride;
  const step = count * width;
  for (let p = 0; p < count; p++) {
    const w1r = twiddles[6 * p];
    const w1i = twiddles[6 * p + 1];
    const w2r = twiddles[6 * p + 2];
    const w2i = twiddles[6 * p + 3];
    const w3r = twiddles[6 * p + 4];
    const w3i = twiddles[6 * p + 5];
    const from = base + p * width;
    const shift = 3 * p * width;
    for (let i = from; i < from + width; i += 2) {
      const ar = x[i];
      const ai = x[i + 1];
      const br = x[i + step];
      const bi = x[i + step + 1];
      const cr = x[i + 2 * step];
      const ci = x[i + 2 * step + 1];
      const dr = x[i + 3 * step];
      const di = x[i + 3 * step + 1];
      const acr = ar + cr;
      const aci = ai + ci;
      const amr = ar - cr;
      const ami = ai - ci;
      const bdr = br + dr;
      const bdi = bi + di;
      // −i·(b − d)
      const bmr = bi - di;
      const bmi = dr - br;
      const o = i + shift;
      y[o] = acr + bdr;
      y[o + 1] = aci + bdi;
      const e1r = amr + bmr;
      const e1i = ami + bmi;
      y[o + width] = e1r * w1r - e1i * w1i;
      y[o + width + 1] = e1r * w1i + e1i * w1r;
      const e2r = acr - bdr;
      const e2i = aci - bdi;
      y[o + 2 * width] = e2r * w2r - e2i * w2i;
      y[o + 2 * width + 1] = e2r * w2i + e2i * w2r;
      const e3r = amr - bmr;
      const e3i = ami - bmi;
      y[o + 3 * width] = e3r * w3r - e3i * w3i;
      y[o + 3 * width + 1] = e3r * w3i + e3i * w3r;
    }
  }
}

export function radix5(
  count: number,
  twiddles: Float64Array,
  x: Float64Array,
  y: Float64Array,
  stride: number,
  base: number,
): void {
  const width = 2 * stride;
  const step = count * width;
  const c1 = Math.cos((2 * Math.PI) / 5);
  const c2 = Math.cos((4 * Math.PI) / 5);
  const s1 = Math.sin((2 * Math.PI) / 5);
  const s2 = Math.sin((4 * Math.PI) / 5);
  for (let p = 0; p < count; p++) {
    const k = 8 * p;
    const from = base + p * width;
    const shift = 4 * p * width;
    for (let i = from; i < from + width; i += 2) {
      const ar = x[i];
      const ai = x[i + 1];
      // sums and differences of the elements 1, 4 and 2, 3
      const b = i + step;
      const c = b + step;
      const d = c + step;
      const e = d + step;
      const t1r = x[b] + x[e];
      const t1i = x[b + 1] + x[e + 1];
      const t2r = x[c] + x[d];
      const t2i = x[c + 1] + x[d + 1];
      const u1r = x[b] - x[e];
      const u1i = x[b + 1] - x[e + 1];
      const u2r = x[c] - x[d];
      const u2i = x[c + 1] - x[d + 1];
      const m1r = ar + c1 * t1r + c2 * t2r;
      const m1i = ai + c1 * t1i + c2 * t2i;
      const m2r = ar + c2 * t1r + c1 * t2r;
      const m2i = ai + c2 * t1i + c1 * t2i;
      // −i·(s1·u1 + s2·u2) and −i·(s2·u1 − s1·u2)
      const n1r = s1 * u1i + s2 * u2i;
      const n1i = -s1 * u1r - s2 * u2r;
      const n2r = s2 * u1i - s1 * u2i;
      const n2i = s1 * u2r - s2 * u1r;
      let o = i + shift;
      y[o] = ar + t1r + t2r;
      y[o + 1] = ai + t1i + t2i;
      o += width;
      y[o] = (m1r + n1r) * twiddles[k] - (m1i + n1i) * twiddles[k + 1];
      y[o + 1] = (m1r + n1r) * twiddles[k + 1] + (m1i + n1i) * twiddles[k];
      o += width;
      y[o] = (m2r + n2r) * twiddles[k + 2] - (m2i + n2i) * twiddles[k + 3];
      y[o + 1] = (m2r + n2r) * twiddles[k + 3] + (m2i + n2i) * twiddles[k + 2];
      o += width;
      y[o] = (m2r - n2r) * twiddles[k + 4] - (m2i - n2i) * twiddles[k + 5];
      y[o + 1] = (m2r - n2r) * twiddles[k + 5] + (m2i - n2i) * twiddles[k + 4];
      o += width;
      y[o] = (m1r - n1r) * twiddles[k + 6] - (m1i - n1i) * twiddles[k + 7];
      y[o + 1] = (m1r - n1r) * twiddles[k + 7] + (m1i - n1i) * twiddles[k + 6];
    }
  }
}

export function radix8(
  count: number,
  twiddles: Float64Array,
  x: Float64Array,
  y: Float64Array,
  stride: number,
  base: number,
): void {
  const width = 2 * stride;
  const step = count * width;
  const half = Math.SQRT1_2;
  for (let p = 0; p < count; p++) {
    const t = 14 * p;
    const w1r = twiddles[t];
    const w1i = twiddles[t + 1];
    const w2r = twiddles[t + 2];
    const w2i = twiddles[t + 3];
    const w3r = twiddles[t + 4];
    const w3i = twiddles[t + 5];
    const w4r = twiddles[t + 6];
    const w4i = twiddles[t + 7];
    const w5r = twiddles[t + 8];
    const w5i = twiddles[t + 9];
    const w6r = twiddles[t + 10];
    const w6i = twiddles[t + 11];
    const w7r = twiddles[t + 12];
    const w7i = twiddles[t + 13];
    const from = base + p * width;
    const shift = 7 * p * width;
    for (let i0 = from; i0 < from + width; i0 += 2) {
      const i1 = i0 + step;
      const i2 = i1 + step;
      const i3 = i2 + step;
      const i4 = i3 + step;
      const i5 = i4 + step;
      const i6 = i5 + step;
      const i7 = i6 + step;
      // transform of the even elements 0, 2, 4, 6
      const a0r = x[i0] + x[i4];
      const a0i = x[i0 + 1] + x[i4 + 1];
      const a1r = x[i0] - x[i4];
      const a1i = x[i0 + 1] - x[i4 + 1];
      const a2r = x[i2] + x[i6];
      const a2i = x[i2 + 1] + x[i6 + 1];
      const a3r = x[i2 + 1] - x[i6 + 1];
      const a3i = x[i6] - x[i2];
      const e0r = a0r + a2r;
      const e0i = a0i + a2i;
      const e2r = a0r - a2r;
      const e2i = a0i - a2i;
      const e1r = a1r + a3r;
      const e1i = a1i + a3i;
      const e3r = a1r - a3r;
      const e3i = a1i - a3i;
      // transform of the odd elements 1, 3, 5, 7, turned by 0, −45, −90 and −135 degrees
      const b0r = x[i1] + x[i5];
      const b0i = x[i1 + 1] + x[i5 + 1];
      const b1r = x[i1] - x[i5];
      const b1i = x[i1 + 1] - x[i5 + 1];
      const b2r = x[i3] + x[i7];
      const b2i = x[i3 + 1] + x[i7 + 1];
      const b3r = x[i3 + 1] - x[i7 + 1];
      const b3i = x[i7] - x[i3];
      const o0r = b0r + b2r;
      const o0i = b0i + b2i;
      const o2r = b0i - b2i;
      const o2i = b2r - b0r;
      const s1r = b1r + b3r;
      const s1i = b1i + b3i;
      const s3r = b1r - b3r;
      const s3i = b1i - b3i;
      const o1r = (s1r + s1i) * half;
      const o1i = (s1i - s1r) * half;
      const o3r = (s3i - s3r) * half;
      const o3i = -(s3r + s3i) * half;
      let o = i0 + shift;
      y[o] = e0r + o0r;
      y[o + 1] = e0i + o0i;
      o += width;
      y[o] = (e1r + o1r) * w1r - (e1i + o1i) * w1i;
      y[o + 1] = (e1r + o1r) * w1i + (e1i + o1i) * w1r;
      o += width;
      y[o] = (e2r + o2r) * w2r - (e2i + o2i) * w2i;
      y[o + 1] = (e2r + o2r) * w2i + (e2i + o2i) * w2r;
      o += width;
      y[o] = (e3r + o3r) * w3r - (e3i + o3i) * w3i;
      y[o + 1] = (e3r + o3r) * w3i + (e3i + o3i) * w3r;
      o += width;
      y[o] = (e0r - o0r) * w4r - (e0i - o0i) * w4i;
      y[o + 1] = (e0r - o0r) * w4i + (e0i - o0i) * w4r;
      o += width;
      y[o] = (e1r - o1r) * w5r - (e1i - o1i) * w5i;
      y[o + 1] = (e1r - o1r) * w5i + (e1i - o1i) * w5r;
      o += width;
      y[o] = (e2r - o2r) * w6r - (e2i - o2i) * w6i;
      y[o + 1] = (e2r - o2r) * w6i + (e2i - o2i) * w6r;
      o += width;
      y[o] = (e3r - o3r) * w7r - (e3i - o3i) * w7i;
      y[o + 1] = (e3r - o3r) * w7i + (e3i - o3i) * w7r;
    }
  }
}

/** Any other prime: the plain sum, radix² products. */
export function radixPrime(
  radix: number,
  count: number,
  twiddles: Float64Array,
  roots: Float64Array,
  x: Float64Array,
  y: Float64Array,
  stride: number,
  base: number,
): void {
  const width = 2 * stride;
  const step = count * width;
  for (let p = 0; p < count; p++) {
    const from = base + p * width;
    for (let i = from; i < from + width; i += 2) {
      for (let j = 0; j < radix; j++) {
        let sumR = 0;
        let sumI = 0;
        for (let k = 0, turn = 0; k < radix; k++) {
          const ar = x[i + k * step];
          const ai = x[i + k * step + 1];
          sumR += ar * roots[turn] - ai * roots[turn + 1];
          sumI += ar * roots[turn + 1] + ai * roots[turn];
          turn += 2 * j;
          if (turn >= 2 * radix) turn -= 2 * radix;
        }
        const o = i + ((radix - 1) * p + j) * width;
        if (j === 0) {
          y[o] = sumR;
          y[o + 1] = sumI;
        } else {
          const t = 2 * (p * (radix - 1) + j - 1);
          y[o] = sumR * twiddles[t] - sumI * twiddles[t + 1];
          y[o + 1] = sumR * twiddles[t + 1] + sumI * twiddles[t];
        }
      }
    }
  }
}
