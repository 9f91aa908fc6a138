/** Discrete Fourier transforms of 2, 3, 4, 5 and 8 numbers, X[k] = Σ x[j]·exp(−2πi·jk/r), with few operations. */
import type { Complex, Operations } from './operations.ts';

export const RADICES = [2, 3, 4, 5, 8] as const;
export type Radix = (typeof RADICES)[number];

export class Butterflies<T> {
  readonly #op: Operations<T>;

  constructor(operations: Operations<T>) {
    this.#op = operations;
  }

  transform(radix: Radix, x: readonly Complex<T>[]): Complex<T>[] {
    if (radix === 2) return [this.#add(x[0], x[1]), this.#sub(x[0], x[1])];
    if (radix === 3) return this.#three(x);
    if (radix === 4) return this.#four(x);
    if (radix === 5) return this.#five(x);
    return this.#eight(x);
  }

  /** a·w */
  multiply([ar, ai]: Complex<T>, [wr, wi]: Complex<T>): Complex<T> {
    const { mul, madd, nmadd } = this.#op;
    return [nmadd(ai, wi, mul(ar, wr)), madd(ai, wr, mul(ar, wi))];
  }

  #add(a: Complex<T>, b: Complex<T>): Complex<T> {
    return [this.#op.add(a[0], b[0]), this.#op.add(a[1], b[1])];
  }

  #sub(a: Complex<T>, b: Complex<T>): Complex<T> {
    return [this.#op.sub(a[0], b[0]), this.#op.sub(a[1], b[1])];
  }

  /** a − ib */
  #minusI(a: Complex<T>, b: Complex<T>): Complex<T> {
    return [this.#op.add(a[0], b[1]), this.#op.sub(a[1], b[0])];
  }

  /** a + ib */
  #plusI(a: Complex<T>, b: Complex<T>): Complex<T> {
    return [this.#op.sub(a[0], b[1]), this.#op.add(a[1], b[0])];
  }

  /** c + s·a for a real s */
  #scaled(s: T, a: Complex<T>, c: Complex<T>): Complex<T> {
    return [this.#op.madd(s, a[0], c[0]), this.#op.madd(s, a[1], c[1])];
  }

  /** c − s·a for a real s */
  #lessScaled(s: T, a: Complex<T>, c: Complex<T>): Complex<T> {
    return [this.#op.nmadd(s, a[0], c[0]), this.#op.nmadd(s, a[1], c[1])];
  }

  #three([x0, x1, x2]: readonly Complex<T>[]): Complex<T>[] {
    const sum = this.#add(x1, x2);
    const difference = this.#sub(x1, x2);
    const middle = this.#lessScaled(this.#op.constant(0.5), sum, x0);
    const s = this.#op.constant(Math.sin((2 * Math.PI) / 3));
    const [re, im] = difference;
    // middle ∓ i·s·difference
    return [
      this.#add(x0, sum),
      [this.#op.madd(s, im, middle[0]), this.#op.nmadd(s, re, middle[1])],
      [this.#op.nmadd(s, im, middle[0]), this.#op.madd(s, re, middle[1])],
    ];
  }

  #four([x0, x1, x2, x3]: readonly Complex<T>[]): Complex<T>[] {
    const evenSum = this.#add(x0, x2);
    const evenDifference = this.#sub(x0, x2);
    const oddSum = this.#add(x1, x3);
    const oddDifference = this.#sub(x1, x3);
    return [
      this.#add(evenSum, oddSum),
      this.#minusI(evenDifference, oddDifference),
      this.#sub(evenSum, oddSum),
      this.#plusI(evenDifference, oddDifference),
    ];
  }

  /** The pairs x1 ± x4 and x2 ± x3 turn into cosine and sine terms. */
  #five([x0, x1, x2, x3, x4]: readonly Complex<T>[]): Complex<T>[] {
    const { constant, mul, madd } = this.#op;
    const [c1, c2] = [constant(Math.cos((2 * Math.PI) / 5)), constant(-Math.cos((4 * Math.PI) / 5))];
    const [s1, s2] = [constant(Math.sin((2 * Math.PI) / 5)), constant(Math.sin((4 * Math.PI) / 5))];
    const [a, b] = [this.#add(x1, x4), this.#add(x2, x3)];
    const [d, e] = [this.#sub(x1, x4), this.#sub(x2, x3)];
    const cos1 = this.#lessScaled(c2, b, this.#scaled(c1, a, x0));
    const cos2 = this.#scaled(c1, b, this.#lessScaled(c2, a, x0));
    const sin1: Complex<T> = [madd(s2, e[0], mul(s1, d[0])), madd(s2, e[1], mul(s1, d[1]))];
    const sin2: Complex<T> = [
      this.#op.nmadd(s1, e[0], mul(s2, d[0])),
      this.#op.nmadd(s1, e[1], mul(s2, d[1])),
    ];
    return [
      this.#add(x0, this.#add(a, b)),
      this.#minusI(cos1, sin1),
      this.#minusI(cos2, sin2),
      this.#plusI(cos2, sin2),
      this.#plusI(cos1, sin1),
    ];
  }

  /** Two transforms of 4; the odd one has its roots of 8 folded in, which share the factor 1/√2. */
  #eight(x: readonly Complex<T>[]): Complex<T>[] {
    const { add, sub, madd, nmadd, constant } = this.#op;
    const sums = [0, 1, 2, 3].map((j) => this.#add(x[j], x[j + 4]));
    const [d0, d1, d2, d3] = [0, 1, 2, 3].map((j) => this.#sub(x[j], x[j + 4]));
    const even = this.#four(sums);
    const [minus, plus] = [this.#minusI(d0, d2), this.#plusI(d0, d2)];
    const h = constant(Math.SQRT1_2);
    // √2·d1·exp(−iπ/4) = u and √2·d3·exp(−3iπ/4) = (v0, −v1)
    const u: Complex<T> = [add(d1[0], d1[1]), sub(d1[1], d1[0])];
    const v: Complex<T> = [sub(d3[1], d3[0]), add(d3[0], d3[1])];
    const p: Complex<T> = [add(u[0], v[0]), sub(u[1], v[1])];
    const m: Complex<T> = [sub(u[0], v[0]), add(u[1], v[1])];
    return [
      even[0],
      this.#scaled(h, p, minus),
      even[1],
      [madd(h, m[1], plus[0]), nmadd(h, m[0], plus[1])],
      even[2],
      this.#lessScaled(h, p, minus),
      even[3],
      [nmadd(h, m[1], plus[0]), madd(h, m[0], plus[1])],
    ];
  }
}
