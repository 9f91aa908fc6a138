/** Where the colours of fields begin and end. */
import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import { NO_RAMP } from '../heatmap/ramp.ts';
import { percentileRange } from '../heatmap/range.ts';

/** Percent left out at either end, or the range by hand. */
export type Contrast = number | readonly [number, number];

const AMPLITUDE = { show: 'amplitude', plane: 0, ramp: NO_RAMP } as const;

/** Of amplitudes that are to have the same colours; pictures that are not there yet do not count. */
export function fieldRange(
  show: string,
  contrast: Contrast | undefined,
  pictures: readonly (Picture | undefined)[],
): readonly [number, number] | 'auto' {
  const there = pictures.filter((picture) => picture !== undefined);
  if (show === 'phase' || contrast === undefined || there.length === 0) return 'auto';
  if (typeof contrast !== 'number') return contrast;
  const ranges = there.map((picture) => percentileRange(picture, AMPLITUDE, [contrast, 100 - contrast]));
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}
