/** One array of a file that a parameter names: `.npy`, or an entry of an HDF5 file as `FILE:entry`. */
import type { NdArray } from '../array/ndarray.ts';
import { parseNpy } from '../array/npy.ts';
import { FileError, messageOf } from '../errors.ts';
import { openFile } from './file.ts';
import { host } from './host.ts';

export interface ArrayPlace {
  readonly file: string;
  /** Entry of an HDF5 file. */
  readonly entry: string | undefined;
}

/** `scan.h5:entry/data` taken apart; a file of the whole name goes first. */
export function arrayPlace(name: string): ArrayPlace {
  const colon = name.lastIndexOf(':');
  if (colon <= 0 || host.exists(name)) return { file: name, entry: undefined };
  return { file: name.slice(0, colon), entry: name.slice(colon + 1) };
}

/** The array at `name`, which `at` names in errors. Throws a `FileError` for files and entries that cannot be read. */
export async function readArrayFile(name: string, at: string): Promise<NdArray> {
  const { file, entry } = arrayPlace(name);
  if (!host.exists(file)) throw new FileError(`${at}: ${file}: there is no such file`, { file });
  if (entry !== undefined) {
    const h5 = await openFile(file, 'r');
    try {
      return h5.read(entry);
    } finally {
      h5.close();
    }
  }
  if (!file.endsWith('.npy')) {
    throw new FileError(`${at}: ${file}: name the entry, as ${file}:entry, or give a .npy file`, {
      file,
    });
  }
  try {
    return parseNpy(await host.readFile(file), file);
  } catch (cause) {
    throw new FileError(`${at}: ${file} cannot be read: ${messageOf(cause)}`, { file }, { cause });
  }
}
