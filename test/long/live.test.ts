/** While the scan runs: a detector, a preparation and a reconstruction, each a process of its own. */
import { expect, it } from 'vitest';
import { readPtyr } from '../../src/ptyr/reader.ts';
import { temporaryFolder } from '../tools/h5py.ts';
import { liveScan } from '../tools/live-scan.ts';
import { objectDifference } from '../tools/object-difference.ts';

const FRAMES = 400;

it('a scan that is followed from the detector to the object ends as the same frames do offline', async () => {
  const { codes, events, live, offline } = await liveScan(temporaryFolder(), FRAMES, 100);
  expect(codes).toEqual([0, 0, 0]);
  const isLive = (event: (typeof events)[number]): boolean =>
    event.event === 'iteration' && event.iterations === null;
  // Iterations began before the last frame had come.
  const lastChunk = events.findLastIndex(({ event }) => event === 'chunk');
  expect(events.findIndex(isLive)).toBeGreaterThan(0);
  expect(events.findIndex(isLive)).toBeLessThan(lastChunk);
  expect(events[lastChunk]).toMatchObject({ frames: FRAMES, total: FRAMES });
  const { positions } = await readPtyr(live);
  expect([...positions.S.indices].sort((a, b) => a - b)).toEqual(Array.from({ length: FRAMES }, (_, i) => i));
  expect(await objectDifference(live, offline)).toBeLessThan(0.02);
}, 600_000);
