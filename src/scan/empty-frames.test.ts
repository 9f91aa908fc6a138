/** Frames without counts, and masks that leave nothing. */
import { describe, expect, it } from 'vitest';
import { ArrayScan, gridPositions, packagesOf } from '../../test/tools/array-scan.ts';
import { onRanks } from '../../test/tools/local-ranks.ts';
import { hearing } from '../../test/tools/warnings.ts';
import { ndarray, type NdArray, type RealDType } from '../array/ndarray.ts';
import type { Log } from '../log.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';

const [ROWS, COLS] = [4, 6];

/** Frame n counts n + 1 on every pixel, or nothing. */
function frames(n: number, empty: readonly number[]): NdArray<'int32'> {
  const data = Int32Array.from({ length: n * ROWS * COLS }, (_, i) => {
    const frame = Math.floor(i / (ROWS * COLS));
    return empty.includes(frame) ? 0 : frame + 1;
  });
  return ndarray('int32', [n, ROWS, COLS], data);
}

/** Makes a scan that writes to `log`. */
type Make = (log: Log) => ArrayScan;

function scanOf(
  n: number,
  empty: readonly number[],
  parameters: object = {},
  more: { weight?: NdArray<RealDType>; communicator?: Communicator } = {},
): Make {
  const { weight, communicator = singleCommunicator() } = more;
  const source = {
    frames: frames(n, empty),
    positions: gridPositions(n),
    ...(weight === undefined ? {} : { weight }),
  };
  return (log) =>
    new ArrayScan({ shape: null, auto_center: false, ...parameters }, source, { communicator, log });
}

async function prepared(make: Make, perChunk: number) {
  const { log, warnings } = hearing();
  const scan = make(log);
  await scan.initialize();
  return { packages: await packagesOf(scan, perChunk), warnings };
}

function mask(valid: (i: number) => boolean, n = ROWS * COLS, shape = [ROWS, COLS]): NdArray<'uint8'> {
  return ndarray(
    'uint8',
    shape,
    Uint8Array.from({ length: n }, (_, i) => (valid(i) ? 1 : 0)),
  );
}

describe('frames without counts', () => {
  it('are named by index, and stay', async () => {
    const { packages, warnings } = await prepared(scanOf(10, [2, 7]), 4);
    expect(packages.flatMap(({ chunk }) => chunk.indices)).toHaveLength(10);
    expect(warnings).toEqual([
      '2 of 10 frames have no counts on valid pixels: 2, 7; drop_frames: empty leaves them out',
    ]);
  });

  it('are left out with drop_frames: empty, whole chunks too, positions with them', async () => {
    const { packages, warnings } = await prepared(scanOf(10, [2, 4, 5, 6, 7], { drop_frames: 'empty' }), 4);
    expect(packages.map(({ chunk }) => [chunk.num, ...chunk.indices])).toEqual([
      [0, 0, 1, 3],
      [1, 8, 9],
    ]);
    for (const { chunk } of packages) {
      chunk.indices.forEach((index, row) => {
        expect(chunk.data.data[row * ROWS * COLS]).toBe(index + 1);
        expect([...chunk.positions.data.slice(2 * row, 2 * row + 2)]).toEqual([
          ...gridPositions(10).data.slice(2 * index, 2 * index + 2),
        ]);
      });
    }
    expect(warnings).toEqual([
      '5 of 10 frames have no counts on valid pixels: 2, 4, 5, 6, 7; they are left out',
    ]);
  });

  it('are those whose counts lie on masked pixels', async () => {
    const weight = mask((i) => i >= COLS);
    const scan = scanOf(3, [], {}, { weight });
    const { packages } = await prepared(scan, 3);
    expect(packages[0].chunk.indices).toEqual([0, 1, 2]);
  });

  it.each([3, 100])('are an error where there are no others, %d frames at a time', async (perChunk) => {
    await expect(prepared(scanOf(6, [0, 1, 2, 3, 4, 5]), perChunk)).rejects.toThrow(
      'none of the 6 frames has counts on valid pixels: is the mask inverted, or the shutter closed?',
    );
    await expect(prepared(scanOf(6, [0, 1, 2, 3, 4, 5], { drop_frames: 'empty' }), perChunk)).rejects.toThrow(
      /none of the 6/,
    );
  });

  it('are found by all ranks', async () => {
    const parameters = { drop_frames: 'empty' };
    const chunks = await onRanks(2, async (communicator) => {
      const { packages } = await prepared(scanOf(9, [0, 5], parameters, { communicator }), 9);
      return packages.map(({ chunk }) => chunk);
    });
    for (const [chunk] of chunks) expect(chunk.indices).toEqual([1, 2, 3, 4, 6, 7, 8]);
    expect(chunks.flatMap(([chunk]) => [...chunk.indicesNode]).sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 6, 7, 8,
    ]);
    for (const [chunk] of chunks) {
      expect(
        Array.from({ length: chunk.indicesNode.length }, (_, i) => chunk.data.data[i * ROWS * COLS] - 1),
      ).toEqual(chunk.indicesNode);
    }
  });
});

describe('a mask', () => {
  const large = (valid: (i: number) => boolean): Make => {
    const source = {
      frames: ndarray('int32', [2, 32, 32], new Int32Array(2048).fill(1)),
      positions: gridPositions(2),
      weight: mask(valid, 1024, [32, 32]),
    };
    return (log) => new ArrayScan({ shape: [16, 64], auto_center: false }, source, { log });
  };

  it('that leaves next to nothing of the part that is used is an error', async () => {
    await expect(
      prepared(
        large((i) => i < 64 || i === 300 || i === 500),
        2,
      ),
    ).rejects.toThrow(
      'masks leave 2 of 512 pixels valid (0.39 %): the mask looks inverted, try the other value of its `invert`',
    );
    await expect(
      prepared(
        large(() => false),
        2,
      ),
    ).rejects.toThrow(/masks leave 0 of 512 pixels/);
  });

  it('that leaves little is told of, and what frames are padded with does not count', async () => {
    const few = await prepared(
      large((i) => i % 10 === 0),
      2,
    );
    expect(few.warnings.join()).toMatch(
      /masks leave 5\d of 512 pixels valid \(10 %\); if the mask is inverted/,
    );
    const whole = await prepared(
      large(() => true),
      2,
    );
    expect(whole.warnings).toEqual([]);
  });
});
