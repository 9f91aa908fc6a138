/** Copies what an HDF5 file holds, entry by entry, as it is stored: element types, text, links and attributes. */
import type { H5File } from '../../hdf5/file.ts';
import { joinPath } from '../../hdf5/handle.ts';
import type { Log } from '../../log.ts';

/**
 * Copies the entry at `path` and everything below but what `leaveOut` says. Entries of types that cannot be read here
 * (Python pickles, …) are left out with a warning.
 */
export function copyEntry(
  from: H5File,
  to: H5File,
  path: string,
  log: Log,
  leaveOut: (path: string) => boolean = () => false,
): void {
  if (leaveOut(path)) return;
  const link = path === '/' ? undefined : from.externalLink(path);
  if (link !== undefined) {
    to.createExternalLink(path, link.file, link.path);
    return;
  }
  const kind = from.kind(path);
  if (kind === 'group') {
    to.createGroup(path);
    for (const key of from.keys(path)) copyEntry(from, to, joinPath(path, key), log, leaveOut);
  } else if (kind !== 'dataset' || !copyDataset(from, to, path)) {
    log.warn(`${from.path}: ${path} cannot be copied to ${to.path}; left out`);
    return;
  }
  for (const [name, value] of Object.entries(from.attributes(path))) to.setAttribute(path, name, value);
}

function copyDataset(from: H5File, to: H5File, path: string): boolean {
  const { dtype } = from.info(path);
  if (dtype === 'opaque') return false;
  if (dtype === 'string') {
    to.createText(path, from.readText(path));
    return true;
  }
  to.write(path, from.read(path));
  return true;
}
