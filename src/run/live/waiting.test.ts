/** Waiting for sources that are not there, on several ranks. */
import { describe, expect, it } from 'vitest';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import { AbortedError } from '../../errors.ts';
import { WatchLoader } from '../../loaders/watch/loader.ts';
import { Waiting } from './waiting.ts';

describe('Waiting', () => {
  it.each([1, 2, 3])('for sources ends on all of %i ranks when one is told to stop', async (size) => {
    const ended = await onRanks(size, async (communicator) => {
      const scan = new WatchLoader(
        { base_path: 'not-there', pattern: '%d.npy', positions_file: 'not-there.txt' },
        { communicator, follow: true },
      );
      const waiting = new Waiting(scan, communicator, Infinity);
      const waited = waiting.forSources('S', () => undefined, AbortSignal.abort());
      return waited.catch((error: unknown) => error);
    });
    expect(ended).toHaveLength(size);
    for (const error of ended) expect(error).toBeInstanceOf(AbortedError);
  });
});
