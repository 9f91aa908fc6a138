/** Numbers on axes, and ranges. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import { formatNumber } from '../../../src/pictures/panels/numbers.ts';
import { formatPlace, scaleBar } from './lengths.ts';
import { NO_RAMP } from './ramp.ts';
import { colourRange, percentileRange } from './range.ts';
import { lengthAxis, linearTicks, logTicks, type Room } from './ticks.ts';

const room: Room = { length: 300, along: (text) => 7 * text.length + 12, fits: (text) => text.length <= 8 };

function expectClear(ticks: readonly { readonly at: number; readonly text: string }[]): void {
  for (const [i, { at, text }] of ticks.entries()) {
    expect(at).toBeGreaterThanOrEqual(-1e-4);
    expect(at).toBeLessThanOrEqual(1 + 1e-4);
    expect(room.fits(text)).toBe(true);
    if (i === 0) continue;
    const before = ticks[i - 1];
    expect((at - before.at) * 300).toBeGreaterThanOrEqual((room.along(text) + room.along(before.text)) / 2);
  }
}

describe('ticks', () => {
  it('never overlap nor are too wide, and differ', () => {
    const double = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(double, fc.double({ min: 1e-9, max: 1e6, noNaN: true }), (low, size) => {
        // Finer than this a double cannot tell.
        const span = Math.max(size, 1e-9 * Math.abs(low));
        const ticks = linearTicks([low, low + span], room);
        expectClear(ticks);
        if (Math.abs(low) < span) expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
        expectClear(logTicks([span, span * (2 + Math.abs(low))], room));
      }),
    );
  });

  it('are round', () => {
    expect(linearTicks([-1, 1], room).map(({ text }) => text)).toEqual(['−1.0', '−0.5', '0.0', '0.5', '1.0']);
    expect(logTicks([1, 1e6], room).map(({ text }) => text)).toContain('10³');
    expect(linearTicks([3, 3], room)).toEqual([]);
  });

  it('metres get a unit, and an offset where they are far from zero', () => {
    expect(lengthAxis('x', [-2e-6, 2e-6], 4e-6, 'm', room).label).toBe('x (µm)');
    expect(lengthAxis('x', [0, 60], 60, 'px', room).label).toBe('x (px)');
    const far = lengthAxis('y', [1e-3, 1.000002e-3], 2e-6, 'm', room);
    expect(far.label).toMatch(/^y − 1 mm \(µm\)$/);
    expectClear(far.ticks);
  });
});

it('lengths and numbers', () => {
  expect(scaleBar(9e-6, 'm')).toEqual({ length: expect.closeTo(2e-6, 12) as number, text: '2 µm' });
  expect(scaleBar(70, 'px').text).toBe('10 px');
  expect(formatPlace(-1.2345e-6, 1e-8, 4e-6, 'm')).toBe('−1.23 µm');
  expect(formatNumber(NaN)).toBe('no value');
  expect(formatNumber(-1.5e-7)).toBe('−1.5×10⁻⁷');
});

describe('ranges', () => {
  const picture: Picture = {
    ...{ kind: 'real', channel: 0, sequence: 0, planes: 1, rows: 1, cols: 1001, reduction: 1, index: -1 },
    ...{ time: 0, psizeM: [1, 1], range: [0, 500] },
    values: Float32Array.from({ length: 1001 }, (_, i) => i),
  };

  it('are those of the picture, above zero for logarithms, the circle for phases', () => {
    expect(colourRange(picture, 'value', 'linear', 'auto')).toEqual([0, 500]);
    expect(colourRange(picture, 'value', 'log', 'auto')).toEqual([1, 500]);
    expect(colourRange(picture, 'value', 'log', [0, 2])).toEqual([2e-4, 2]);
    expect(colourRange({ ...picture, kind: 'complex' }, 'phase', 'log', 'auto')).toEqual([-Math.PI, Math.PI]);
    const [low, high] = colourRange(picture, 'value', 'linear', [3, 3]);
    expect(low).toBeLessThan(3);
    expect(high).toBeGreaterThan(3);
  });

  it('leave out percentiles', () => {
    const quantity = { show: 'value', plane: 0, ramp: NO_RAMP } as const;
    expect(percentileRange(picture, quantity, [0.5, 99.5])).toEqual([5, 995]);
    const none = { ...picture, values: picture.values.map(() => NaN) };
    expect(percentileRange(none, quantity, [0.5, 99.5])).toEqual([0, 1]);
  });
});
