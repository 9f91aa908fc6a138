import { describe, expect, it } from 'vitest';
import { hearing } from '../../test/tools/warnings.ts';
import { ConfigError } from '../errors.ts';
import { createGeometry } from '../geometry/propagation.ts';
import { createIllumination, drawAperture, type Aperture } from './aperture.ts';
import { powerOf } from './power.ts';

const PIXEL = [1e-6, 1e-6] as const;
const area = (aperture: Aperture): number =>
  drawAperture(aperture, [64, 64], PIXEL, [32, 32]).data.reduce((sum, x) => sum + x, 0);

describe('drawAperture', () => {
  it('opens the area that its size says', () => {
    expect(area({ form: 'circ', size: 30e-6 }) / (Math.PI * 15 ** 2)).toBeCloseTo(1, 2);
    expect(area({ form: 'circ', size: [30e-6, 20e-6] }) / (Math.PI * 15 * 10)).toBeCloseTo(1, 2);
    expect(area({ form: 'rect', size: [30e-6, 20e-6], edge: 0 }) / 600).toBeCloseTo(1, 1);
    expect(area({ form: 'circ', size: 40e-6, central_stop: 0.5 }) / (Math.PI * 300)).toBeCloseTo(1, 2);
  });

  it('stands where the offset says, turned', () => {
    const { data } = drawAperture(
      { form: 'rect', size: [40e-6, 4e-6], offset: [5e-6, -10e-6], rotate: Math.PI / 2 },
      [64, 64],
      PIXEL,
      [32, 32],
    );
    let [row, col, rowSpread, colSpread, sum] = [0, 0, 0, 0, 0];
    data.forEach((open, i) => {
      const [r, c] = [Math.floor(i / 64) - 32, (i % 64) - 32];
      sum += open;
      row += open * r;
      col += open * c;
      rowSpread += open * (r - 5) ** 2;
      colSpread += open * (c + 10) ** 2;
    });
    expect(row / sum).toBeCloseTo(5, 6);
    expect(col / sum).toBeCloseTo(-10, 6);
    // Long along rows before the turn, along columns after it
    expect(colSpread).toBeGreaterThan(10 * rowSpread);
  });

  it('has an edge as soft as asked for', () => {
    const soft = (edge: number): number =>
      drawAperture({ form: 'circ', size: 30e-6, edge }, [64, 64], PIXEL, [32, 32]).data.filter(
        (x) => x > 0 && x < 1,
      ).length;
    expect(soft(6) / soft(2)).toBeCloseTo(3, 0);
  });

  it.each([
    [{ form: 'star', size: 1 }, /illumination\.aperture\.form: 'star': accepted are circ and rect/],
    [{ form: 'circ', size: 0 }, /aperture\.size/],
    [{ form: 'circ', size: 1, central_stop: 1 }, /central_stop/],
  ])('refuses %j', (aperture, message) => {
    const run = (): unknown => drawAperture(aperture as Aperture, [8, 8], PIXEL, [4, 4]);
    expect(run).toThrow(ConfigError);
    expect(run).toThrow(message);
  });
});

describe('createIllumination', () => {
  const geometry = createGeometry({
    propagation: 'farfield',
    shape: [128, 128],
    center: [60, 70],
    energy: 8,
    distance: 2,
    psize: [1e-4, 1e-4],
  });
  const [pixelM] = geometry.resolutionM;
  const zonePlate = { form: 'circ', size: 100e-6 } as const;

  /** Full width at half maximum along the row through the middle, m. */
  function width(wave: Float64Array): number {
    const row = Array.from({ length: 128 }, (_, c) => {
      const i = 2 * (64 * 128 + c);
      return wave[i] ** 2 + wave[i + 1] ** 2;
    });
    const half = Math.max(...row) / 2;
    const left = row.findIndex((x) => x > half);
    const right = row.findLastIndex((x) => x > half);
    const between = (a: number, b: number): number => (row[a] - half) / (row[a] - row[b]);
    return (right - left + between(right, right + 1) + between(left, left - 1)) * pixelM;
  }

  it('focuses to the Airy disc', () => {
    const focal = 0.1;
    const { data } = createIllumination(zonePlate, { focussed: focal }, geometry, 1e5);
    expect(powerOf(data) / 1e5).toBeCloseTo(1, 12);
    expect(width(data) / ((1.029 * geometry.wavelengthM * focal) / zonePlate.size)).toBeCloseTo(1, 1);
  });

  it('out of focus is as wide as the cone of rays, on either side', () => {
    for (const parallel of [3e-3, -3e-3]) {
      const { data } = createIllumination(zonePlate, { focussed: 0.1, parallel }, geometry, 1);
      expect(width(data) / 3e-6).toBeGreaterThan(0.8);
      expect(width(data) / 3e-6).toBeLessThan(1.2);
    }
  });

  it('without a lens is the opening itself', () => {
    const size = 40 * pixelM;
    const { data } = createIllumination({ form: 'circ', size }, {}, geometry, 1);
    expect(width(data) / size).toBeCloseTo(1, 1);
    expect(data.every((x, i) => i % 2 === 0 || x === 0)).toBe(true);
  });

  it('is cut at the edge of its plane, which the log hears', () => {
    const { log, warnings } = hearing();
    const size = 1.2 * 128 * pixelM;
    createIllumination({ form: 'circ', size }, {}, geometry, 1, { log });
    expect(warnings).toEqual([
      expect.stringMatching(/^illumination\.aperture\.size: .* does not fit .* and is cut there$/),
    ]);
  });

  it('refuses openings wider than the plane they stand in', () => {
    expect(() => createIllumination({ form: 'circ', size: 1e-3 }, {}, geometry, 1)).toThrow(ConfigError);
    expect(() => createIllumination(zonePlate, { focussed: 1e-3 }, geometry, 1)).toThrow(/does not fit/);
    expect(() => createIllumination(zonePlate, { focussed: -1 }, geometry, 1)).toThrow(/focussed/);
  });
});
