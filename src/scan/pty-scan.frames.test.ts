/** How many frames a scan has, and which answer comes when. */
import { describe, expect, it } from 'vitest';
import {
  ArrayScan,
  gridPositions,
  numberedFrames,
  packagesOf,
  requirePackage,
  type ArraySource,
} from '../../test/tools/array-scan.ts';
import { onRanks } from '../../test/tools/local-ranks.ts';
import { hearing } from '../../test/tools/warnings.ts';
import { EOS, WAIT, type AutoAnswer } from '../frames/package.ts';
import type { ScanOptions } from './pty-scan.ts';

const frames = numberedFrames(50, 2, 2);
const positions = gridPositions(50);

async function ready(
  parameters: object,
  source: Partial<ArraySource> = {},
  options?: ScanOptions,
): Promise<ArrayScan> {
  const scan = new ArrayScan({ shape: null, ...parameters }, { frames, ...source }, options);
  await scan.initialize();
  return scan;
}

function size(answer: AutoAnswer): number | string {
  return typeof answer === 'string' ? answer : answer.chunk.indices.length;
}

describe('number of frames', () => {
  it('is that of the positions where none is given', async () => {
    expect((await ready({}, { positions })).numFrames).toBe(50);
  });

  it('is kept when there are more positions', async () => {
    const scan = await ready({ num_frames: 7 }, { positions });
    expect(scan.numFrames).toBe(7);
    const [first] = await packagesOf(scan, 100);
    expect(first.common.num_frames).toBe(7);
    expect(first.chunk.indices).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('is lowered to the positions there are, with a warning', async () => {
    const { log, warnings } = hearing();
    expect((await ready({ num_frames: 99 }, { positions }, { log })).numFrames).toBe(50);
    expect(warnings).toEqual([expect.stringMatching(/99.*50 positions/)]);
  });

  it('is that of positions_theory, whatever num_frames and the measured positions say', async () => {
    const theory = [
      [1e-6, 2e-6],
      [3e-6, 4e-6],
    ];
    const scan = await ready({ num_frames: 1, positions_theory: theory }, { positions });
    const [{ chunk }] = await packagesOf(scan, 100);
    expect(scan.numFrames).toBe(2);
    expect(Array.from(chunk.positions.data)).toEqual(theory.flat());
  });

  it('is an error when neither check nor num_frames tells the end', async () => {
    const scan = await ready({}, { positionsWithFrames: positions });
    await expect(scan.auto(10)).rejects.toThrow(/end of the scan is unknown.*ArrayScan\.check\(\)/);
  });

  it('may be unknown when check tells the end', async () => {
    const check = (asked: number, start: number) => ({
      accessible: Math.min(asked, 5 - start),
      endOfScan: start + asked >= 5,
    });
    const scan = await ready({}, { positionsWithFrames: positions, check });
    const packages = await packagesOf(scan, 3);
    expect(packages.map(({ chunk }) => chunk.indices)).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    expect(packages[0].common.num_frames).toBeNull();
  });
});

describe('answers of auto', () => {
  it('are 30, 20, EOS for 50 frames asked 30 three times', async () => {
    const scan = await ready({}, { positions });
    expect([await scan.auto(30), await scan.auto(30), await scan.auto(30)].map(size)).toEqual([30, 20, EOS]);
  });

  /** A detector that has made this many frames. */
  function detector(made: { frames: number; end?: boolean }): Partial<ArraySource> {
    return {
      positions,
      check: (asked, start) => ({
        accessible: Math.min(asked, made.frames - start),
        endOfScan: made.end === true ? true : undefined,
      }),
    };
  }

  it('are WAIT while fewer than min_frames are there, unless the scan is over', async () => {
    const made = { frames: 4, end: false };
    const scan = await ready({ min_frames: 5 }, detector(made));
    expect(await scan.auto(10)).toBe(WAIT);
    made.frames = 5;
    expect(size(await scan.auto(10))).toBe(5);
    expect(await scan.auto(10)).toBe(WAIT);
    made.frames = 7;
    expect(await scan.auto(10)).toBe(WAIT);
    made.end = true;
    expect([await scan.auto(10), await scan.auto(10)].map(size)).toEqual([2, EOS]);
  });

  it('count min_frames per rank, and are the same on all ranks', async () => {
    const made = { frames: 0 };
    const answers = await onRanks(3, async (communicator) => {
      const scan = new ArrayScan(
        { shape: null, min_frames: 4 },
        { frames, ...detector(made) },
        { communicator },
      );
      await scan.initialize();
      const found: AutoAnswer[] = [];
      for (const count of [11, 12, 50, 50, 50]) {
        await communicator.barrier();
        made.frames = count;
        // Fewer than the least are asked for: the least counts.
        found.push(await scan.auto(2));
        await communicator.barrier();
      }
      return found.map(size);
    });
    for (const answer of answers) expect(answer).toEqual([WAIT, 12, 12, 12, 12]);
  });

  it('go on behind frames that could not be loaded', async () => {
    class Skipping extends ArrayScan {
      protected override load(indices: readonly number[]) {
        const kept = indices.filter((index) => index !== 1 && (index < 4 || index > 7));
        return {
          ...super.load(kept.length === 0 ? [0] : kept),
          ...(kept.length === 0 ? { frames: [] } : {}),
          indices: kept,
        };
      }
    }
    const scan = new Skipping({ shape: null, num_frames: 12 }, { frames, positions });
    await scan.initialize();
    const packages = await packagesOf(scan, 4);
    expect(packages.map(({ chunk }) => [chunk.num, ...chunk.indices])).toEqual([
      [0, 0, 2, 3],
      [1, 8, 9, 10, 11],
    ]);
    expect(Array.from(packages[0].chunk.positions.data.slice(2, 4))).toEqual(
      Array.from(positions.data.slice(4, 6)),
    );
  });
});

describe('frames that were not asked for', () => {
  it.each([
    ['of another scan point', [1, 7, 3], 'scan point 7, which was not asked for'],
    ['of one scan point twice', [1, 2, 1], 'scan point 1 more than once'],
  ])('%s are an error', async (_, indices, message) => {
    class Confused extends ArrayScan {
      protected override load(asked: readonly number[]) {
        return { ...super.load(asked), indices };
      }
    }
    const scan = new Confused({ shape: null, num_frames: 4 }, { frames, positions });
    await scan.initialize();
    await expect(scan.auto(3)).rejects.toThrow(message);
  });
});

describe('positions', () => {
  it('may come with the frames', async () => {
    const scan = await ready({ num_frames: 9 }, { positionsWithFrames: positions });
    const packages = await packagesOf(scan, 4);
    const found = packages.flatMap(({ chunk }) => Array.from(chunk.positions.data));
    expect(found).toEqual(Array.from(positions.data.slice(0, 18)));
  });

  it('of load win over those of loadPositions; those of the parameters win over all', async () => {
    const other = { ...positions, data: positions.data.map((x) => x + 1e-3) };
    const source = { positions, positionsWithFrames: other };
    const scan = await ready({}, source);
    expect(requirePackage(await scan.auto(50)).chunk.positions.data).toEqual(other.data);
    const given = await ready({ positions_theory: [[5e-6, 6e-6]] }, source);
    expect(Array.from(requirePackage(await given.auto(50)).chunk.positions.data)).toEqual([5e-6, 6e-6]);
  });

  it('that nobody gives are an error', async () => {
    const scan = await ready({ num_frames: 9 });
    await expect(scan.auto(4)).rejects.toThrow(/4 frames were loaded but 0 positions/);
  });

  it.each([
    ['three numbers', [[1, 2, 3]], /\(1, 2, 3\)/],
    ['something that is not finite', [[1, Number.NaN]], /\(1, NaN\)/],
    [
      'an array of another shape',
      { dtype: 'float64' as const, shape: [4], data: new Float64Array(4) },
      /\(4\)/,
    ],
    [
      'an array with a gap',
      { dtype: 'float64' as const, shape: [1, 2], data: Float64Array.of(1, Number.NaN) },
      /position 0 as NaN/,
    ],
  ])('of %s are an error that shows them', async (_, wrong, message) => {
    await expect(ready({}, { positions: wrong })).rejects.toThrow(message);
  });
});
