/** Frames that are seen while they are prepared, by ranks that hold some of them each. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArrayScan, gridPositions, numberedFrames } from '../../../test/tools/array-scan.ts';
import { temporaryFolder } from '../../../test/tools/h5py.ts';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import { silentLog } from '../../log.ts';
import { ScanRegistry } from '../../loaders/registry.ts';
import type { Communicator } from '../../parallel/communicator.ts';
import { drainScan } from '../scans/prepare.ts';
import { Desk } from './desk.ts';
import { PreparedFrames } from './prepared-frames.ts';
import type { FromRun } from './requests.ts';
import type { AskedFrames, Prepared } from './snapshot.ts';

const folder = temporaryFolder();
const [FRAMES, ROWS, COLS] = [23, 4, 6];
const frames = numberedFrames(FRAMES, ROWS, COLS);

/** Prepares in chunks of 9, asks after each of them; the answers. */
async function seen(
  communicator: Communicator,
  save: string | null,
  asked: AskedFrames,
): Promise<Prepared[]> {
  const answers: Prepared[] = [];
  const desk = new Desk((message: FromRun) => {
    if (message.kind === 'answer') answers.push(message.answer as Prepared);
  });
  const dfile = save === null ? null : join(folder, `${save}-${communicator.size}.ptyd`);
  const scan = new ArrayScan(
    { shape: null, num_frames: FRAMES, label: 'S', ...(save === null ? {} : { save, dfile }) },
    { frames, positionsWithFrames: gridPositions(FRAMES) },
    { communicator },
  );
  const stage = {
    ...{ registry: new ScanRegistry(), communicator, log: silentLog, desk },
    onEvent: ({ event }: { event: string }) => {
      if (event !== 'chunk' || communicator.rank > 0) return;
      desk.hear({ kind: 'request', id: answers.length, name: 'prepared', given: { frames: asked } });
    },
  };
  const prepared = new PreparedFrames(stage);
  await drainScan(
    scan,
    'S',
    9,
    stage,
    (data) => {
      prepared.add('S', data, dfile ?? undefined);
    },
    prepared,
  );
  return answers;
}

describe.each([1, 2])('on %i ranks', (ranks) => {
  it.each([null, 'append', 'link', 'merge'])('saved as %s, any frame is there by its index', async (save) => {
    const [answers] = await onRanks(ranks, (communicator) => seen(communicator, save, [20, 3, 10]));
    const counts = answers.map(({ scans }) => scans.S.indices.length);
    expect(counts).toEqual([9, 18, 23]);
    const there = answers.map((answer) => answer.frames.map(({ index }) => index));
    expect(there).toEqual([[3], [3, 10], [20, 3, 10]]);
    for (const { index, position, measured, weights } of answers.flatMap((answer) => answer.frames)) {
      expect(position[0]).toBeCloseTo(index * 1e-6, 12);
      expect([...measured.data].slice(0, 2)).toEqual([1 + 10000 * index, 2 + 10000 * index]);
      expect([measured.shape, weights.shape]).toEqual([
        [ROWS, COLS],
        [ROWS, COLS],
      ]);
      expect(Math.min(...weights.data)).toBeGreaterThan(0);
    }
    const { scans } = answers[2];
    expect([...scans.S.positions.data.slice(0, 4)]).toEqual([0, -0, 1e-6, -2e-6]);
    const sum = (index: number): number =>
      [...frames.data.slice(index * ROWS * COLS, (index + 1) * ROWS * COLS)].reduce<number>(
        (total, value) => total + value,
        0,
      );
    expect([...scans.S.photons.data]).toEqual(Array.from({ length: FRAMES }, (_, index) => sum(index)));
  });

  it('the newest is shown', async () => {
    const [answers] = await onRanks(ranks, (communicator) => seen(communicator, null, 'newest'));
    expect(answers.map((answer) => answer.frames.map(({ index }) => index))).toEqual([[8], [17], [22]]);
  });
});
