import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openGolden } from '../../test/tools/golden.ts';
import { astype, type NdArray } from '../array/ndarray.ts';
import { ConfigError } from '../errors.ts';
import { rasterScan, roundScan, scanPositions, spiralScan, type ScanPatternParams } from './scan-patterns.ts';

function expectEqual(result: NdArray<'float64'>, expected: NdArray): void {
  expect(result.shape).toEqual(expected.shape);
  const { data } = astype(expected, 'float64');
  result.data.forEach((x, i) => {
    expect(Math.abs(x - data[i])).toBeLessThan(1e-18);
  });
}

/** Points of a pattern, µm. */
function points(params: ScanPatternParams, normal?: () => number): number[][] {
  const { data, shape } = scanPositions(params, normal);
  return Array.from({ length: shape[0] }, (_, i) => [data[2 * i] * 1e6, data[2 * i + 1] * 1e6]);
}

describe('agreement with ptypy', async () => {
  const file = await openGolden('physics.h5');
  const cases = file.keys('scan_patterns').filter((name) => name.startsWith('case'));
  const paramsOf = (name: string): ScanPatternParams =>
    JSON.parse(file.attributes(`scan_patterns/${name}`).parameters as string) as ScanPatternParams;

  // ptypy's raster is neither centred nor complete
  it.each(cases.filter((name) => paramsOf(name).model !== 'raster'))('%s', (name) => {
    expectEqual(scanPositions(paramsOf(name)), file.read(`scan_patterns/${name}/positions`));
  });

  it('of the plain patterns', () => {
    expect(cases).toHaveLength(7);
    expectEqual(roundScan(1e-6, 5), file.read('scan_patterns/round_scan'));
    expectEqual(spiralScan(1e-6, 7e-6), file.read('scan_patterns/spiral_scan'));
  });
});

describe('raster', () => {
  it('runs along columns first, around zero', () => {
    expect([...rasterScan([2, 3], [2, 3]).data]).toEqual([-1, -3, -1, 0, -1, 3, 1, -3, 1, 0, 1, 3]);
  });

  it('has as many points as steps', () => {
    expect(points({ model: 'raster', extent: [9e-6, 12e-6], steps: [5, 7] })).toHaveLength(35);
    expect(points({ model: 'raster', extent: 15e-6, spacing: 1.5e-6 })).toHaveLength(100);
  });
});

describe('scanPositions', () => {
  it('stays in the box for every pattern, and keeps neighbours apart', () => {
    const size = fc.double({ min: 2, max: 20, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom('round' as const, 'spiral' as const, 'raster' as const),
        fc.tuple(size, size),
        fc.double({ min: 0.7, max: 2, noNaN: true }),
        (model, extent, spacing) => {
          const box = points({
            model,
            extent: [extent[0] * 1e-6, extent[1] * 1e-6],
            spacing: spacing * 1e-6,
          });
          expect(box.length).toBeGreaterThan(0);
          let nearest = Infinity;
          for (const [i, p] of box.entries()) {
            expect(Math.abs(p[0])).toBeLessThan(extent[0] / 2 + 1e-6);
            expect(Math.abs(p[1])).toBeLessThan(extent[1] / 2 + 1e-6);
            for (const q of box.slice(0, i)) {
              nearest = Math.min(nearest, Math.hypot(p[0] - q[0], p[1] - q[1]));
            }
          }
          expect(nearest).toBeGreaterThan(0.5 * spacing);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('shakes by jitter and only with a source of random numbers', () => {
    const params = { model: 'raster', steps: 3, spacing: 1e-6 } as const;
    const shaken = points({ ...params, jitter: [0.1e-6, 0] }, () => 2);
    points(params).forEach(([row, col], i) => {
      expect(shaken[i][0]).toBeCloseTo(row + 0.2, 9);
      expect(shaken[i][1]).toBeCloseTo(col, 9);
    });
    expect(() => points({ ...params, jitter: 1e-7 })).toThrow(/jitter/);
  });

  it.each([
    [{ model: 'round', spacing: 1e-6 }, /two of extent, steps and spacing/],
    [{ model: 'round', spacing: 0, steps: 3 }, /spacing: 0, 0 m/],
    [{ model: 'raster', extent: 1e-5, steps: 2.5 }, /whole numbers/],
    [{ model: 'lissajous', extent: 1e-5, steps: 2 }, /round, spiral, raster/],
  ])('refuses %j', (params, message) => {
    const run = (): unknown => scanPositions(params as ScanPatternParams);
    expect(run).toThrow(ConfigError);
    expect(run).toThrow(message);
  });
});
