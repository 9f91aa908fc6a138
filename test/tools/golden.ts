/** Reference numbers and files, see test/golden/README.md. */
import { join } from 'node:path';
import { openFile, type H5File } from '../../src/hdf5/file.ts';

export function goldenPath(name: string): string {
  return join(import.meta.dirname, '..', 'golden', name);
}

export function openGolden(name: string): Promise<H5File> {
  return openFile(goldenPath(name), 'r');
}
