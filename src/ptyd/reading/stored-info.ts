/** Whether a prepared file was made with given parameters, by what stands in its `info/`. */
import { isNdArray, toNumbers } from '../../array/ndarray.ts';
import { readTree } from '../../hdf5/encoding.ts';
import { openFile } from '../../hdf5/file.ts';
import { INFO } from '../format.ts';
import { standingAt } from '../standing.ts';

/** Parameters that say where and how frames are kept or read: they change none of them. */
const OF_NO_EFFECT = new Set([
  'dfile',
  'chunk_format',
  'load_parallel',
  'parallel_write',
  'min_frames',
  'recipe',
]);

/** The file is complete, and its parameters are `info`, as it is encoded. */
export async function holdsSame(file: string, info: Readonly<Record<string, unknown>>): Promise<boolean> {
  const there = await standingAt(file);
  if (there.kind !== 'ptyd' || !there.isComplete) return false;
  const h5 = await openFile(file, 'r');
  try {
    if (h5.kind(INFO) !== 'group') return false;
    return plainText(readTree(h5, INFO)) === plainText(info);
  } finally {
    h5.close();
  }
}

/** The same for values that are stored alike. */
function plainText(tree: unknown): string {
  const members = Object.entries(tree as Record<string, unknown>).filter(([name]) => !OF_NO_EFFECT.has(name));
  return JSON.stringify(plain(Object.fromEntries(members)));
}

function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return Number(value);
  if (isNdArray(value)) {
    const numbers = Array.from(toNumbers(value));
    return value.shape.length === 0 ? numbers[0] : numbers;
  }
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, Number);
  if (Array.isArray(value)) return value.flat(Infinity).map(plain);
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, member]) => [name, plain(member)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
