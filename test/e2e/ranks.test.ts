/** The command on several ranks, as users start it: in threads and under both MPI launchers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validatePtyd } from '../../src/ptyd/reading/validate.ts';
import { readPtyr } from '../../src/ptyr/reader.ts';
import { mpiexec, node } from '../tools/mpi.ts';
import { COMMAND } from '../tools/ptyflow.ts';
import { longTest, sampled } from '../tools/sampled.ts';
import { contents, frames, PREPARE, STAR, STARTS, type Start } from '../tools/ranks.ts';

const folder = mkdtempSync(join(tmpdir(), 'ptyflow-ranks-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const alone = join(folder, 'alone', 'star.ptyd');

beforeAll(async () => {
  const { status, stderr } = await node([COMMAND, ...PREPARE, '-o', join(folder, 'alone')]);
  expect(status, stderr).toBe(0);
});

/** A sample of what `npm run test:long` tries. */
const SAMPLE: [kind: string, start: Start, ranks: number, alsoOwnFiles: boolean][] = [
  ['threads', STARTS.threads, 4, true],
  ['Open MPI', STARTS['Open MPI'], 2, false],
  ['MPICH', STARTS.MPICH, 3, false],
];

describe.each(sampled(1, SAMPLE))('ptyflow prepare: %s', (kind, start, ranks, alsoOwnFiles) => {
  it(`writes on ${ranks} ranks what one process writes`, async () => {
    const output = join(folder, `${kind}-${ranks}`);
    const { status, stderr } = await start(ranks, [...PREPARE, '-o', output]);
    expect(status, stderr).toBe(0);
    // One voice: the number of frames, the time.
    expect(stderr.match(/103 frames$/gm)).toHaveLength(1);
    expect(stderr.match(/^done in/gm)).toHaveLength(1);
    const [expected, found] = contents([alone, join(output, 'star.ptyd')]);
    expect(found).toEqual(expected);
  });

  if (!alsoOwnFiles) return;
  longTest(`lets each of ${ranks} ranks write its own files with parallel_write`, async () => {
    const output = join(folder, `${kind}-own`);
    const own = ['--set', 'scans.star.data.save=link', '--set', 'scans.star.data.parallel_write=true'];
    const { status, stderr } = await start(ranks, [...PREPARE, ...own, '-o', output]);
    expect(status, stderr).toBe(0);
    const file = join(output, 'star.ptyd');
    const [expected, found] = frames([alone, file]);
    expect(found).toEqual(expected);
    expect(await validatePtyd(file)).toMatchObject({
      chunks: 3 * ranks,
      frames: 103,
      pending: [],
      problems: [],
    });
  });
});

const SHAKY = `
import { parameters, PtyScan } from 'ptyflow';
export class Shaky extends PtyScan {
  static parameters = parameters.SCAN_DATA;
  loadCommon() { return { energy: 7, distance: 2, psize: 1e-4 }; }
  loadPositions() { return Array.from({ length: 60 }, (_, i) => [i * 1e-7, 0]); }
  load(indices) {
    if (indices.includes(15)) this.log.warn('frame 15 looks odd');
    if (indices.includes(55)) throw new Error('frame 55 cannot be read: the detector is on fire');
    return { frames: indices.map((i) => ({ dtype: 'uint16', shape: [8, 8], data: new Uint16Array(64).fill(i) })) };
  }
}
`;

describe.each(sampled(1, Object.entries(STARTS)))('an error on one rank: %s', (kind, start) => {
  it('ends all, says which, and leaves what was saved', async () => {
    const module = join(folder, 'shaky.mjs');
    const config = join(folder, 'shaky.yaml');
    writeFileSync(module, SHAKY);
    writeFileSync(config, 'scans: { S: { data: { name: Shaky, shape: null, num_frames: 60 } } }');
    const output = join(folder, `${kind}-shaky`);
    const args = ['prepare', config, '--scan-module', module, '--set', 'frames_per_block=20', '-o', output];
    const { status, stderr } = await start(2, args);
    expect(status).toBe(1);
    // Frames 10…19 of the first chunk and 50…59 of the third are those of the second rank.
    expect(stderr).toMatch(/rank 1: frame 15 looks odd/);
    expect(stderr).toMatch(/rank 1: Shaky\.load: frame 55 cannot be read: the detector is on fire/);
    expect(stderr).not.toMatch(/\n\s+at /);
    const report = await validatePtyd(join(output, 'S.ptyd'));
    expect(report).toMatchObject({ frames: 40, expected: 60, problems: [] });
  });
});

describe.each(sampled(1, Object.entries(STARTS)))('what all ranks would say: %s', (kind, start) => {
  it('the master says, with the exit code of one process', async () => {
    const format = ['--set', 'scans.star.data.save=link', '--set', 'scans.star.data.chunk_format=none'];
    const { status, stderr } = await start(3, [...PREPARE, ...format, '-o', join(folder, `${kind}-format`)]);
    expect(status, stderr).toBe(2);
    expect(stderr).toMatch(/^ptyflow: chunk_format: expected text with one %d/m);
    expect(stderr).not.toContain('rank 1:');
    expect(stderr).not.toContain('rank 2:');
  });

  it('is said once before the command begins', async () => {
    const help = await start(2, ['prepare', '--help']);
    expect(help.status, help.stderr).toBe(0);
    expect(help.stdout.match(/^Usage:/gm)).toHaveLength(1);
    const wrong = await start(2, ['prepare', '--frobnicate']);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr.match(/unknown option/g)).toHaveLength(1);
  });
});

describe('ptyflow run on several ranks', () => {
  const errors = async (output: string): Promise<number[]> => {
    const { history } = await readPtyr(join(folder, output, 'small_DM_0005.ptyr'));
    return history.flatMap((record) => Object.values(record.errors));
  };

  it('finds what one process finds', async () => {
    const config = join(folder, 'small.yaml');
    writeFileSync(
      config,
      `
run: small
io: { pictures: false }
scans:
  S: { data: { name: MoonFlowerScan, shape: 32, num_frames: 21 }, illumination: { aperture: { form: circ, size: 3.6e-6 } } }
engines:
  d: { name: DM, numiter: 5, compute_log_likelihood: true, log_likelihood_interval: 1 }
`,
    );
    const args = (output: string): string[] => ['run', config, '-o', join(folder, output), '--quiet'];
    expect((await node([COMMAND, ...args('one'), '--ranks', '1'])).status).toBe(0);
    const expected = await errors('one');
    expect(expected.length).toBeGreaterThanOrEqual(15);
    for (const kind of ['threads', 'MPICH']) {
      const ended = await STARTS[kind](2, args(`two-${kind}`));
      expect(ended.status, ended.stderr).toBe(0);
      expect(ended.stderr).toBe('');
      (await errors(`two-${kind}`)).forEach((value, i) => {
        // Ranks add up single-precision frames in another order.
        expect(Math.abs(value - expected[i]) / expected[i]).toBeLessThan(1e-6);
      });
    }
  });

  it('refuses threads where a launcher has started processes', async () => {
    const { status, stderr } = await mpiexec('openmpi', 2, [COMMAND, 'run', STAR, '--ranks', '2']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/--ranks: starts threads; the launcher has started 2 processes already/);
  });

  it('does what is not for several ranks once', async () => {
    const { status, stdout } = await mpiexec('mpich', 3, [COMMAND, 'info', alone]);
    expect(status).toBe(0);
    expect(stdout.match(/num_frames/g)?.length).toBe(2);
  });

  longTest('moves positions to where one process moves them', async () => {
    const config = join(folder, 'moved.yaml');
    writeFileSync(
      config,
      `
run: moved
io: { pictures: false }
scans:
  S:
    data: { name: MoonFlowerScan, shape: 32, num_frames: 21, position_error: 2 }
    illumination: { aperture: { form: circ, size: 2.7e-6 } }
engines:
  l: { name: LSQML, numiter: 6, position_refinement: { start: 2, amplitude: 8e-7 } }
`,
    );
    const positions = async (ranks: number): Promise<readonly Float64Array[]> => {
      const output = join(folder, `moved-${ranks}`);
      const { status, stderr } = await STARTS.threads(ranks, ['run', config, '-o', output, '--quiet']);
      expect(status, stderr).toBe(0);
      const { S } = (await readPtyr(join(output, 'moved_LSQML_0006.ptyr'))).positions;
      return [S.positions.data, S.measured.data];
    };
    const [[one, measured], [three]] = [await positions(1), await positions(3)];
    expect(Math.max(...one.map((position, i) => Math.abs(position - measured[i])))).toBeGreaterThan(2e-7);
    three.forEach((position, i) => {
      expect(Math.abs(position - one[i])).toBeLessThan(1e-9);
    });
  });
});
