/** Several ranks on the real sample: preparation on 2, 3 and 7, difference map on 4, in threads and under both MPIs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPtyr } from '../../src/ptyr/reader.ts';
import { node } from '../tools/mpi.ts';
import { COMMAND } from '../tools/ptyflow.ts';
import { contents, PREPARE, STAR, STARTS } from '../tools/ranks.ts';

const folder = mkdtempSync(join(tmpdir(), 'ptyflow-long-ranks-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('prepare on 2, 3 and 7 ranks', () => {
  it('writes the same as one process, however it is started', async () => {
    const files = [join(folder, 'alone', 'star.ptyd')];
    const alone = await node([COMMAND, ...PREPARE, '-o', join(folder, 'alone')]);
    expect(alone.status, alone.stderr).toBe(0);
    for (const [kind, start] of Object.entries(STARTS)) {
      for (const ranks of [2, 3, 7]) {
        const output = join(folder, `${kind}-${ranks}`);
        const { status, stderr } = await start(ranks, [...PREPARE, '-o', output]);
        expect(status, stderr).toBe(0);
        files.push(join(output, 'star.ptyd'));
      }
    }
    const [expected, ...found] = contents(files);
    expect(found).toHaveLength(9);
    for (const other of found) expect(other).toEqual(expected);
  });
});

describe('20 iterations of the difference map on the Siemens star', () => {
  it('have the same errors on 4 ranks as on one, to 1e-4', async () => {
    const args = (output: string): string[] => [
      ...['run', STAR, '--quiet', '-o', join(folder, output)],
      ...['--set', 'engines={d: {name: DM, numiter: 20, probe_support: null, log_likelihood_interval: 1}}'],
    ];
    const errors = async (output: string): Promise<number[]> => {
      const { history } = await readPtyr(join(folder, output, 'siemens-star_DM_0020.ptyr'));
      return history.flatMap((record) => Object.values(record.errors));
    };
    const alone = await node([COMMAND, ...args('one'), '--ranks', '1']);
    expect(alone.status, alone.stderr).toBe(0);
    const expected = await errors('one');
    expect(expected).toHaveLength(80);
    for (const [kind, start] of Object.entries(STARTS)) {
      const { status, stderr } = await start(4, args(kind));
      expect(status, stderr).toBe(0);
      const found = await errors(kind);
      const largest = Math.max(...found.map((value, i) => Math.abs(value - expected[i]) / expected[i]));
      console.log(`${kind}: largest relative difference of an error ${largest.toExponential(1)}`);
      expect(found).toHaveLength(80);
      expect(largest).toBeLessThan(1e-4);
    }
  });
});
