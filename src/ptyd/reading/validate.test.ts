/** Damage that shapes do not show. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArrayScan, gridPositions, numberedFrames, packagesOf } from '../../../test/tools/array-scan.ts';
import { goldenPath } from '../../../test/tools/golden.ts';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { fromNumbers } from '../../array/ndarray.ts';
import { FileError } from '../../errors.ts';
import { requireValid, validatePtyd } from './validate.ts';

const folder = temporaryFolder();

async function save(name: string, parameters: object): Promise<string> {
  const dfile = join(folder, name);
  const weights = fromNumbers(
    'float32',
    Array.from({ length: 5 * 48 }, (_, i) => 0.5 + (i % 7)),
    [5, 6, 8],
  );
  const scan = new ArrayScan(
    { shape: null, dfile, ...parameters },
    { frames: numberedFrames(5, 6, 8), weights, positions: gridPositions(5) },
  );
  await scan.initialize();
  await packagesOf(scan, 3);
  return dfile;
}

describe('validatePtyd', () => {
  it.each([
    ['append', null],
    ['link', null],
    ['merge', null],
    ['append', 'gzip'],
    ['merge', 'bslz4'],
  ])('finds nothing wrong with what we wrote (%s, %s)', async (mode, compression) => {
    const report = await validatePtyd(await save(`${mode}-${compression}.ptyd`, { save: mode, compression }));
    const chunks = mode === 'merge' ? 1 : 2;
    expect(report).toMatchObject({
      frames: 5,
      expected: 5,
      chunks,
      pending: [],
      frameShape: [6, 8],
      verified: 4 * chunks,
      unverified: 0,
      problems: [],
      warnings: [],
    });
  });

  it.each(['data', 'positions', 'indices', 'weights'])('finds a flipped bit in %s', async (name) => {
    const file = await save(`flipped-${name}.ptyd`, { save: 'append' });
    const offset = h5py(`result = h5py.File(argument[0], 'r')['chunks/1/' + argument[1]].id.get_offset()`, [
      file,
      name,
    ]);
    const bytes = readFileSync(file);
    bytes[Number(offset) + 5] ^= 1;
    writeFileSync(file, bytes);
    const report = await validatePtyd(file);
    expect(report.problems).toEqual([
      `${file}: chunks/1/${name} does not match its checksum: the data was changed or damaged`,
    ]);
    expect(report.verified).toBe(7);
    expect(() => {
      requireValid(report, file);
    }).toThrow(FileError);
  });

  it('finds a damaged block of compressed frames', async () => {
    const file = await save('gzip.ptyd', { save: 'append', compression: 'gzip' });
    const offset = h5py(
      `result = h5py.File(argument, 'r')['chunks/0/data'].id.get_chunk_info(1).byte_offset`,
      file,
    );
    const bytes = readFileSync(file);
    bytes[Number(offset) + 9] ^= 255;
    writeFileSync(file, bytes);
    const [problem, ...others] = (await validatePtyd(file)).problems;
    expect(problem).toMatch(/chunks\/0\/data (cannot be read|does not match)/);
    expect(others).toEqual([]);
  });

  it('reads files of ptypy through, without anything to compare', async () => {
    const report = await validatePtyd(goldenPath('files/moon_append.ptyd'));
    expect(report).toMatchObject({ frames: 60, chunks: 3, verified: 0, unverified: 12, problems: [] });
  });

  it('tells which chunks are still to come', async () => {
    const file = join(folder, 'running.ptyd');
    copyFileSync(await save('all.ptyd', { save: 'link' }), file);
    const report = await validatePtyd(file);
    expect(report).toMatchObject({ chunks: 2, pending: [] });
    h5py(`h5py.File(argument, 'a')['chunks/2'] = h5py.ExternalLink('later.h5', '/')`, file);
    expect((await validatePtyd(file)).pending).toEqual(['2']);
  });
});
