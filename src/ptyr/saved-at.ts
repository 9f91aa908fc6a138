/** Of which run a file is, and how far that was. */
import { createHash } from 'node:crypto';
import { toNumbers } from '../array/ndarray.ts';
import type { H5File } from '../hdf5/file.ts';
import { ITER_INFO } from './reader.ts';

export interface SavedAt {
  /** The same for all files of one run, of no other. */
  readonly run: string;
  /** Done by all engines. */
  readonly iterations: number;
  /** That ran last. */
  readonly engine: string;
}

/**
 * A run is known by its name and by what its first iteration took, which no other takes to the last bit. Undefined for what has no
 * history, and for files of versions that did not say it.
 */
export function savedAt(h5: H5File): SavedAt | undefined {
  if (h5.kind(ITER_INFO) !== 'group') return undefined;
  const entries = h5.keys(ITER_INFO).sort();
  const [first, last] = [entries.at(0), entries.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const number = (path: string): number | undefined =>
    h5.kind(path) === 'dataset' ? toNumbers(h5.read(path))[0] : undefined;
  const text = (path: string): string => (h5.kind(path) === 'dataset' ? String(h5.readText(path)) : '');
  const took = number(`${ITER_INFO}/${first}/duration`);
  const iterations = number(`${ITER_INFO}/${last}/iterations`);
  if (took === undefined || !(took > 0) || iterations === undefined) return undefined;
  const run = createHash('sha256')
    .update(`${text('content/runtime/run')} ${took}`)
    .digest('hex')
    .slice(0, 16);
  return { run, iterations, engine: text(`${ITER_INFO}/${last}/engine`) };
}
