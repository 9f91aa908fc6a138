/** A minute of writing with an h5py reader that polls. */
import { expect, it } from 'vitest';
import { temporaryFolder } from '../tools/h5py.ts';
import { pollWhileWriting } from '../tools/polled-writing.ts';

it.each([
  ['link', 'known', 60],
  ['link', 'unknown', 60],
  ['append', 'known', 10],
  ['append', 'unknown', 10],
] as const)(
  'an h5py reader that polls while frames are written with save: %s sees no error, number of frames %s, %d s',
  async (save, number, seconds) => {
    const { written, reader } = await pollWhileWriting(temporaryFolder(), save, number, seconds);
    console.log(`${written} frames written, ${reader.frames} read in ${reader.polls} looks`);
    expect(reader.errors).toEqual([]);
    expect(reader.frames).toBeGreaterThanOrEqual(written);
    expect(reader.polls).toBeGreaterThan(100);
  },
);
