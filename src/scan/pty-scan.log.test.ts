/** Who hears what a scan has to tell. */
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { gridPositions, numberedFrames, packagesOf } from '../../test/tools/array-scan.ts';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import { hearing } from '../../test/tools/warnings.ts';
import { item, type NdArray, type RealDType } from '../array/ndarray.ts';
import { SCAN_DATA } from '../params/scan-data.ts';
import { PtyScan } from './pty-scan.ts';

const folder = temporaryFolder();

/** Tells of the frames that it loads. */
class Talking extends PtyScan {
  static override readonly parameters = SCAN_DATA;

  protected override loadPositions() {
    return gridPositions(4);
  }

  protected override load(indices: readonly number[]) {
    this.log.warn(`${this.info.label ?? ''}: loads ${indices.join(', ')}`);
    return { frames: indices.map((i): NdArray<RealDType> => item(numberedFrames(4, 3, 3), i)) };
  }
}

/** What is told of differs between the scans. */
const parameters = (label: string, energy: number) => ({
  ...{ label, energy, distance: 2, psize: 1e-4, shape: null, num_frames: 9 },
  ...{ save: 'append' as const, dfile: join(folder, `${label}.ptyd`) },
});

const ofScan = (label: string, energy: number): unknown[] => [
  'num_frames 9 is more than the 4 positions; lowered to 4',
  expect.stringContaining(`energy ${energy} keV is unlikely`),
  `${label}: loads 0, 1`,
  `${label}: loads 2, 3`,
];

describe('scans in one process', () => {
  it('do not hear each other', async () => {
    const shown = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
    const [first, second] = [hearing(), hearing()];
    const scans = [
      new Talking(parameters('A', 5000), { log: first.log }),
      new Talking(parameters('B', 6000), { log: second.log }),
    ];
    await Promise.all(scans.map((scan) => scan.initialize()));
    await Promise.all(scans.map((scan) => packagesOf(scan, 2)));
    expect(first.warnings).toEqual(ofScan('A', 5000));
    expect(second.warnings).toEqual(ofScan('B', 6000));
    // What files tell, too: a scan takes the place of the one before.
    const again = hearing();
    const anew = new Talking(parameters('A', 7), { log: again.log });
    await anew.initialize();
    await packagesOf(anew, 4);
    expect(again.warnings).toContainEqual(expect.stringContaining('already exists; renamed to'));
    expect([first.warnings.length, second.warnings.length]).toEqual([4, 4]);
    for (const spy of shown) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  it('tell the console where they are given no log', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const scan = new Talking(parameters('C', 5000));
    await scan.initialize();
    await packagesOf(scan, 2);
    const texts = warn.mock.calls.map(([text]: unknown[]) => String(text));
    warn.mockRestore();
    expect(texts.at(-1)).toBe('ptyflow: C: loads 2, 3');
    expect(texts).toHaveLength(4);
  });
});
