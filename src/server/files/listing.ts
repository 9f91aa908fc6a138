/** The files that can be looked at. */
import { readdirSync, realpathSync, type Dirent } from 'node:fs';
import { dirname, join } from 'node:path';
import { FileError } from '../../errors.ts';
import { openFile, type H5File } from '../../hdf5/file.ts';
import { savedAt, type SavedAt } from '../../ptyr/saved-at.ts';
import { fileKind } from '../../run/config/file-kind.ts';
import { RequestError, type ListedFile, type Listing, type Served } from './messages.ts';
import { versionOf } from './open-files.ts';
import { fileOf, nameOf } from './served.ts';

const NAMES = /\.(ptyr|ptyd|h5|hdf5|nxs|cxi)$/i;
const MOST_FILES = 1000;
/** Folders within folders. */
const MOST_LEVELS = 6;

/** Whose changes are heard of. */
const MOST_FOLDERS = 200;

type Known = Omit<ListedFile, 'name' | 'version'>;

interface Below {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Finds the files below the root by their names, and what they are by what is in them. */
export class Listings {
  readonly #served: Served;
  readonly #known = new Map<string, { readonly version: string; readonly known: Known | undefined }>();

  constructor(served: Served) {
    this.#served = served;
  }

  async list(): Promise<Listing> {
    const { files: given } = this.#served;
    const below = this.#served.folders.map((folder) => lookBelow(folder, MOST_LEVELS));
    const found = new Set([...given, ...below.flatMap(({ files }) => files)]);
    const folders = new Set([...given.map((file) => dirname(file)), ...below.flatMap((one) => one.folders)]);
    const names = [...found].map((file) => nameOf(this.#served, file)).sort((a, b) => (a < b ? -1 : 1));
    const files: ListedFile[] = [];
    let others = 0;
    for (const [i, name] of names.entries()) {
      if (files.length === MOST_FILES) {
        others = names.length - i;
        break;
      }
      const file = await this.#lookAt(name);
      if (file !== undefined) files.push(file);
    }
    return { files, folders: [...folders].slice(0, MOST_FOLDERS), more: others };
  }

  /** Undefined for what is none of these files, or gone meanwhile. */
  async #lookAt(name: string): Promise<ListedFile | undefined> {
    try {
      const file = fileOf(this.#served, name);
      const version = versionOf(file);
      const before = this.#known.get(file);
      const known = before?.version === version ? before.known : await lookAt(file);
      this.#known.set(file, { version, known });
      return known === undefined ? undefined : { name, ...known, version };
    } catch (error) {
      if (error instanceof RequestError || isGone(error)) return undefined;
      throw error;
    }
  }
}

async function lookAt(file: string): Promise<Known | undefined> {
  const kind = await fileKind(file);
  if (kind === 'ptyd' || kind === 'hdf5') return { kind };
  if (kind !== 'ptyr') return undefined;
  const saved = await readSavedAt(file);
  return { kind, ...(saved === undefined ? {} : { saved }) };
}

async function readSavedAt(file: string): Promise<SavedAt | undefined> {
  let h5: H5File | undefined;
  try {
    h5 = await openFile(file, 'r');
    return savedAt(h5);
  } catch (error) {
    // One that is damaged is listed all the same.
    if (error instanceof FileError) return undefined;
    throw error;
  } finally {
    h5?.close();
  }
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Symbolic links to folders are not followed, so that none leads round in circles. */
function lookBelow(folder: string, levels: number): Below {
  let entries: Dirent[];
  try {
    entries = readdirSync(realpathSync(folder), { withFileTypes: true });
  } catch {
    return { files: [], folders: [] };
  }
  const shown = entries.filter(({ name }) => !name.startsWith('.'));
  const below = shown
    .filter((entry) => entry.isDirectory() && levels > 0)
    .map(({ name }) => lookBelow(join(folder, name), levels - 1));
  const own = shown.filter((entry) => !entry.isDirectory() && NAMES.test(entry.name));
  return {
    files: [...own.map(({ name }) => join(folder, name)), ...below.flatMap(({ files }) => files)],
    folders: [folder, ...below.flatMap(({ folders }) => folders)],
  };
}
