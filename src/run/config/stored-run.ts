/** The run that a `.ptyr` is of: its configuration, its name and where it wrote. */
import { isNdArray, sizeOf, toNumbers } from '../../array/ndarray.ts';
import { FileError } from '../../errors.ts';
import { isMapping } from '../../params/values.ts';
import { readResumeHead } from '../../ptyr/resume.ts';

export interface StoredRun {
  /** The configuration as a plain tree. */
  readonly tree: unknown;
  /** Undefined where it is not known. */
  readonly run: string | undefined;
  /** Folder given on its command line. */
  readonly output: string | undefined;
}

/** Throws a `FileError` for a file without a configuration. */
export async function readStoredRun(file: string): Promise<StoredRun> {
  const { config: stored, point, run } = await readResumeHead(file);
  const config = withLists(stored);
  if (!isMapping(config)) {
    throw new FileError(
      `${file} holds no configuration: give one beside it, ptyflow reconstruct CONFIG --resume ${file}`,
      { file, entry: 'content/pars' },
    );
  }
  if (point === undefined) return { tree: config, run, output: undefined };
  const keys = point.engines.map(({ key }) => key);
  return {
    tree: {
      ...config,
      scans: inOrder(config.scans, point.scans),
      engines: inOrder(config.engines, keys),
    },
    run,
    output: point.output ?? undefined,
  };
}

/** HDF5 gives members in the order of their names; scans and engines have one of their own. */
function inOrder(members: unknown, names: readonly string[]): unknown {
  if (!isMapping(members)) return members;
  const place = (name: string): number => names.indexOf(name);
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => place(a) - place(b)));
}

/** Arrays as lists, as configurations have them: ptypy stores some lists as arrays. */
function withLists(value: unknown): unknown {
  if (isNdArray(value)) return listOf(Array.from(toNumbers(value)), value.shape);
  if (Array.isArray(value)) return value.map(withLists);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withLists(member)]));
}

function listOf(numbers: readonly number[], [length, ...rest]: readonly number[]): unknown {
  if (rest.length === 0) return numbers;
  const size = sizeOf(rest);
  return Array.from({ length }, (_, i) => listOf(numbers.slice(i * size, (i + 1) * size), rest));
}
