/** Files that are looked at stay open for the next question, until they change. */
import { statSync } from 'node:fs';
import { openFile, type H5File } from '../../hdf5/file.ts';

const MOST_OPEN = 8;

/** The last few files that were asked for. */
export class OpenFiles {
  readonly #open = new Map<string, { readonly h5: H5File; readonly version: string }>();

  /** The file as it is now. */
  async at(file: string): Promise<H5File> {
    const version = versionOf(file);
    const known = this.#open.get(file);
    this.#open.delete(file);
    const isCurrent = known?.version === version && !known.h5.isGrowing;
    if (!isCurrent) known?.h5.close();
    const h5 = isCurrent ? known.h5 : await openFile(file, 'r');
    this.#open.set(file, { h5, version });
    for (const [oldest, { h5: other }] of this.#open) {
      if (this.#open.size <= MOST_OPEN) break;
      other.close();
      this.#open.delete(oldest);
    }
    return h5;
  }
}

/** Changes when the file does. */
export function versionOf(file: string): string {
  const { ino, size, mtimeMs } = statSync(file);
  return `${ino} ${size} ${mtimeMs}`;
}
