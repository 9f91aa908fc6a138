/** A minute of writing with an h5py reader that polls. */
import { expect, it } from 'vitest';
import { temporaryFolder } from '../tools/h5py.ts';
import { pollWhileWriting } from '../tools/polled-writing.ts';

it.each(['known', 'unknown'] as const)(
  'an h5py reader polling during 60 s of writing in link mode sees no error, number of frames %s',
  async (number) => {
    const { written, reader } = await pollWhileWriting(temporaryFolder(), 'link', number, 60);
    console.log(`${written} frames written, ${reader.frames} read in ${reader.polls} looks`);
    expect(reader.errors).toEqual([]);
    expect(reader.frames).toBeGreaterThanOrEqual(written);
    expect(reader.polls).toBeGreaterThan(100);
  },
);
