/** HDF5 files that stay open for one piece of work, and datasets in them with errors that say what would be right. */
import { astype, isComplex, type BigDType, type RealDType } from '../../array/ndarray.ts';
import { FileError, messageOf, nearest } from '../../errors.ts';
import { openFile, type H5File } from '../../hdf5/file.ts';
import type { Values } from './layout.ts';
import type { Source } from './sources.ts';

export interface Found {
  readonly h5: H5File;
  readonly shape: readonly number[];
  readonly dtype: RealDType | BigDType;
  /** Which axes may still become longer. */
  readonly canGrow: readonly boolean[];
}

/** Files opened once each; `withFiles` closes them. */
export class OpenFiles {
  readonly #files = new Map<string, H5File>();

  /** Throws a FileError that names the file and the key that was looked for. */
  async open(source: Source): Promise<H5File> {
    const { file, key } = source;
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    try {
      // A program that begins or ends to write the file just now may be in the way once.
      const h5 = await openFile(file, 'r').catch(() => openFile(file, 'r'));
      this.#files.set(file, h5);
      return h5;
    } catch (cause) {
      throw new FileError(
        `${messageOf(cause)} (looking for ${source.name} "${key}")`,
        { file, entry: key },
        { cause },
      );
    }
  }

  /**
   * A dataset of real numbers. Throws a FileError that lists the nearest keys when it is not there, and one that says
   * what it holds when that is something else.
   */
  async find(source: Source): Promise<Found> {
    const h5 = await this.open(source);
    const { file, key } = source;
    const kind = h5.kind(key);
    const where = { file, entry: key };
    if (kind === 'missing') {
      throw new FileError(`${file} has no "${key}" (${source.name}); ${suggestions(h5, key)}`, where);
    }
    if (kind === 'dangling') {
      throw new FileError(
        `${file}: "${key}" (${source.name}) is a link to something that is not there`,
        where,
      );
    }
    if (kind !== 'dataset') {
      throw new FileError(
        `${file}: "${key}" (${source.name}) is a ${kind}, not a dataset; ${suggestions(h5, key)}`,
        where,
      );
    }
    const { shape, dtype, opaque, canGrow } = h5.info(key);
    if (dtype === 'string' || dtype === 'opaque' || isComplex(dtype)) {
      const holds = dtype === 'string' ? 'text' : (opaque ?? dtype);
      throw new FileError(`${file}: "${key}" (${source.name}) holds ${holds}; expected real numbers`, where);
    }
    return { h5, shape, dtype, canGrow };
  }

  /** Some file that was opened was being written in SWMR mode by another program. */
  get isGrowing(): boolean {
    return [...this.#files.values()].some((h5) => h5.isGrowing);
  }

  /** A source of a virtual dataset has not come yet, or there may be more of them than have come. */
  get isWaiting(): 'yes' | 'perhaps' | 'no' {
    const all = [...this.#files.values()].map((h5) => h5.isWaiting);
    return (['yes', 'perhaps'] as const).find((answer) => all.includes(answer)) ?? 'no';
  }

  /** All files that were opened, those behind links and virtual datasets too. */
  get names(): readonly string[] {
    return [...this.#files.values()].flatMap((h5) => h5.files);
  }

  /** All files that were opened say whether they are being written. */
  get markWriters(): boolean {
    return [...this.#files.values()].every((h5) => h5.marksWriters);
  }

  /** Whether there is something of that name, right or wrong. */
  async has(source: Source): Promise<boolean> {
    try {
      const h5 = await this.open(source);
      return !['missing', 'dangling'].includes(h5.kind(source.key));
    } catch (error) {
      if (error instanceof FileError) return false;
      throw error;
    }
  }

  /** All numbers of a small dataset. */
  async numbers(source: Source): Promise<Values> {
    const { h5 } = await this.find(source);
    const array = h5.read(source.key, undefined, { unwritten: 'error' });
    return { shape: array.shape, data: astype(array, 'float64').data };
  }

  /** The same of one that is still being written: NaN where the source of a virtual dataset has not come yet. */
  async numbersSoFar(source: Source): Promise<Values> {
    const { h5 } = await this.find(source);
    const array = h5.read(source.key, undefined, { absent: 'mark' });
    const { shape } = array;
    const present = h5.present(source.key, shape.length);
    const data = astype(array, 'float64').data.map((value, i) => (present[i] === 1 ? value : NaN));
    return { shape, data };
  }

  close(): void {
    for (const h5 of this.#files.values()) h5.close();
    this.#files.clear();
  }
}

/** Runs `work` with files that are closed when it ends. */
export async function withFiles<T>(work: (files: OpenFiles) => Promise<T>): Promise<T> {
  const files = new OpenFiles();
  try {
    return await work(files);
  } finally {
    files.close();
  }
}

/** Entries looked at for suggestions. */
const MAX_ENTRIES = 2000;

function suggestions(h5: H5File, key: string): string {
  const datasets = datasetPaths(h5);
  const last = key.split('/').at(-1) ?? key;
  const inside = datasets.filter((path) => path.startsWith(`${key.replace(/^\/+|\/+$/g, '')}/`));
  const sameName = datasets.filter((path) => path.split('/').at(-1) === last);
  const near = nearest(key.replace(/^\//, ''), datasets);
  const found = [...new Set([...inside, ...sameName, ...near])].slice(0, 4);
  const quote = (paths: readonly string[]): string => paths.map((path) => `"${path}"`).join(', ');
  if (found.length > 0) return `nearest datasets: ${quote(found)}`;
  if (datasets.length === 0) return 'the file holds no dataset';
  const more = datasets.length > 8 ? ` and ${datasets.length - 8} more` : '';
  return `datasets in the file: ${quote(datasets.slice(0, 8))}${more}`;
}

/** Paths of the datasets in a file, nearest to the root first. */
function datasetPaths(h5: H5File): string[] {
  const found: string[] = [];
  let groups = ['/'];
  for (let seen = 0; groups.length > 0;) {
    const deeper: string[] = [];
    for (const group of groups) {
      for (const name of h5.keys(group)) {
        seen++;
        if (seen > MAX_ENTRIES) return found;
        const path = group === '/' ? name : `${group}/${name}`;
        const kind = h5.kind(path);
        if (kind === 'dataset') found.push(path);
        // Links may lead in circles.
        else if (kind === 'group' && path.split('/').length < 12) deeper.push(path);
      }
    }
    groups = deeper;
  }
  return found;
}
