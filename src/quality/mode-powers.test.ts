import { describe, expect, it } from 'vitest';
import { ndarray, zeros, type NdArray } from '../array/ndarray.ts';
import { stream } from '../simulation/random.ts';
import { modePowers } from './mode-powers.ts';

/** Modes as sums of orthogonal waves: row j holds the complex share (re, im, re, im, …) of each wave in mode j. */
function mixed(shares: readonly (readonly number[])[]): NdArray<'complex128'> {
  const side = 8;
  const probe = zeros('complex128', [shares.length, side, side]);
  shares.forEach((share, mode) => {
    for (let pixel = 0; pixel < side * side; pixel++) {
      for (let wave = 0; 2 * wave < share.length; wave++) {
        // Plane waves of different whole periods are orthogonal, each of power 1.
        const angle = (2 * Math.PI * wave * (pixel % side)) / side;
        const [a, b] = [Math.cos(angle) / side, Math.sin(angle) / side];
        const at = 2 * (mode * side * side + pixel);
        probe.data[at] += share[2 * wave] * a - share[2 * wave + 1] * b;
        probe.data[at + 1] += share[2 * wave] * b + share[2 * wave + 1] * a;
      }
    }
  });
  return probe;
}

function expectPowers(probe: NdArray, expected: readonly number[]): void {
  const found = modePowers(probe);
  expect(found).toHaveLength(expected.length);
  found.forEach((power, i) => {
    expect(power).toBeCloseTo(expected[i], 12);
  });
}

describe('modePowers', () => {
  it('are the shares of orthogonal modes, largest first', () => {
    expectPowers(mixed([[2, 0]]), [1]);
    expectPowers(
      mixed([
        [1, 0, 0, 0, 0, 0],
        [0, 0, 0, 3, 0, 0],
        [0, 0, 0, 0, 2, 0],
      ]),
      [9 / 14, 4 / 14, 1 / 14],
    );
  });

  it('are those after orthogonalisation: two modes of equal power and overlap c have 1 ± |c|', () => {
    // u and c·u + √(1 − |c|²)·v, c = 0.36 + 0.48i of size 0.6.
    expectPowers(
      mixed([
        [1, 0, 0, 0],
        [0.36, 0.48, 0.8, 0],
      ]),
      [0.8, 0.2],
    );
    expectPowers(
      mixed([
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ]),
      [1, 0],
    );
  });

  it('do not depend on how modes of one coherence matrix are mixed', () => {
    const powers = [0.6, 0.3, 0.1];
    const random = stream(4);
    // A unitary mixture, by Gram and Schmidt on random complex rows.
    const rows: number[][] = [];
    for (let j = 0; j < 3; j++) {
      const row = Array.from({ length: 6 }, () => random.normal());
      for (const other of rows) {
        let [re, im] = [0, 0];
        for (let k = 0; k < 6; k += 2) {
          re += other[k] * row[k] + other[k + 1] * row[k + 1];
          im += other[k] * row[k + 1] - other[k + 1] * row[k];
        }
        for (let k = 0; k < 6; k += 2) {
          row[k] -= re * other[k] - im * other[k + 1];
          row[k + 1] -= re * other[k + 1] + im * other[k];
        }
      }
      const norm = Math.hypot(...row);
      rows.push(row.map((x) => x / norm));
    }
    expectPowers(mixed(rows.map((row) => row.map((x, k) => x * Math.sqrt(powers[k >> 1])))), powers);
  });

  it('are 0 without power, and the same in single precision', () => {
    expect(modePowers(zeros('complex64', [2, 4, 4]))).toEqual([0, 0]);
    const single = mixed([
      [1, 0, 0, 0],
      [0.36, 0.48, 0.8, 0],
    ]);
    const [first] = modePowers(ndarray('complex64', single.shape, Float32Array.from(single.data)));
    expect(first).toBeCloseTo(0.8, 6);
  });
});
