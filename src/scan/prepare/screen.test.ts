import { describe, expect, it } from 'vitest';
import { fromNumbers, type NdArray } from '../../array/ndarray.ts';
import { screen, withoutMarkers } from './screen.ts';
import { onesWeights } from './weights.ts';

const OFF = { saturation: null, hotPixels: false };

function frames(values: number[], count = 1): NdArray<'float32'> {
  return fromNumbers('float32', values, [count, 2, values.length / count / 2]);
}

describe('screen', () => {
  it('passes good frames through untouched', () => {
    const data = frames([0, 1, 2, 3]);
    const weights = onesWeights([2, 2]);
    const result = screen(data, weights, OFF);
    expect(result.data).toBe(data);
    expect(result.weights).toBe(weights);
    expect(result.counts).toEqual({ notFinite: 0, negative: 0, saturated: 0, hot: 0 });
  });

  it('masks and counts NaN, infinite and negative values, frame by frame', () => {
    const result = screen(frames([1, NaN, 2, 3, -1, 4, Infinity, 5], 2), onesWeights([2, 2]), OFF);
    expect(Array.from(result.weights.data as Uint8Array)).toEqual([1, 0, 1, 1, 0, 1, 0, 1]);
    expect(Array.from(result.data.data as Float32Array)).toEqual([1, 0, 2, 3, -1, 4, 0, 5]);
    expect(result.counts).toEqual({ notFinite: 2, negative: 1, saturated: 0, hot: 0 });
  });

  it('masks saturated pixels: the largest value of the type, or the given one', () => {
    const data = fromNumbers('uint16', [1, 65535, 100, 3], [1, 2, 2]);
    expect(screen(data, onesWeights([2, 2]), OFF).counts.saturated).toBe(1);
    expect(screen(data, onesWeights([2, 2]), { ...OFF, saturation: 100 }).counts.saturated).toBe(2);
  });

  it('masks markers of bad pixels in whichever type they are stored', () => {
    const stored = [
      ['float32', 2 ** 32 - 1],
      ['float64', 2 ** 32 - 1],
      ['float64', 2 ** 64 - 1],
      ['float64', 2 ** 32 - 2],
      ['uint32', 2 ** 32 - 2],
      ['float32', 2 ** 31 - 1],
      ['float32', 65535],
      ['int32', 65535],
      ['uint32', 65534],
      ['float64', 32767],
    ] as const;
    for (const [dtype, marker] of stored) {
      const data = fromNumbers(dtype, [1, marker, 9000, 3], [1, 2, 2]);
      const result = screen(data, onesWeights([2, 2]), OFF);
      expect(Array.from(result.weights.data), `${dtype} ${marker}`).toEqual([1, 0, 1, 1]);
      expect(result.counts).toEqual({ notFinite: 0, negative: 0, saturated: 1, hot: 0 });
    }
  });

  it('masks two kinds of markers in the same frames', () => {
    const data = fromNumbers('float64', [1, 2 ** 32 - 1, 2 ** 32 - 2, 3, NaN, -1, 2, 2], [2, 2, 2]);
    const result = screen(data, onesWeights([2, 2]), OFF);
    expect(Array.from(result.weights.data)).toEqual([1, 0, 0, 1, 0, 0, 1, 1]);
    expect(result.counts).toEqual({ notFinite: 1, negative: 1, saturated: 2, hot: 0 });
  });

  it('takes counts that happen to have the value of a marker for counts', () => {
    const same = (values: number[]): void => {
      const data = fromNumbers('float64', values, [1, 2, values.length / 2]);
      expect(screen(data, onesWeights([2, values.length / 2]), OFF).counts.saturated).toBe(0);
    };
    // Larger counts are there: the detector has more than 16 bits.
    same([65535, 65535, 70000, 3]);
    same([2 ** 31 - 1, 3e9, 1, 2]);
    // It is the brightest pixel, and others come near it.
    same([65535, 60000, 1, 2]);
    same([65534, 65534, 60000, 2]);
    same([32766.5, 32000, 255, 127]);
  });

  it('takes the largest value that comes again and again for a saturated one', () => {
    const data = fromNumbers('float32', [65535, 65535, 65000, 3], [1, 2, 2]);
    expect(screen(data, onesWeights([2, 2]), OFF).counts.saturated).toBe(2);
  });

  it('judges by the pixels that are used', () => {
    const weights = fromNumbers('uint8', [1, 1, 0, 1], [2, 2]);
    const data = fromNumbers('float32', [65535, 100, 1e6, 3], [1, 2, 2]);
    expect(screen(data, weights, OFF).counts.saturated).toBe(1);
  });

  it('does not count pixels that are masked already, and leaves the given weights alone', () => {
    const weights = fromNumbers('uint8', [1, 0, 1, 1], [2, 2]);
    const result = screen(frames([1, NaN, 2, 3]), weights, OFF);
    expect(result.counts.notFinite).toBe(0);
    expect(result.weights).toBe(weights);
  });

  it('finds a hot pixel, and takes neither a bright speckle with neighbours nor shot noise for one', () => {
    const [rows, cols] = [16, 16];
    const one = Float32Array.from({ length: rows * cols }, (_, p) => {
      const [r, c] = [Math.floor(p / cols) - 8, (p % cols) - 8];
      return Math.round(500 * Math.exp(-(r * r + c * c) / 4)) + (p % 7 === 0 ? 1 : 0);
    });
    one[2 * cols + 3] = 4000;
    const data = fromNumbers('float32', [...one, ...one], [2, rows, cols]);
    const result = screen(data, onesWeights([rows, cols]), { saturation: null, hotPixels: true });
    expect(result.counts.hot).toBe(1);
    expect(result.weights.data[2 * cols + 3]).toBe(0);
    expect(result.weights.data[8 * cols + 8]).toBe(1);
  });
});

describe('withoutMarkers', () => {
  it('leaves a dark or flat field alone, but for the pixels that are marked', () => {
    const good = fromNumbers('float32', [-0.5, 0, 2, 100], [2, 2]);
    expect(withoutMarkers(good)).toBe(good);
    const read = (dtype: 'uint16' | 'int32' | 'float64', values: number[]): number[] =>
      Array.from(withoutMarkers(fromNumbers(dtype, values, [2, 2])).data);
    expect(read('uint16', [1, 65535, 2, 3])).toEqual([1, NaN, 2, 3]);
    expect(read('int32', [1, -1, 2, 3])).toEqual([1, NaN, 2, 3]);
    expect(read('float64', [1, 2 ** 32 - 1, 2, -3])).toEqual([1, NaN, 2, -3]);
  });
});
