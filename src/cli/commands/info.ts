/** `ptyflow info`: the tree of any HDF5 file. */
import { h5entries, h5info } from '../../hdf5/info.ts';
import type { CommonOptions } from '../options.ts';
import { startSession } from '../session.ts';

export async function info(file: string, options: CommonOptions): Promise<void> {
  if (options.json !== true) {
    process.stdout.write(`${await h5info(file)}\n`);
    return;
  }
  const session = startSession(options);
  for (const entry of await h5entries(file)) session.onEvent({ event: 'entry', file, ...entry });
  session.answered();
}
