import { describe, expect, it } from 'vitest';
import { ndarray } from '../array/ndarray.ts';
import { refractiveDecrement } from './refraction.ts';
import { createSample, type SampleProcess } from './sample.ts';

const PLAIN: SampleProcess = {
  offset: [0, 0],
  zoom: null,
  smoothing: null,
  refraction: null,
  thickness: null,
};
const ramp = ndarray(
  'float64',
  [4, 5],
  Float64Array.from({ length: 20 }, (_, i) => i),
);
const re = ({ data }: { data: Float64Array }) => [...data].filter((_, i) => i % 2 === 0);

describe('a sample', () => {
  it('lies with its middle in that of the object, or off by its offset; around it is the fill', () => {
    const wide = createSample(ramp, null, [7, -1], 1e-10, [4, 7]);
    expect(re(wide).slice(0, 7)).toEqual([7, 0, 1, 2, 3, 4, 7]);
    expect(wide.data[1]).toBe(-1);
    const moved = createSample(ramp, { ...PLAIN, offset: [1, -1] }, [7, 0], 1e-10, [2, 3]);
    expect(re(moved)).toEqual([10, 11, 12, 15, 16, 17]);
  });

  it('refracts and absorbs by its thickness', () => {
    const [delta, beta, thickness, wavelength] = [1e-5, 2e-7, 3e-6, 1e-10];
    const process = { ...PLAIN, refraction: [-delta, beta] as const, thickness };
    const { data } = createSample(ramp, process, [1, 0], wavelength, [4, 5]);
    for (const i of [0, 7, 19]) {
      const path = (thickness * i) / 19;
      const phase = (-2 * Math.PI * delta * path) / wavelength;
      const modulus = Math.exp((-2 * Math.PI * beta * path) / wavelength);
      expect(data[2 * i]).toBeCloseTo(modulus * Math.cos(phase), 12);
      expect(data[2 * i + 1]).toBeCloseTo(modulus * Math.sin(phase), 12);
    }
  });

  it('grows and shrinks, and is smoothed', () => {
    const half = createSample(ramp, { ...PLAIN, zoom: [0.5, 1] }, [0, 0], 1e-10, [2, 5]);
    expect(re(half)).toEqual([2.5, 3.5, 4.5, 5.5, 6.5, 12.5, 13.5, 14.5, 15.5, 16.5]);
    const twice = createSample(ramp, { ...PLAIN, zoom: [1, 2] }, [0, 0], 1e-10, [4, 10]);
    expect(re(twice).slice(0, 10)).toEqual([0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4]);
    const flat = ndarray('complex128', [4, 4], new Float64Array(32).fill(3));
    const smooth = createSample(flat, { ...PLAIN, smoothing: 1.5 }, [0, 0], 1e-10, [4, 4]);
    for (const value of smooth.data) expect(value).toBeCloseTo(3, 12);
  });

  it('is one picture', () => {
    const two = ndarray('float64', [2, 3, 3], new Float64Array(18));
    expect(() => createSample(two, null, [1, 0], 1e-10, [3, 3])).toThrow(/\(rows, cols\) is needed/);
  });
});

describe('the refraction of a material', () => {
  it('comes from its electrons', () => {
    // Handbook values far from edges: water at 8 keV 3.60e-6, silicon at 17 keV 1.67e-6.
    expect(refractiveDecrement('H2O', 1, 1.5498e-10)).toBeCloseTo(3.6e-6, 7);
    expect(refractiveDecrement('Si', 2.33, 7.2932e-11)).toBeCloseTo(1.67e-6, 7);
    expect(() => refractiveDecrement('au', 1, 1e-10)).toThrow(/expected elements/);
    expect(() => refractiveDecrement('Qq2', 1, 1e-10)).toThrow(/no element/);
  });
});
