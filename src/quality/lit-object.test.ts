import { describe, expect, it } from 'vitest';
import { fromNumbers, ndarray, zeros, type NdArray } from '../array/ndarray.ts';
import type { StoredField } from '../ptyr/result.ts';
import { litObject, type Reconstruction } from './lit-object.ts';

const PIXEL = [2e-8, 1e-8] as const;
const FIRST = [-40, 60] as const;

function field(data: NdArray, origin: readonly [number, number]): StoredField {
  const originM = [origin[0] * PIXEL[0], origin[1] * PIXEL[1]] as const;
  return { data, psizeM: PIXEL, originM, energyKeV: 8 };
}

/** A flat probe of 12x12 in a frame of 20x20, with a dark spot of 3x3 in its middle. */
function probe(): StoredField {
  const data = zeros('complex64', [1, 20, 20]);
  for (let r = 4; r < 16; r++) {
    for (let c = 4; c < 16; c++) {
      if (Math.abs(r - 10) > 1 || Math.abs(c - 10) > 1) data.data[2 * (20 * r + c)] = 1;
    }
  }
  return field(data, [-10, -10]);
}

/** Views at these pixels (row, col) of the object's grid. */
function scan(
  pixels: readonly (readonly [number, number])[],
  objectId = 'SaG00',
): Reconstruction['positions'][string] {
  const metres = pixels.flatMap(([r, c]) => [(FIRST[0] + r) * PIXEL[0], (FIRST[1] + c) * PIXEL[1]]);
  const positions = fromNumbers('float64', metres, [pixels.length, 2]);
  return { indices: pixels.map((_, i) => i), positions, measured: positions, probeId: 'SaG00', objectId };
}

function content(positions: Reconstruction['positions']): Reconstruction {
  const object = field(ndarray('complex128', [1, 80, 100], new Float64Array(16000)), FIRST);
  return { probes: { SaG00: probe() }, objects: { SaG00: object, SbG00: object }, positions };
}

/** Bounding box of what is lit, stop excluded, and whether all of it is. */
function box({ shape, data }: NdArray<'uint8'>): { rows: number[]; cols: number[]; full: boolean } {
  const at = [...data.keys()].filter((i) => data[i] > 0);
  const rows = at.map((i) => Math.floor(i / shape[1]));
  const cols = at.map((i) => i % shape[1]);
  const ends = (all: number[]): number[] => [Math.min(...all), Math.max(...all) + 1];
  const [top, bottom, left, right] = [...ends(rows), ...ends(cols)];
  return { rows: [top, bottom], cols: [left, right], full: at.length === (bottom - top) * (right - left) };
}

const RASTER = [30, 36, 42, 48].flatMap((r) => [40, 46, 52, 58, 64].map((c) => [r, c] as const));

describe('litObject', () => {
  it('is lit where views reach amply, without holes where the probe is dark', () => {
    const { lit, name } = litObject('a.ptyr', content({ a: scan(RASTER) }), 'SaG00');
    expect(name).toBe('a.ptyr');
    const { rows, cols } = box(lit);
    // Views reach from 6 before the first to 6 behind the last position; their edges are dim.
    expect(rows[0]).toBeGreaterThanOrEqual(23);
    expect(rows[0]).toBeLessThanOrEqual(28);
    expect(rows[1]).toBeGreaterThanOrEqual(49);
    expect(rows[1]).toBeLessThanOrEqual(55);
    expect(cols[0]).toBeGreaterThanOrEqual(33);
    expect(cols[1]).toBeLessThanOrEqual(71);
    for (let r = 28; r < 50; r++) for (let c = 38; c < 66; c++) expect(lit.data[100 * r + c]).toBe(1);
    const single = litObject('a.ptyr', content({ a: scan([[40, 50]]) }), 'SaG00').lit;
    expect(single.data[100 * 40 + 50]).toBe(1);
  });

  it('adds scans that share the object, and leaves those of others out', () => {
    const left = scan(RASTER.filter(([, c]) => c < 50));
    const right = scan(RASTER.filter(([, c]) => c > 50));
    const shared = litObject('', content({ left, right }), 'SaG00').lit;
    expect(shared).toEqual(litObject('', content({ a: scan(RASTER) }), 'SaG00').lit);
    const apart = litObject('', content({ left, right: { ...right, objectId: 'SbG00' } }), 'SaG00').lit;
    expect(box(apart).cols[1]).toBeLessThan(box(shared).cols[1] - 10);
  });

  it('is half a frame inside where no positions are known', () => {
    const { lit } = litObject('', content({}), 'SaG00');
    expect(box(lit)).toEqual({ rows: [10, 70], cols: [10, 90], full: true });
  });

  it('says what a file holds instead', () => {
    expect(() => litObject('a.ptyr', content({}), 'ScG00')).toThrow(
      "a.ptyr has no object 'ScG00'; it holds SaG00, SbG00",
    );
  });
});
