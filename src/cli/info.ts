/** `ptyflow info`: the tree of any HDF5 file. */
import { h5info } from '../hdf5/info.ts';

export async function info(file: string): Promise<void> {
  process.stdout.write(`${await h5info(file)}\n`);
}
