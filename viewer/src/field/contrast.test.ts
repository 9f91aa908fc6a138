import { expect, it } from 'vitest';
import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import { fieldRange } from './contrast.ts';

function row(amplitudes: readonly number[]): Picture {
  return {
    ...{ kind: 'complex', channel: 1, sequence: 1, planes: 1, rows: 1, cols: amplitudes.length },
    ...{ reduction: 1, index: -1, time: 0, psizeM: [1, 1], range: [0, 0] },
    values: Float32Array.from(amplitudes.flatMap((amplitude) => [0.6 * amplitude, -0.8 * amplitude])),
  };
}

it('the same share of the amplitudes is left out at either end', () => {
  const ramp = row(Array.from({ length: 101 }, (_, i) => 100 - i));
  const rounded = (contrast: number) => {
    const range = fieldRange('amplitude', contrast, [ramp]);
    return range === 'auto' ? range : range.map(Math.round);
  };
  expect(rounded(0)).toEqual([0, 100]);
  expect(rounded(5)).toEqual([5, 95]);
});

it('two pictures have one range, those that are not there count for nothing, phases have their own', () => {
  const [low, high] = fieldRange('complex', 0, [row([2, 5]), undefined, row([1, 4])]);
  expect([low, high].map(Number)).toEqual([expect.closeTo(1, 5), expect.closeTo(5, 5)]);
  expect(fieldRange('amplitude', [0, 7], [row([2, 5])])).toEqual([0, 7]);
  expect(fieldRange('phase', 0, [row([2, 5])])).toBe('auto');
  expect(fieldRange('amplitude', 0, [undefined])).toBe('auto');
});
