/** Frames that a program pushes. */
import { describe, expect, it } from 'vitest';
import { GEOMETRY, requirePackage } from '../../../test/tools/array-scan.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { ndarray, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import { silentLog } from '../../log.ts';
import { EOS, WAIT } from '../../frames/package.ts';
import { QueueScan } from './loader.ts';

const frame = (value: number, shape = [2, 3]): NdArray<RealDType> =>
  ndarray('uint16', shape, new Uint16Array(shape[0] * shape[1]).fill(value));

function queue(more: object = {}): QueueScan {
  return new QueueScan({ ...GEOMETRY, ...more }, { log: silentLog });
}

describe('QueueScan', () => {
  it('numbers frames as they come, and counts those of positions_theory only', async () => {
    const scan = queue({
      positions_theory: [
        [0, 0],
        [0, 1e-6],
        [1e-6, 0],
      ],
    });
    await scan.initialize();
    for (const value of [5, 6]) scan.push({ frame: frame(value) });
    scan.push({ frame: frame(9), point: 7 });
    const { chunk } = requirePackage(await scan.auto(10));
    expect(chunk.indices).toEqual([0, 1]);
    expect(await scan.auto(10)).toBe(WAIT);
    scan.push({ frame: frame(7), point: 2 });
    expect(requirePackage(await scan.auto(10)).chunk.indices).toEqual([2]);
    expect(await scan.auto(10)).toBe(EOS);
  });

  it('hands out what was pushed before it failed', async () => {
    const scan = queue();
    await scan.initialize();
    scan.push({ frame: frame(5), position: [0, 0] });
    scan.fail(new DataError('the detector is on fire'));
    expect(requirePackage(await scan.auto(10)).chunk.indices).toEqual([0]);
    await expect(scan.auto(10)).rejects.toThrow('the detector is on fire');
  });

  it('refuses what cannot be, by number', () => {
    const scan = queue();
    scan.push({ frame: frame(1), position: [0, 0] });
    const refused: [Parameters<QueueScan['push']>[0], string][] = [
      [{ frame: frame(1), position: [NaN, 0] }, 'frame 1 needs its position, (y, x) in metres; got (NaN, 0)'],
      [{ frame: frame(1) }, 'frame 1 needs its position, (y, x) in metres; got none'],
      [{ frame: frame(1, [3, 2]), position: [0, 0] }, 'frame 1 has the shape (3, 2); expected (2, 3)'],
      [{ frame: frame(1), position: [0, 0], point: -1 }, 'numbered from 0; got number -1'],
    ];
    for (const [given, message] of refused)
      expect(() => {
        scan.push(given);
      }).toThrow(message);
    scan.end();
    expect(() => {
      scan.push({ frame: frame(1), position: [0, 0] });
    }).toThrow('frame 1 comes after the end');
    expect(() => queue({ load_parallel: 'data' })).toThrow(/load_parallel: frames come to the master/);
  });

  it('leaves out a frame that comes again, with a warning', async () => {
    const { log, warnings } = hearing();
    const scan = new QueueScan(GEOMETRY, { log });
    scan.push({ frame: frame(1), position: [0, 0], point: 4 });
    scan.push({ frame: frame(2), position: [0, 0], point: 4 });
    expect(warnings).toEqual(['QueueScan: frame 4 came again; it is left out']);
    await scan.initialize();
    expect(requirePackage(await scan.auto(9)).chunk.data.data[0]).toBe(1);
  });
});
