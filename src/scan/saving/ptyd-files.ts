/** Scans in `.ptyd` files, as Node has them. Bundlers for browsers take `no-files.ts` in its place: see "browser" in package.json. */
import { readArrayFile } from '../../hdf5/array-file.ts';
import { PtydReader } from '../../ptyd/reading/reader.ts';
import { saverFor } from './chunk-saver.ts';
import type { ScanFiles } from './files.ts';

export const ptydFiles: ScanFiles = {
  saver: saverFor,
  reader: (file, log) => new PtydReader(file, log),
  array: readArrayFile,
};
