/** Others may look at a file at any moment while it is written. A sample of what test/long does for longer. */
import { describe, expect, it } from 'vitest';
import { sampled } from '../tools/sampled.ts';
import { temporaryFolder } from '../tools/h5py.ts';
import { pollWhileWriting } from '../tools/polled-writing.ts';

describe.each(['link'])('h5py polls a file written with save: %s', (save) => {
  it.each(sampled(1, ['unknown', 'known'] as const))(
    'and sees whole chunks only, number of frames %s',
    async (number) => {
      const { written, reader } = await pollWhileWriting(temporaryFolder(), save, number, 2);
      expect(reader.errors).toEqual([]);
      expect(written).toBeGreaterThan(30);
      expect(reader.frames).toBeGreaterThanOrEqual(written);
      expect(reader.polls).toBeGreaterThan(20);
    },
  );
});
