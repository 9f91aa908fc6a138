import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../errors.ts';
import { zeros, type NdArray } from '../../array/ndarray.ts';
import { estimateRamp, removeRamp, type PhaseRamp } from './phase.ts';

type Wave = (row: number, col: number) => { amplitude: number; phase: number };

function complex(rows: number, cols: number, wave: Wave): NdArray<'complex64'> {
  const array = zeros('complex64', [rows, cols]);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const { amplitude, phase } = wave(row, col);
      array.data[2 * (row * cols + col)] = amplitude * Math.cos(phase);
      array.data[2 * (row * cols + col) + 1] = amplitude * Math.sin(phase);
    }
  }
  return array;
}

const ramped = (ramp: PhaseRamp, row: number, col: number) =>
  ramp.global + ramp.perRow * row + ramp.perCol * col;

function everything(array: NdArray): Uint8Array {
  return new Uint8Array(array.shape[0] * array.shape[1]).fill(1);
}

/** Numbers without a pattern, the same ones every time. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const angle = fc.double({ min: -3, max: 3, noNaN: true });

describe('estimateRamp', () => {
  it('finds any ramp on a weak object', () => {
    fc.assert(
      fc.property(
        angle,
        angle,
        angle,
        fc.integer({ min: 8, max: 70 }),
        fc.integer({ min: 8, max: 70 }),
        (g, a, b, rows, cols) => {
          const given = { global: g, perRow: a, perCol: b };
          const object = complex(rows, cols, (row, col) => ({
            amplitude: 1,
            phase: ramped(given, row, col),
          }));
          const found = estimateRamp(object, everything(object));
          expect(found.perRow).toBeCloseTo(a, 4);
          expect(found.perCol).toBeCloseTo(b, 4);
          expect(Math.cos(found.global - g)).toBeCloseTo(1, 4);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is not pulled away by spokes, noise, or bright rubbish outside of the lit region', () => {
    const random = noise(3);
    const given = { global: -2, perRow: 0.21, perCol: -0.083 };
    const object = complex(160, 200, (row, col) => {
      const outside = row < 20 || col > 180;
      if (outside) return { amplitude: 30, phase: 6 * random() };
      const spoke = Math.sin(16 * Math.atan2(row - 90.3, col - 99.7)) > 0.2 ? -0.9 : 0;
      return {
        amplitude: 0.7 + 0.3 * random(),
        phase: ramped(given, row, col) + spoke + 0.4 * (random() - 0.5),
      };
    });
    const lit = everything(object).map((_, i) => (Math.floor(i / 200) < 20 || i % 200 > 180 ? 0 : 1));
    const found = estimateRamp(object, lit);
    // Over the whole object the ramp may be off by less than a tenth of the contrast.
    expect(Math.abs(found.perRow - given.perRow) * 160).toBeLessThan(0.09);
    expect(Math.abs(found.perCol - given.perCol) * 200).toBeLessThan(0.09);
  });

  it('follows the background of a strong object, not the object', () => {
    const given = { global: 1, perRow: 0.31, perCol: -0.2 };
    const object = complex(150, 150, (row, col) => ({
      amplitude: 1,
      phase: ramped(given, row, col) + 5 * Math.exp(-((row - 40) ** 2 + (col - 90) ** 2) / 400),
    }));
    const found = estimateRamp(object, everything(object));
    expect(Math.abs(found.perRow - given.perRow) * 150).toBeLessThan(0.05);
    expect(Math.abs(found.perCol - given.perCol) * 150).toBeLessThan(0.05);
  });

  it('leaves a background flat at phase 0 beside a block in one corner', () => {
    const given = { global: 2, perRow: 0.4, perCol: -0.7 };
    const object = complex(24, 30, (row, col) => ({
      amplitude: 1,
      phase: ramped(given, row, col) + (row < 10 && col >= 20 ? 0.8 : 0),
    }));
    const found = estimateRamp(object, everything(object));
    expect(found.perRow).toBeCloseTo(given.perRow, 4);
    expect(found.perCol).toBeCloseTo(given.perCol, 4);
    expect(found.global).toBeCloseTo(given.global, 3);
  });

  it('samples large arrays without losing steep ramps', () => {
    const given = { global: 0.5, perRow: 2.1, perCol: -1.3 };
    const object = complex(900, 700, (row, col) => ({ amplitude: 1, phase: ramped(given, row, col) }));
    const found = estimateRamp(object, everything(object));
    expect(found.perRow).toBeCloseTo(2.1, 4);
    expect(found.perCol).toBeCloseTo(-1.3, 4);
  });

  it('survives zeros, NaN, a single row, and nothing lit', () => {
    const none = { global: 0, perRow: 0, perCol: 0 };
    const empty = zeros('complex64', [4, 5]);
    expect(estimateRamp(empty, everything(empty))).toEqual(none);
    expect(estimateRamp(empty, new Uint8Array(20))).toEqual(none);
    const line = complex(1, 40, (_, col) => ({ amplitude: 1, phase: 0.3 * col }));
    line.data[10] = NaN;
    const found = estimateRamp(line, everything(line));
    expect(found.perCol).toBeCloseTo(0.3, 4);
    expect(found.perRow).toBe(0);
  });

  it('refuses real arrays and a lit region of another size', () => {
    expect(() => estimateRamp(zeros('float32', [2, 2]), new Uint8Array(4))).toThrow(DataError);
    expect(() => estimateRamp(zeros('complex64', [2, 2]), new Uint8Array(5))).toThrow(/\[2x2 complex64\]/);
  });
});

describe('removeRamp', () => {
  it('turns the ramp back and leaves amplitudes, in the region asked for', () => {
    const given = { global: 0.4, perRow: 0.9, perCol: -2.2 };
    const object = complex(9, 11, (row, col) => ({
      amplitude: 1 + row + col,
      phase: ramped(given, row, col) + 0.1 * col,
    }));
    const flat = removeRamp(object, given, { row: 2, col: 3, rows: 7, cols: 5 });
    expect(flat).toHaveLength(7 * 5 * 2);
    for (let row = 2; row < 9; row++) {
      for (let col = 3; col < 8; col++) {
        const at = 2 * ((row - 2) * 5 + col - 3);
        expect(flat[at]).toBeCloseTo((1 + row + col) * Math.cos(0.1 * col), 4);
        expect(flat[at + 1]).toBeCloseTo((1 + row + col) * Math.sin(0.1 * col), 4);
      }
    }
  });
});
