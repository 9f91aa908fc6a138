import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import { removeAbandoned, temporaryName } from './replace.ts';

/** Beyond the numbers that processes get. */
const NOBODY = 2 ** 22 + 1;

it('what killed processes were writing goes, and nothing else', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'scan.ptyd');
  const kept = [
    'scan.ptyd',
    'scan.ptyd.chunk00',
    'scan.ptyd.notes.tmp',
    `scan.ptyd2.${NOBODY}.tmp`,
    `scan.ptyd.${NOBODY}.tmp.txt`,
    `scan.ptyd.copy.${NOBODY}.tmp`,
    // Still being written.
    temporaryName('scan.ptyd'),
    temporaryName('scan.ptyd.chunk01'),
  ];
  const abandoned = [`scan.ptyd.${NOBODY}.tmp`, `scan.ptyd.chunk02.${NOBODY}.tmp`];
  for (const name of [...kept, ...abandoned]) writeFileSync(join(folder, name), '');
  const text = `scan.ptyd.chunk03.${NOBODY}.tmp`;
  writeFileSync(join(folder, text), 'not HDF5');
  kept.push(text);
  removeAbandoned(file, (suffix) => suffix.startsWith('.chunk'));
  expect(readdirSync(folder).sort()).toEqual(kept.sort());
});
