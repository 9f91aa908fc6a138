/** Files that nobody seems to write any more. */
import { statSync } from 'node:fs';

/** So long at least, s. */
const LEAST_S = 5;
/** And so many times as long as a frame took while they were written. */
const FRAMES = 10;

/**
 * Whether files that hold `frames` frames have been left alone for long: no frame has come for ten times the time that each took
 * (from the birth of the file to its last change), and for 5 s.
 */
export function areQuiet(files: readonly string[], frames: number, now = Date.now()): boolean {
  return files.every((file) => {
    const { mtimeMs, birthtimeMs } = statSync(file);
    const perFrame = Math.max(0, mtimeMs - birthtimeMs) / Math.max(1, frames);
    return now - mtimeMs >= Math.max(1000 * LEAST_S, FRAMES * perFrame);
  });
}
