/** Which frames of a scan are looked at. */

/** Frames, and bytes in single precision, that are read at most. */
const MOST_FRAMES = 200;
const MOST_BYTES = 2 ** 30;

/** Bytes in single precision that are read at a time. */
const PORTION_BYTES = 2 ** 26;

/** Numbers of frames of `pixels` pixels: all `frames` if they are few, else evenly spread from the first to the last. Null: the first ones. */
export function sampleOf(frames: number | null, pixels: number): number[] {
  const most = Math.max(1, Math.min(MOST_FRAMES, Math.floor(MOST_BYTES / (4 * pixels))));
  if (frames === null || frames <= most) return Array.from({ length: frames ?? most }, (_, i) => i);
  return Array.from({ length: most }, (_, i) =>
    most === 1 ? 0 : Math.round((i * (frames - 1)) / (most - 1)),
  );
}

/** A few at a time. */
export function portionsOf(sample: readonly number[], pixels: number): number[][] {
  const each = Math.max(1, Math.min(16, Math.floor(PORTION_BYTES / (4 * pixels))));
  return Array.from({ length: Math.ceil(sample.length / each) }, (_, i) =>
    sample.slice(i * each, (i + 1) * each),
  );
}
