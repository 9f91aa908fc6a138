/** `ptyflow validate` finds what is wrong with each of these, in one line, without a stack trace. */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ptyflow } from '../tools/ptyflow.ts';
import { sampled } from '../tools/sampled.ts';

const FAULTS: readonly (readonly [file: string, code: number, says: RegExp])[] = [
  ['missing-filter.ptyd', 1, /missing-filter\.ptyd.*chunks\/0\/data.*32255/],
  ['flipped-bits.ptyd', 1, /flipped-bits\.ptyd: chunks\/0\/data does not match its checksum/],
  ['not-hdf5.ptyd', 1, /not-hdf5\.ptyd is not an HDF5 file/],
  ['truncated.ptyd', 1, /truncated\.ptyd.*truncated/],
  ['unknown-name.yaml', 2, /unknown-name\.yaml:5: .*unknown parameter 'rebni'; did you mean 'rebin'\?/],
  ['wrong-type.yaml', 2, /wrong-type\.yaml:5: scans\.S\.data\.shape: expected .*got \[128, "two"\]/],
  [
    'out-of-range.yaml',
    2,
    /out-of-range\.yaml:5: scans\.S\.data\.orientation: expected an integer from 0 to 7.*got 9/,
  ],
  ['broken-syntax.yaml', 2, /broken-syntax\.yaml:\d: /],
  [
    'unknown-engine.yaml',
    2,
    /unknown-engine\.yaml:5: engines\.e\.name: unknown engine 'DMM'; did you mean 'DM'/,
  ],
  [
    'unknown-scan-class.yaml',
    2,
    /unknown-scan-class\.yaml:3: .*'MoonflowerScan'; did you mean 'MoonFlowerScan'/,
  ],
  ['no-chunks.ptyd', 1, /no-chunks\.ptyd has no chunk in "chunks"/],
  ['no-data.ptyd', 1, /no-data\.ptyd: chunk 1 has no dataset "data"/],
  ['shapes-disagree.ptyd', 1, /shapes-disagree\.ptyd: chunk 1 has frames of 8x6 pixels, chunk 0 of 8x8/],
  ['positions-disagree.ptyd', 1, /chunk 0 has data of shape \(4, 8, 8\) but positions of shape \(3, 2\)/],
  ['weights-disagree.ptyd', 1, /chunk 0 has data of shape \(4, 8, 8\) but weights of shape \(4, 8, 7\)/],
];

describe('ptyflow validate', () => {
  it.each(sampled(7, FAULTS))('finds the fault of %s', (file, code, says) => {
    const path = join(import.meta.dirname, file);
    const before = readFileSync(path);
    const { status, stderr, stdout } = ptyflow(['validate', path]);
    expect(stderr).toMatch(says);
    expect(status).toBe(code);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(readFileSync(path)).toEqual(before);
  });

  it('names every mistake of a configuration, not only the first', () => {
    const { stderr } = ptyflow(['validate', join(import.meta.dirname, 'out-of-range.yaml')]);
    expect(stderr).toMatch(/orientation/);
    expect(stderr).toMatch(/numiter: expected an integer/);
  });
});
