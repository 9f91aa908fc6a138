import { expect, it } from 'vitest';
import { estimateRamp, wrapped } from './ramp.ts';

function wave(
  rows: number,
  cols: number,
  of: (row: number, col: number) => readonly [number, number],
): Float32Array {
  const values = new Float32Array(2 * rows * cols);
  for (let i = 0; i < rows * cols; i++) {
    const [amplitude, phase] = of(Math.floor(i / cols), i % cols);
    values.set([amplitude * Math.cos(phase), amplitude * Math.sin(phase)], 2 * i);
  }
  return values;
}

it('finds a ramp that wraps many times, beneath a sample', () => {
  const [perRow, perCol] = [0.31, -1.2];
  const values = wave(300, 200, (row, col) => {
    const sample = 0.2 * Math.sin(row / 5) * Math.cos(col / 7);
    return [1 + 0.3 * Math.cos(row), 0.4 + perRow * row + perCol * col + sample];
  });
  const ramp = estimateRamp(values, 300, 200);
  expect(ramp.perRow).toBeCloseTo(perRow, 3);
  expect(ramp.perCol).toBeCloseTo(perCol, 3);
  expect(
    Math.abs(
      wrapped(ramp.global + 150 * ramp.perRow + 100 * ramp.perCol - 0.4 - 150 * perRow - 100 * perCol),
    ),
  ).toBeLessThan(0.1);
});

it('is none of an even phase, of nothing, and of elements that are no numbers', () => {
  const flat = estimateRamp(
    wave(20, 20, () => [2, 1]),
    20,
    20,
  );
  expect(flat.global).toBeCloseTo(1);
  expect(Math.hypot(flat.perRow, flat.perCol)).toBeLessThan(1e-6);
  expect(estimateRamp(new Float32Array(50), 5, 5)).toEqual({ global: 0, perRow: 0, perCol: 0 });
  expect(estimateRamp(new Float32Array(50).fill(NaN), 5, 5)).toEqual({ global: 0, perRow: 0, perCol: 0 });
});
