/** The files that can be looked at. */
import { readdirSync, realpathSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { FileError } from '../../errors.ts';
import { openFile, type H5File } from '../../hdf5/file.ts';
import { savedAt, type SavedAt } from '../../ptyr/saved-at.ts';
import { fileKind } from '../../run/config/file-kind.ts';
import type { Listing, Served } from './messages.ts';
import { versionOf } from './open-files.ts';
import { fileOf, nameOf } from './served.ts';

const NAMES = /\.(ptyr|ptyd|h5|hdf5|nxs|cxi)$/i;
const MOST_FILES = 1000;
/** Folders within folders. */
const MOST_LEVELS = 6;

type Known = Omit<Listing['files'][number], 'name'>;

/** Finds the files below the root by their names, and what they are by what is in them. */
export class Listings {
  readonly #served: Served;
  readonly #known = new Map<string, { readonly version: string; readonly known: Known | undefined }>();

  constructor(served: Served) {
    this.#served = served;
  }

  async list(): Promise<Listing> {
    const { files: given, folders } = this.#served;
    const found = new Set([...given, ...folders.flatMap((folder) => filesBelow(folder, MOST_LEVELS))]);
    const names = [...found]
      .map((file) => nameOf(this.#served, file))
      .filter((name) => this.#isServed(name))
      .sort((a, b) => (a < b ? -1 : 1));
    const files: Listing['files'][number][] = [];
    let others = 0;
    for (const [i, name] of names.entries()) {
      if (files.length === MOST_FILES) {
        others = names.length - i;
        break;
      }
      const known = await this.#lookAt(fileOf(this.#served, name));
      if (known !== undefined) files.push({ name, ...known });
    }
    return { files, more: others };
  }

  #isServed(name: string): boolean {
    try {
      return fileOf(this.#served, name) !== '';
    } catch {
      return false;
    }
  }

  async #lookAt(file: string): Promise<Known | undefined> {
    const version = versionOf(file);
    const before = this.#known.get(file);
    if (before?.version === version) return before.known;
    const known = await lookAt(file);
    this.#known.set(file, { version, known });
    return known;
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

/** Symbolic links to folders are not followed, so that none leads round in circles. */
function filesBelow(folder: string, levels: number): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(realpathSync(folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const file = join(folder, entry.name);
    if (entry.name.startsWith('.')) return [];
    if (entry.isDirectory()) return levels > 0 ? filesBelow(file, levels - 1) : [];
    return NAMES.test(entry.name) ? [file] : [];
  });
}
