import { describe, expect, it } from 'vitest';
import {
  CYCLIC,
  FULL_PHASE,
  GREYS,
  INFERNO,
  VIRIDIS,
  colourOf,
  displayRange,
  logScale,
  percentileScale,
} from './colour-maps.ts';
import type { Rgb } from './raster.ts';

/** Relative luminance (IEC 61966-2-1). */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((v) =>
    v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe('colour maps', () => {
  it.each([VIRIDIS, INFERNO, GREYS])('$name grows lighter all the way', ({ colours }) => {
    expect(colours).toHaveLength(256);
    for (let i = 8; i < 256; i += 8) expect(luminance(colours[i])).toBeGreaterThan(luminance(colours[i - 8]));
  });

  it('the cyclic map closes, has no jumps, and tells the sides of 0 apart', () => {
    const { colours } = CYCLIC;
    for (let i = 0; i < 256; i++) {
      const next = colours[(i + 1) % 256];
      const jump = Math.max(...colours[i].map((channel, k) => Math.abs(channel - next[k])));
      expect(jump).toBeLessThan(10);
    }
    const [below, above] = [colours[64], colours[191]];
    expect(below[2]).toBeGreaterThan(below[0] + 50);
    expect(above[0]).toBeGreaterThan(above[2] + 50);
  });

  it('known colours stand at the ends', () => {
    expect(VIRIDIS.colours[0]).toEqual([0x44, 0x01, 0x54]);
    expect(VIRIDIS.colours[255]).toEqual([0xfd, 0xe7, 0x25]);
    expect(GREYS.colours[0]).toEqual([0, 0, 0]);
    expect(GREYS.colours[255]).toEqual([255, 255, 255]);
  });
});

describe('displayRange', () => {
  const values = Float64Array.from({ length: 1001 }, (_, i) => i);

  it('is the given percentiles', () => {
    expect(displayRange(values)).toEqual([5, 995]);
    expect(displayRange(values, { percentiles: [0, 100] })).toEqual([0, 1000]);
  });

  it('looks only where there is weight, and not at NaN or infinity', () => {
    const spoilt = values.map((value) => (value > 900 ? 1e9 : value));
    const weight = values.map((value) => (value > 900 ? 0 : 1));
    expect(displayRange(spoilt, { weight })[1]).toBeLessThan(901);
    expect(displayRange([NaN, 1, 2, Infinity], { percentiles: [0, 100] })).toEqual([1, 2]);
  });

  it('sets equal limits apart, and survives having no values', () => {
    const [low, high] = displayRange([3, 3, 3]);
    expect(low).toBeLessThan(3);
    expect(high).toBeGreaterThan(3);
    expect(displayRange([0, 0])).toEqual([-0.5, 0.5]);
    expect(displayRange([NaN])).toEqual([0, 1]);
  });

  it('is not fooled by sampling a large array', () => {
    const large = Float64Array.from({ length: 1_000_000 }, (_, i) => i % 1000);
    const [low, high] = displayRange(large);
    expect(Math.abs(low - 5)).toBeLessThan(1);
    expect(Math.abs(high - 994)).toBeLessThan(1);
  });
});

describe('colourOf', () => {
  it('spreads the map over the limits and stops there', () => {
    const scale = percentileScale(GREYS, [0, 1], { percentiles: [0, 100] });
    expect(colourOf(scale, -3)).toEqual([0, 0, 0]);
    expect(colourOf(scale, 9)).toEqual([255, 255, 255]);
    expect(colourOf(scale, 0.5)).toBe(GREYS.colours[128]);
    expect(scale.lowText).toBe('0 (0 %)');
    expect(scale.highText).toBe('1 (100 %)');
  });

  it('is logarithmic for counts, zeros at the low end', () => {
    const scale = logScale(INFERNO, Float64Array.from([0, 1, 1, 10, 100, 1e4, NaN]));
    expect([scale.low, scale.high]).toEqual([1, 1e4]);
    expect(colourOf(scale, 0)).toBe(INFERNO.colours[0]);
    expect(colourOf(scale, 100)).toBe(INFERNO.colours[128]);
    expect(colourOf(scale, 1e4)).toBe(INFERNO.colours[255]);
    expect(scale.lowText).toBe('≤ 1');
  });

  it('survives frames without any count, and constant ones', () => {
    for (const values of [[0, 0], [7, 7], [NaN], [-1]]) {
      const { low, high } = logScale(INFERNO, Float64Array.from(values));
      expect(low).toBeGreaterThan(0);
      expect(high).toBeGreaterThan(low);
    }
  });

  it('covers the circle for full phase', () => {
    expect(colourOf(FULL_PHASE, -Math.PI)).toBe(CYCLIC.colours[0]);
    expect(colourOf(FULL_PHASE, Math.PI)).toBe(CYCLIC.colours[255]);
  });
});
