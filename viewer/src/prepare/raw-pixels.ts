/** Statistics of raw frames as they came from the server, and pictures of them with the mask that is being made. */
import type { NdArray } from '../../../src/array/ndarray.ts';
import { STATISTICS, type PixelStatistics, type Statistic } from '../../../src/scan/prepare/mask-edits.ts';
import type { Picture } from '../../../src/server/protocol/picture-message.ts';

export interface RawPixels extends PixelStatistics {
  /** 1: the scan's own mask leaves it. */
  readonly own: Uint8Array;
}

/** Of a picture of `statistics`. */
export function rawPixels({ rows, cols, values }: Picture): RawPixels {
  const size = rows * cols;
  const plane = (at: number): Float32Array => values.subarray(at * size, (at + 1) * size);
  const [mean, max, std, min] = STATISTICS.map((_, at) => plane(at));
  const flags = plane(STATISTICS.length);
  const [own, hot] = [new Uint8Array(size), new Uint8Array(size)];
  for (let i = 0; i < size; i++) {
    own[i] = flags[i] & 1;
    hot[i] = flags[i] >> 1;
  }
  return { rows, cols, mean, max, std, min, own, hot };
}

/** A statistic, and which pixels count. */
export function statisticPicture(base: Picture, pixels: RawPixels, of: Statistic, mask: Uint8Array): Picture {
  const size = pixels.rows * pixels.cols;
  const values = new Float32Array(3 * size);
  values.set(pixels[of]);
  for (let i = 0; i < size; i++) values[2 * size + i] = mask[i] & pixels.own[i];
  return { ...base, planes: 3, values };
}

/** Pixels that are good to both masks, (rows, cols). */
export function goodPixels(pixels: RawPixels | undefined, mask: Uint8Array | undefined): NdArray<'uint8'> {
  const data = mask?.map((good, i) => good & (pixels?.own[i] ?? 0)) ?? new Uint8Array();
  return { dtype: 'uint8', shape: [pixels?.rows ?? 0, pixels?.cols ?? 0], data };
}

/** How many pixels are masked: by the scan's class, and in all. */
export function countMasked({ own }: RawPixels, mask: Uint8Array): { own: number; all: number } {
  const counts = { own: 0, all: 0 };
  for (let i = 0; i < mask.length; i++) {
    counts.own += 1 - own[i];
    counts.all += 1 - (own[i] & mask[i]);
  }
  return counts;
}
