/** Arrays of a backend and its element-wise kernels. */
import { describe, expect, it } from 'vitest';
import { ndarray } from '../../src/array/ndarray.ts';
import type { Bench } from './backend-bench.ts';

export function arrayContract(bench: Bench): void {
  const { backend, tolerance, put, get, random, expectClose } = bench;

  describe('arrays', () => {
    it('start at zero and give back what was put in', async () => {
      const empty = backend.allocate([2, 3], 'complex');
      expect(await get(empty)).toEqual(new Float64Array(12));
      for (const kind of ['complex128', 'float64'] as const) {
        const values = random([2, 3, 5], kind);
        expectClose(await get(put(values)), values.data);
      }
    });

    it('fill, copy and combine', async () => {
      const [x, y] = [random([3, 4], 'complex128', 1), random([3, 4], 'complex128', 2)];
      const [a, b] = [put(x), put(y)];
      backend.combine(a, 0.5, -2, b);
      expectClose(
        await get(a),
        x.data.map((value, i) => 0.5 * value - 2 * y.data[i]),
      );
      backend.copy(a, b);
      expectClose(await get(a), y.data);
      backend.fill(a, 3);
      expect(await get(a)).toEqual(Float64Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? 3 : 0)));
      const real = put(random([5], 'float64'));
      backend.fill(real, 2);
      expect(await get(real)).toEqual(new Float64Array(5).fill(2));
    });

    it('forget the target that is scaled by 0, whatever it holds', async () => {
      const [a, b] = [put(random([2, 2], 'complex128')), put(random([2, 2], 'complex128', 3))];
      backend.fill(a, NaN);
      backend.combine(a, 0, 2, b);
      expectClose(
        await get(a),
        (await get(b)).map((value) => 2 * value),
      );
    });

    it('multiply by a real factor of the last axes', async () => {
      const [x, f] = [random([2, 3, 4], 'complex128'), random([3, 4], 'float64', 2)];
      const a = put(x);
      backend.multiply(a, put(f));
      expectClose(
        await get(a),
        x.data.map((value, i) => value * f.data[(i >> 1) % 12]),
      );
    });

    it('clip amplitudes and keep phases', async () => {
      const x = ndarray('complex128', [4], Float64Array.from([3, 4, 0.3, -0.4, 0, 0, 0.6, 0.8]));
      const a = put(x);
      backend.clipAmplitude(a, 1, 2);
      expectClose(await get(a), [1.2, 1.6, 0.6, -0.8, 1, 0, 0.6, 0.8]);
    });

    it('take quotients; 0/0 keeps the target', async () => {
      const [x, n] = [random([2, 5], 'complex128', 1), random([2, 5], 'complex128', 2)];
      const d = ndarray('float64', [2, 5], Float64Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
      for (const weight of [0, 0.5]) {
        const a = put(x);
        backend.quotient(a, put(n), put(d), weight);
        expectClose(
          await get(a),
          x.data.map((value, i) => {
            const whole = weight + d.data[i >> 1];
            return whole === 0 ? value : (weight * value + n.data[i]) / whole;
          }),
        );
      }
    });

    it('roll around the edges', async () => {
      const x = random([2, 3, 4], 'complex128');
      const a = put(x);
      backend.roll(a, -1, 5);
      const got = await get(a);
      for (let layer = 0; layer < 2; layer++) {
        for (let r = 0; r < 3; r++) {
          for (let c = 0; c < 4; c++) {
            const to = 2 * ((layer * 3 + ((r + 2) % 3)) * 4 + ((c + 5) % 4));
            const from = 2 * ((layer * 3 + r) * 4 + c);
            expectClose(got.slice(to, to + 2), x.data.slice(from, from + 2));
          }
        }
      }
    });

    it('smooth with a Gaussian that keeps constants and sums', async () => {
      const spot = ndarray('complex128', [1, 25, 27], new Float64Array(2 * 25 * 27));
      spot.data[2 * (12 * 27 + 13)] = 1;
      const a = put(spot);
      backend.smooth(a, 1.2);
      const got = await get(a);
      const weight = (k: number): number => Math.exp(-0.5 * (k / 1.2) ** 2);
      const norm = [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5].reduce((sum, k) => sum + weight(k), 0);
      for (const [r, c] of [
        [12, 13],
        [13, 13],
        [10, 15],
      ]) {
        const wanted = (weight(r - 12) * weight(c - 13)) / norm ** 2;
        expectClose([got[2 * (r * 27 + c)]], [wanted], 10);
      }
      const flat = put(random([1, 4, 5], 'complex128'));
      backend.fill(flat, 2);
      backend.smooth(flat, 3);
      expectClose(
        await get(flat),
        Float64Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 2 : 0)),
        10,
      );
    });

    it.each([
      [0.4, 5, 7],
      [1.2, 9, 9],
      [6, 11, 4],
    ])('smooth alike by both methods: σ = %d, %dx%d', async (sigma, rows, cols) => {
      const x = random([2, rows, cols], 'complex128');
      const [sum, transform] = [put(x), put(x)];
      backend.smooth(sum, sigma, 'convolution');
      backend.smooth(transform, sigma, 'fft');
      expectClose(await get(transform), await get(sum), 20);
    });

    it('take inverse roots', async () => {
      const a = put(ndarray('float64', [4], Float64Array.of(0, 1, 3.75, 24.75)));
      backend.inverseRoot(a, 0.25);
      expectClose(await get(a), [2, 1 / Math.sqrt(1.25), 0.5, 0.2], 10);
      expect(() => {
        backend.inverseRoot(backend.allocate([4], 'complex'), 1);
      }).toThrow(/real/);
    });

    it('refuse what does not fit', () => {
      const a = backend.allocate([2, 3], 'complex');
      const b = backend.allocate([3, 2], 'complex');
      expect(() => {
        backend.copy(a, b);
      }).toThrow(/2x3.*3x2/);
      expect(() => {
        backend.upload(a, random([2, 2], 'complex128'));
      }).toThrow(/2x2/);
    });
  });

  describe('numbers of arrays', () => {
    it('are products of pairs, of as many as are asked for', async () => {
      const arrays = [
        random([2, 3, 5], 'complex128', 1),
        random([2, 3, 5], 'complex128', 2),
        random([7], 'float64', 3),
      ];
      const [a, b, c] = arrays.map(put);
      const products = await backend.dots([
        [a, b],
        [b, b],
        [c, c],
      ]);
      [
        [0, 1],
        [1, 1],
        [2, 2],
      ].forEach(([left, right], k) => {
        const terms = Array.from(arrays[left].data, (value, i) => value * arrays[right].data[i]);
        const [sum, scale] = [terms, terms.map(Math.abs)].map((all) => all.reduce((s, term) => s + term, 0));
        expect(Math.abs(products[k] - sum)).toBeLessThanOrEqual(tolerance * scale);
      });
      expect(await backend.dots([])).toEqual([]);
      await expect(backend.dots([[a, c]])).rejects.toThrow(/2x3x5 complex.*7 real/);
    });

    it('are those of the moment they are asked for', async () => {
      const a = put(ndarray('float64', [3], Float64Array.of(1, 2, 2)));
      const [products, largest] = [backend.dots([[a, a]]), backend.largest(a)];
      backend.fill(a, 7);
      expect(await products).toEqual([9]);
      expect(await largest).toBe(2);
    });

    it('are the largest value of a real array', async () => {
      for (const values of [
        [3, -1, 8, 0.5, 8, 2, 1],
        [-4, -2.5, -7],
        Array.from({ length: 65 }, (_, i) => i),
      ]) {
        const a = put(ndarray('float64', [values.length], Float64Array.from(values)));
        expect(await backend.largest(a)).toBe(Math.max(...values));
      }
      await expect(backend.largest(backend.allocate([4], 'complex'))).rejects.toThrow(/real/);
    });

    it('are the centre of mass of all layers', async () => {
      const x = random([3, 5, 7], 'complex128');
      const mass = (axis: 0 | 1): number => {
        let [power, moment] = [0, 0];
        for (let i = 0; i < 105; i++) {
          const p = x.data[2 * i] ** 2 + x.data[2 * i + 1] ** 2;
          power += p;
          moment += p * (axis === 0 ? Math.floor(i / 7) % 5 : i % 7);
        }
        return moment / power;
      };
      expectClose(await backend.centerOfMass(put(x)), [mass(0), mass(1)], 10);
      expect(await backend.centerOfMass(backend.allocate([1, 4, 4], 'complex'))).toEqual([NaN, NaN]);
    });

    it('may be asked for long before they are awaited, those that fail too', async () => {
      const failing = backend.dots([[backend.allocate([2], 'real'), backend.allocate([3], 'real')]]);
      await new Promise((resolve) => setTimeout(resolve, 0));
      await expect(failing).rejects.toThrow(/equal shapes/);
    });
  });

  describe('regulariser', () => {
    it('has the gradient and the parabola of its definition', async () => {
      const [x, h] = [random([2, 4, 5], 'complex128', 1), random([2, 4, 5], 'complex128', 2)];
      const R = (t: number): number => {
        const y = x.data.map((value, i) => value + t * h.data[i]);
        let sum = 0;
        for (let i = 0; i < y.length; i++) {
          const pixel = i >> 1;
          if (pixel % 5 < 4) sum += (y[i + 2] - y[i]) ** 2;
          if (Math.floor(pixel / 5) % 4 < 3) sum += (y[i + 10] - y[i]) ** 2;
        }
        return 0.3 * 2 * sum;
      };
      const [object, gradient, direction] = [put(x), put(h), put(h)];
      expectClose([await backend.del2Gradient(object, 0.3, gradient)], [R(0)], 10);
      const slope = (await get(gradient)).reduce((sum, g, i) => sum + 2 * (g - h.data[i]) * h.data[i], 0);
      const parabola = await backend.del2LineSearch(object, 0.3, direction);
      const [b1, b2] = [(R(1) - R(-1)) / 2, (R(1) + R(-1)) / 2 - R(0)];
      expectClose(parabola, [R(0), b1, b2], 10);
      expectClose([slope], [b1], 100);
    });
  });
}
