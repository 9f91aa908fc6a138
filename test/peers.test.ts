/** Peers that are missing are named, and CI has them all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { missingText, noteOf, PACKAGES } from './tools/peers.ts';
import { ROOT } from './tools/ptyflow.ts';

it('names the peers for want of which tests did not run, and what brings them', () => {
  expect(missingText([undefined, 'for another reason'])).toBeUndefined();
  expect(missingText([noteOf('MPICH'), noteOf('h5py'), noteOf('MPICH')])).toBe(
    'not run: 1 for want of h5py, 2 for want of MPICH\n  apt-get install python3-h5py mpich',
  );
});

it('CI installs them all', () => {
  const installed = /^packages=\((.*)\)$/m.exec(readFileSync(join(ROOT, '.ci', 'run'), 'utf8'));
  expect(installed?.[1].split(' ')).toEqual(expect.arrayContaining([...PACKAGES]));
});
