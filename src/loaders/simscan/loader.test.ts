import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { collect } from '../../../test/contracts/loader.ts';
import { ndarray, type NdArray } from '../../array/ndarray.ts';
import { formatNpy } from '../../array/npy.ts';
import { ConfigError } from '../../errors.ts';
import { createGeometry, createPropagator } from '../../geometry/propagation.ts';
import { stream } from '../../simulation/random.ts';
import { SimScan } from './loader.ts';

const folder = mkdtempSync(join(tmpdir(), 'ptyflow-simscan-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, array: NdArray): string {
  const path = join(folder, name);
  writeFileSync(path, formatNpy(array));
  return path;
}

const N = 16;
const GEOMETRY = { shape: N, energy: 6.2, distance: 2, psize: 1e-4 };
const geometry = createGeometry({
  ...GEOMETRY,
  shape: [N, N],
  center: [N / 2, N / 2],
  psize: [1e-4, 1e-4],
  propagation: 'farfield',
});
const [pixel] = geometry.resolutionM;

function noise(shape: readonly number[], seed: number): NdArray<'complex128'> {
  const random = stream(seed);
  const length = shape.reduce((n, axis) => 2 * n * axis, 1) / 2 ** (shape.length - 1);
  return ndarray('complex128', shape, Float64Array.from({ length }, random.normal));
}

const probe = noise([N, N], 1);
/** Odd and even sides: the middle is at floor(n/2). */
const object = noise([29, 32], 2);
const probeFile = file('probe.npy', probe);
const objectFile = file('object.npy', object);
/** On pixels: rows 0, 3, 6 and columns −4, 0, 5. */
const POSITIONS = [0, 3, 6].flatMap((row) => [-4, 0, 5].map((col) => [row * pixel, col * pixel] as const));
const known = {
  ...GEOMETRY,
  add_poisson_noise: false,
  xy: { override: POSITIONS },
  illumination: { model: probeFile },
  sample: { model: objectFile, fill: '2+1j' },
};

/** |F(P·O)|² of the window whose middle pixel is `offset` away from the middle of the positions. */
function direct(row: number, col: number): Float64Array {
  const wave = new Float64Array(2 * N * N);
  // The views reach from row 0 − 8 to 6 + 8 and from column −4 − 8 to 5 + 8: the middle is at rows 22/2 and columns 25/2 of them.
  const first = [Math.floor(29 / 2) - 11 + row, Math.floor(32 / 2) - 12 + col + 4];
  for (let i = 0; i < N * N; i++) {
    const o = 2 * ((first[0] + Math.floor(i / N)) * 32 + first[1] + (i % N));
    const [a, b, c, d] = [probe.data[2 * i], probe.data[2 * i + 1], object.data[o], object.data[o + 1]];
    wave[2 * i] = a * c - b * d;
    wave[2 * i + 1] = a * d + b * c;
  }
  createPropagator(geometry).forward(wave);
  return Float64Array.from({ length: N * N }, (_, i) => wave[2 * i] ** 2 + wave[2 * i + 1] ** 2);
}

async function framesOf(parameters: Readonly<Record<string, unknown>>) {
  const [{ chunk }] = await collect(new SimScan(parameters), 100);
  return { ...chunk, counts: Float64Array.from(chunk.data.data) };
}

describe('SimScan', () => {
  it('gives |F(P·O)|² of the probe and the sample that are given', async () => {
    const chunk = await framesOf(known);
    expect(chunk.data.shape).toEqual([9, N, N]);
    for (const [view, [row, col]] of [
      [0, [0, -4]],
      [5, [3, 5]],
      [7, [6, 0]],
    ] as const) {
      const got = chunk.counts.subarray(view * N * N, (view + 1) * N * N);
      const wanted = direct(row, col);
      const largest = wanted.reduce((a, b) => Math.max(a, b));
      got.forEach((value, i) => {
        expect(Math.abs(value - wanted[i])).toBeLessThan(1e-10 * largest);
      });
      expect(chunk.positions.data[2 * view]).toBeCloseTo(row * pixel, 15);
    }
  });

  it('takes frames at the nearest pixels and says so; positions may be reported wrongly', async () => {
    const off = POSITIONS.map(([row, col]) => [row + 0.4 * pixel, col - 0.3 * pixel]);
    const moved = await framesOf({ ...known, xy: { override: off } });
    const exact = await framesOf(known);
    expect(moved.data).toEqual(exact.data);
    expect(moved.positions.data[3]).toBeCloseTo(POSITIONS[1][1], 15);
    const wrong = await framesOf({ ...known, pos_noise: pixel });
    expect(wrong.data).toEqual(exact.data);
    const errors = wrong.positions.data.map((x, i) => Math.abs(x - exact.positions.data[i]));
    expect(Math.max(...errors)).toBeLessThanOrEqual(pixel);
    expect(Math.min(...errors)).toBeGreaterThan(0);
  });

  it('takes positions of another scan from a file', async () => {
    const xy = file('xy.npy', ndarray('float64', [9, 2], Float64Array.from(POSITIONS.flat())));
    expect(await framesOf({ ...known, xy: { override: xy } })).toEqual(await framesOf(known));
    expect(await framesOf({ ...known, xy: {}, positions_theory: POSITIONS })).toEqual(await framesOf(known));
  });

  it('reads out as its detector does: whole counts, full pixels masked', async () => {
    const means = await framesOf({ ...known, illumination: { model: probeFile, photons: 1e6 } });
    const largest = means.counts.reduce((a, b) => Math.max(a, b));
    const well = Math.round(largest / 2);
    const detector = { dtype: 'uint16', full_well: well };
    const chunk = await framesOf({ ...known, illumination: { model: probeFile, photons: 1e6 }, detector });
    expect(chunk.data.dtype).toBe('uint16');
    let full = 0;
    means.counts.forEach((mean, i) => {
      expect(chunk.counts[i]).toBe(Math.min(well, Math.round(mean)));
      if (chunk.counts[i] === well) full++;
      expect(chunk.weights.data[i] > 0).toBe(chunk.counts[i] < well);
    });
    expect(full).toBeGreaterThan(0);
    const named = await framesOf({ ...known, detector: 'GenericCCD32bit' });
    expect(named.data.dtype).toBe('uint32');
  });

  it('counts photons by its seed', async () => {
    const noisy = { ...known, add_poisson_noise: true, illumination: { model: probeFile, photons: 1e7 } };
    const [a, b, c] = await Promise.all([framesOf(noisy), framesOf(noisy), framesOf({ ...noisy, seed: 1 })]);
    expect(b.data).toEqual(a.data);
    expect(c.data).not.toEqual(a.data);
    const means = await framesOf({ ...noisy, add_poisson_noise: false });
    const chi = means.counts.reduce((sum, mean, i) => {
      return sum + (a.counts[i] - mean) ** 2 / Math.max(1, mean);
    }, 0);
    expect(chi / means.counts.length).toBeGreaterThan(0.9);
    expect(chi / means.counts.length).toBeLessThan(1.1);
  });

  it('knows positions by pattern, and a probe by its aperture, with a diffuser of its seed', async () => {
    const pattern = {
      ...GEOMETRY,
      add_poisson_noise: false,
      xy: { model: 'raster', steps: 3, spacing: 2 * pixel },
      illumination: { photons: 1e5, aperture: { form: 'rect', size: 6 * pixel, diffuser: [1, 2] } },
      sample: { model: 'flower' },
    };
    const [a, b, c] = await Promise.all([
      framesOf(pattern),
      framesOf(pattern),
      framesOf({ ...pattern, seed: 5 }),
    ]);
    expect(a.positions.shape).toEqual([9, 2]);
    expect(b.data).toEqual(a.data);
    expect(c.data).not.toEqual(a.data);
  });

  it.each([
    [{ xy: {} }, /xy\.model: SimScan needs positions/],
    [{ xy: { model: 'round', steps: 3 } }, /xy\.scan pattern: two of extent, steps and spacing/],
    [{ illumination: {} }, /illumination\.aperture\.size: SimScan needs a probe/],
    [{ illumination: { aperture: { size: 1e-6 } } }, /illumination\.photons: the number of photons/],
    [{ illumination: { model: objectFile } }, /illumination\.model: .*29x32.*16x16 is needed/],
    [{ sample: { model: objectFile, process: { formula: 'Au' } } }, /density of Au is needed/],
    [{ sample: { model: objectFile, process: { formula: 'Xx', density: 1 } } }, /"Xx": 'Xx' is no element/],
    [{ sample: { model: join(folder, 'no.npy') } }, /sample\.model: .*no\.npy: there is no such file/],
    [{ detector: { dtyp: 'uint8' } }, /detector: expected GenericCCD14bit/],
  ])('says what is wrong with %j', async (change, message) => {
    await expect(async () => framesOf({ ...known, ...change })).rejects.toThrow(message);
  });

  it('constructs without looking at files, and names one that is not there', async () => {
    expect(await new SimScan({ sample: { model: 'nowhere.npy' } }).missing()).toBe('nowhere.npy');
    expect(await new SimScan(known).missing()).toBeUndefined();
    const misspelt: Readonly<Record<string, unknown>> = { detektor: 1 };
    expect(() => new SimScan(misspelt)).toThrow(ConfigError);
  });
});
