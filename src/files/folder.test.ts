import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import { ROOT } from '../../test/tools/ptyflow.ts';
import { FileError } from '../errors.ts';
import { makeFolder, requireWritableFolder } from './folder.ts';

const folder = temporaryFolder();
const file = join(folder, 'file');
writeFileSync(file, 'text');

describe('a folder to write to', () => {
  it('is made with those above it, once', () => {
    const deep = join(folder, 'a', 'b', 'c');
    requireWritableFolder(deep);
    expect(existsSync(join(folder, 'a'))).toBe(false);
    makeFolder(deep);
    makeFolder(deep);
    expect(existsSync(deep)).toBe(true);
    requireWritableFolder(deep);
  });

  it.each([
    [file, 'is a file, not a folder'],
    [join(file, 'below', 'it'), 'file is a file, not a folder'],
  ])('is an error that says what stands in the way: %s', (wrong, says) => {
    for (const use of [makeFolder, requireWritableFolder]) {
      expect(() => {
        use(wrong);
      }).toThrow(FileError);
      expect(() => {
        use(wrong);
      }).toThrow(says);
    }
  });

  // Where Node's own way to make all folders of a path never returns.
  it.runIf(existsSync('/proc/self'))('is an error where the system makes none', () => {
    expect(() => {
      makeFolder('/proc/none/below');
    }).toThrow('the folder /proc/none cannot be made: ENOENT');
  });

  it('must not be for reading only', () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o500 });
    const check = `
      import { requireWritableFolder } from ${JSON.stringify(join(ROOT, 'dist/files/folder.js'))};
      requireWritableFolder(${JSON.stringify(join(closed, 'below'))});`;
    const node = [process.execPath, '--input-type=module', '-e', check];
    // The superuser writes where others may not, unless that right is taken from it.
    const asOthers = process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override'] : [];
    const [command, ...args] = [...asOthers, ...node];
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    expect(stderr).toMatch(/closed cannot be written: EACCES/);
    expect(status).toBe(1);
  });
});
