/** A disk that is full: a clear error, all that was saved intact, and room for --resume. */
import { describe, expect, it } from 'vitest';
import { fillDisk } from '../tools/full-disk.ts';
import { temporaryFolder } from '../tools/h5py.ts';
import { sampled } from '../tools/sampled.ts';

const ALL = Array.from({ length: 100 }, (_, i) => i);

describe('a full disk', () => {
  it.each(
    sampled<[string, number]>(1, [
      ['link', 400],
      // Has no room for the whole scan from the start: says so before the first frame.
      ['append', 600],
      ['merge', 900],
    ]),
  )('with save: %s is said, damages nothing, and is resumed', (save, kilobytes) => {
    const found = fillDisk(temporaryFolder(), save, kilobytes);
    expect(found.status).toBe(1);
    expect(found.stderr).toMatch(/^ptyflow: disk\/S\.ptyd\S*: cannot .*No space left on device/);
    expect(found.left).toEqual(ALL.slice(0, found.acknowledged));
    if (save === 'link') expect(found.acknowledged).toBeGreaterThan(0);
    expect(found.resumedStatus, found.resumedStderr).toBe(0);
    expect(found.whole).toEqual(ALL);
  });
});
