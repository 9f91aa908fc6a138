/** The files that can be looked at. */
import { readdirSync, realpathSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { fileKind } from '../../run/config/file-kind.ts';
import type { Listing, Served } from './messages.ts';
import { versionOf } from './open-files.ts';
import { fileOf, nameOf } from './served.ts';

const NAMES = /\.(ptyr|ptyd|h5|hdf5|nxs|cxi)$/i;
const MOST_FILES = 1000;
/** Folders within folders. */
const MOST_LEVELS = 6;

type Kind = Listing['files'][number]['kind'];

/** Finds the files below the root by their names, and what they are by what is in them. */
export class Listings {
  readonly #served: Served;
  readonly #kinds = new Map<string, { readonly version: string; readonly kind: Kind | undefined }>();

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
    const files: { name: string; kind: Kind }[] = [];
    let others = 0;
    for (const [i, name] of names.entries()) {
      if (files.length === MOST_FILES) {
        others = names.length - i;
        break;
      }
      const kind = await this.#kindOf(fileOf(this.#served, name));
      if (kind !== undefined) files.push({ name, kind });
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

  async #kindOf(file: string): Promise<Kind | undefined> {
    const version = versionOf(file);
    const known = this.#kinds.get(file);
    if (known?.version === version) return known.kind;
    const found = await fileKind(file);
    const kind = found === 'ptyr' || found === 'ptyd' || found === 'hdf5' ? found : undefined;
    this.#kinds.set(file, { version, kind });
    return kind;
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
