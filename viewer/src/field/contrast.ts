/** Where the colours of a picture begin and end. */
import type { Picture } from '../../../src/server/protocol/picture-message.ts';

/** Values that are looked at: more would take longer than they are worth. */
const SAMPLE = 60_000;

/** Smallest and largest amplitude or value of a plane, but for `percent` % at either end. */
export function percentileRange(picture: Picture, percent: number, plane = 0): [number, number] {
  const isComplex = picture.kind === 'complex';
  const count = picture.rows * picture.cols;
  const step = Math.max(1, Math.ceil(count / SAMPLE));
  const sample = new Float64Array(Math.ceil(count / step));
  for (let i = 0; i < sample.length; i++) {
    const at = plane * count + i * step;
    const { values } = picture;
    sample[i] = isComplex ? Math.hypot(values[2 * at], values[2 * at + 1]) : values[at];
  }
  const sorted = sample.filter(Number.isFinite).sort();
  if (sorted.length === 0) return [0, 1];
  const cut = Math.floor((percent / 100) * (sorted.length - 1));
  return [sorted[cut], sorted[sorted.length - 1 - cut]];
}

/** Percent left out at either end, or the range by hand. */
export type Contrast = number | readonly [number, number];

/** Of fields that are to have the same colours; pictures that are not there yet do not count. */
export function fieldRange(
  show: string,
  contrast: Contrast | undefined,
  pictures: readonly (Picture | undefined)[],
): readonly [number, number] | 'auto' {
  const there = pictures.filter((picture) => picture !== undefined);
  if (show === 'phase' || contrast === undefined || there.length === 0) return 'auto';
  if (typeof contrast !== 'number') return contrast;
  const ranges = there.map((picture) => percentileRange(picture, contrast));
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}
