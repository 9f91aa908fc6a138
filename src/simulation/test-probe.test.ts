import { describe, expect, it } from 'vitest';
import { createGeometry, createPropagator } from '../geometry/propagation.ts';
import { DataError } from '../errors.ts';
import { powerOf } from './power.ts';
import { createTestProbe } from './test-probe.ts';

/** Share of the power within `margin` pixels of the frame's edge. */
function powerAtEdge(wave: Float64Array, [rows, cols]: readonly [number, number], margin: number): number {
  let edge = 0;
  for (let i = 0; i < rows * cols; i++) {
    const [r, c] = [Math.floor(i / cols), i % cols];
    const inside = r >= margin && c >= margin && r < rows - margin && c < cols - margin;
    if (!inside) edge += wave[2 * i] ** 2 + wave[2 * i + 1] ** 2;
  }
  return edge / powerOf(wave);
}

describe('createTestProbe', () => {
  it.each([
    [128, 128],
    [64, 96],
    [33, 20],
    [8, 8],
  ] as const)('of %dx%d pixels has the photons asked for and ends inside the frame', (rows, cols) => {
    const { data, shape } = createTestProbe([rows, cols], 1e6);
    expect(shape).toEqual([rows, cols]);
    expect(powerOf(data) / 1e6).toBeCloseTo(1, 12);
    expect(powerAtEdge(data, [rows, cols], Math.floor(Math.min(rows, cols) / 10))).toBeLessThan(1e-3);
  });

  it('lies around the middle of the frame', () => {
    const [rows, cols] = [128, 96];
    const { data } = createTestProbe([rows, cols], 1);
    let [row, col] = [0, 0];
    for (let i = 0; i < rows * cols; i++) {
      const p = data[2 * i] ** 2 + data[2 * i + 1] ** 2;
      row += p * Math.floor(i / cols);
      col += p * (i % cols);
    }
    expect(Math.abs(row - 64)).toBeLessThan(0.05);
    expect(Math.abs(col - 48)).toBeLessThan(0.05);
  });

  it('spreads over the detector without reaching its edge', () => {
    const { data } = createTestProbe([128, 128], 1);
    const geometry = createGeometry({
      propagation: 'farfield',
      shape: [128, 128],
      center: [64, 64],
      energy: 7.2,
      distance: 7.19,
      psize: [1.72e-4, 1.72e-4],
    });
    createPropagator(geometry).forward(data);
    expect(powerAtEdge(data, [128, 128], 32)).toBeLessThan(1e-4);
    // Not all in one spot: half of the power needs many pixels.
    const pixels = Array.from({ length: 128 ** 2 }, (_, i) => data[2 * i] ** 2 + data[2 * i + 1] ** 2);
    pixels.sort((a, b) => b - a);
    let [sum, count] = [0, 0];
    while (sum < 0.5) sum += pixels[count++];
    expect(count).toBeGreaterThan(5);
  });

  it('refuses tiny frames and no photons', () => {
    expect(() => createTestProbe([4, 128], 1)).toThrow(DataError);
    expect(() => createTestProbe([128, 128], 0)).toThrow(/0 photons/);
  });
});
