import { describe, expect, it } from 'vitest';
import type { PropagatorGeometry } from '../geometry/propagation.ts';
import { checkProbe, checkScan, type ScanToCheck } from './scan-check.ts';

const GEOMETRY: PropagatorGeometry = {
  propagation: 'farfield',
  shape: [64, 64],
  psizeM: [1e-4, 1e-4],
  resolutionM: [1e-8, 1e-8],
  distanceM: 1,
  wavelengthM: 1e-10,
  center: [32, 32],
};

/** A scan on a grid of steps in pixels of 10 nm. */
function raster(rows: number, cols: number, step: number, more: Partial<ScanToCheck> = {}): ScanToCheck {
  const points = Array.from({ length: rows * cols }, (_, i) => [
    step * Math.floor(i / cols) * 1e-8,
    step * (i % cols) * 1e-8,
  ]);
  return {
    label: 's',
    positions: Float64Array.from(points.flat()),
    geometry: GEOMETRY,
    sharesObject: false,
    ...more,
  };
}

const near = { geometry: { ...GEOMETRY, propagation: 'nearfield' as const } };

describe('positions that are no scan', () => {
  it.each([
    ['all in one pixel', raster(10, 20, 0.02), /lie on one pixel: all views show the same part/],
    ['all at one place', raster(10, 20, 0), /lie on one pixel/],
    [
      'steps of a few per cent of a pixel',
      raster(20, 20, 0.05),
      /span 0\.95 x 0\.95 pixels of 10 nm x 10 nm/,
    ],
    [
      'the same in the near field',
      raster(10, 20, 0.02, near),
      /z1·z2\/\(z1 \+ z2\) and psize\/\(1 \+ z2\/z1\)/,
    ],
    [
      'micrometres taken for something a thousand times smaller',
      raster(10, 20, 5e-3),
      /1000 times larger they would fit/,
    ],
    [
      'millimetres taken for metres',
      raster(10, 20, 5000),
      /do not overlap.*1000 times smaller they would fit/,
    ],
    [
      'views that are apart along one axis',
      raster(10, 1, 70),
      /neighbouring views do not overlap: steps of 70 pixels/,
    ],
    [
      'a point far off',
      { ...raster(3, 3, 5), positions: Float64Array.of(...raster(3, 3, 5).positions, 1, 1) },
      /span an object of 100000000 x 100000000 pixels: some of them lie far off/,
    ],
  ])('%s', (_what, scan, message) => {
    const { errors, warnings } = checkScan(scan);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(message);
    expect(errors[0]).toMatch(/^scan s: /);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['few positions', raster(2, 2, 0.02)],
    ['few positions apart', raster(1, 2, 100)],
    ['views that another scan overlaps with', raster(10, 10, 100, { sharesObject: true })],
    ['one place, beside another scan', raster(5, 5, 0, { sharesObject: true })],
    ['short steps', raster(1, 400, 0.2)],
    [
      'a point off',
      { ...raster(10, 10, 5), positions: Float64Array.of(...raster(10, 10, 5).positions, 1e-4, 1e-4) },
    ],
  ])('only warns of %s', (_what, scan) => {
    const { errors, warnings } = checkScan(scan);
    expect(errors).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
});

describe('scans', () => {
  it.each([
    ['a raster', raster(10, 20, 5)],
    ['a line', raster(1, 50, 3)],
    ['a single position', raster(1, 1, 0)],
    ['two positions', raster(1, 2, 5)],
    ['a sparse raster', raster(10, 20, 60)],
    ['steps of half a pixel', raster(30, 30, 0.5)],
    ['the near field, small beside the view', raster(4, 4, 1, near)],
    [
      'five visits of each place',
      {
        ...raster(5, 5, 5),
        positions: Float64Array.of(
          ...Array<readonly number[]>(5)
            .fill([...raster(5, 5, 5).positions])
            .flat(),
        ),
      },
    ],
  ])('%s', (_what, scan) => {
    expect(checkScan(scan)).toEqual({ errors: [], warnings: [] });
  });

  it('of many positions are checked in no time', () => {
    expect(checkScan(raster(300, 300, 5))).toEqual({ errors: [], warnings: [] });
  });
});

describe('the probe', () => {
  it('may be as wide as steps are long, and no wider than four times the scan', () => {
    const scan = raster(10, 10, 10);
    expect(checkProbe(scan, 1.5e-7)).toEqual([]);
    expect(checkProbe(scan, 3.5e-6)).toEqual([]);
    expect(checkProbe(scan, 0.9e-7).join()).toMatch(
      /steps of 100 nm \(median\) are longer than the probe is wide, 90 nm/,
    );
    expect(checkProbe(scan, 3.7e-6).join()).toMatch(/the whole scan, 900 nm, is small beside the probe/);
  });

  it('fills the view in the near field', () => {
    expect(checkProbe(raster(4, 4, 1, near), 6e-7)).toEqual([]);
  });
});
