import { describe, expect, it } from 'vitest';
import { inParts, maskOfEdits, type MaskEdit, type Place, type PixelStatistics } from './mask-edits.ts';

const [ROWS, COLS] = [9, 12];
const SIZE = ROWS * COLS;

/** Each pixel's mean is its number, the first pixel's is not known; pixels 20 and 40 are hot. */
const FRAME: PixelStatistics = {
  ...{ rows: ROWS, cols: COLS },
  mean: Float32Array.from({ length: SIZE }, (_, i) => (i === 0 ? NaN : i)),
  max: Float32Array.from({ length: SIZE }, (_, i) => 2 * i),
  std: new Float32Array(SIZE),
  min: new Float32Array(SIZE).fill(-1),
  hot: Uint8Array.from({ length: SIZE }, (_, i) => (i === 20 || i === 40 ? 1 : 0)),
};

/** Pixels that are masked. */
function masked(...edits: MaskEdit[]): number[] {
  return [...maskOfEdits(edits, FRAME)].flatMap((good, pixel) => (good === 0 ? [pixel] : []));
}

function at(...places: readonly Place[]): number[] {
  return places.map(([row, col]) => row * COLS + col).sort((a, b) => a - b);
}

function stroke(radius: number, ...points: readonly Place[]): MaskEdit {
  return { do: 'brush', radius, points, masks: true };
}

describe('edits of a mask', () => {
  it('masks a rectangle, both corners included, whichever comes first, and what of it is on the frame', () => {
    const from = [2.4, 3.6] as const;
    const expected = at([1, 4], [1, 5], [2, 4], [2, 5]);
    expect(masked({ do: 'rectangle', from, to: [1, 5], masks: true })).toEqual(expected);
    expect(masked({ do: 'rectangle', from: [1, 5], to: from, masks: true })).toEqual(expected);
    expect(masked({ do: 'rectangle', from: [-5, -5], to: [0, 0], masks: true })).toEqual([0]);
    expect(masked({ do: 'rectangle', from: [20, 20], to: [30, 30], masks: true })).toEqual([]);
  });

  it('masks all pixels whose middle is within the radius of the line', () => {
    expect(masked(stroke(0.5, [4, 5]))).toEqual(at([4, 5]));
    expect(masked(stroke(1, [4, 5]))).toEqual(at([3, 5], [4, 4], [4, 5], [4, 6], [5, 5]));
    expect(masked(stroke(0.5, [4, 2], [4, 5]))).toEqual(at([4, 2], [4, 3], [4, 4], [4, 5]));
    const slanted = masked(stroke(1.2, [1.3, 2.2], [6.5, 8.1], [2, 9]));
    const expected = Array.from({ length: SIZE }, (_, i) => i).filter((i) => {
      const [y, x] = [Math.floor(i / COLS), i % COLS];
      // To one of many places along the line.
      return Array.from({ length: 4001 }, (_, k) => k / 2000).some((t) => {
        const [a, b, s] = t <= 1 ? [[1.3, 2.2], [6.5, 8.1], t] : [[6.5, 8.1], [2, 9], t - 1];
        return Math.hypot(y - a[0] - s * (b[0] - a[0]), x - a[1] - s * (b[1] - a[1])) <= 1.2;
      });
    });
    expect(slanted).toEqual(expected);
  });

  it('masks above and below a value of a statistic; what is not known is neither', () => {
    const threshold = { do: 'threshold', of: 'mean', masks: true } as const;
    expect(masked({ ...threshold, side: 'above', value: SIZE - 3 })).toEqual([SIZE - 2, SIZE - 1]);
    expect(masked({ ...threshold, side: 'below', value: 3 })).toEqual([1, 2]);
    expect(masked({ ...threshold, of: 'max', side: 'below', value: 3 })).toEqual([0, 1]);
  });

  it('masks hot pixels, unmasks, and clears, in the order of the list', () => {
    const hot = { do: 'hot', masks: true } as const;
    const all = { do: 'rectangle', from: [0, 0], to: [ROWS, COLS], masks: true } as const;
    expect(masked(hot)).toEqual([20, 40]);
    expect(masked(all, { ...hot, masks: false })).toHaveLength(SIZE - 2);
    expect(masked({ ...hot, masks: false }, all)).toHaveLength(SIZE);
    expect(masked(all, { do: 'clear' }, hot)).toEqual([20, 40]);
  });

  it('comes to the same in parts, each small enough for a message', () => {
    const wave = Array.from({ length: 5000 }, (_, i): Place => [
      Math.round(10 * (4 + 4 * Math.sin(i / 90))) / 10,
      Math.round(10 * ((i * COLS) / 5000)) / 10,
    ]);
    const edits: MaskEdit[] = [
      { do: 'hot', masks: true },
      stroke(0.6, ...wave),
      stroke(2, [3, 3]),
      { do: 'clear' },
      stroke(0.6, ...wave.slice(0, 3000)),
    ];
    const parts = inParts(edits, 2000);
    expect(parts.length).toBeGreaterThan(30);
    for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(2000);
    expect(maskOfEdits(parts.flat(), FRAME)).toEqual(maskOfEdits(edits, FRAME));
    expect(inParts(edits, 1e6)).toEqual([edits]);
  });
});
