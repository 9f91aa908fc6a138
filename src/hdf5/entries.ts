/** What is at a path of a file, across links into other files, or an error that says what is there instead. */
import { FileError, nearest } from '../errors.ts';
import type { Problem, Source } from './virtual/virtual-dataset.ts';
import { joinPath, locate, openHandle, split, type Handle, type Located } from './handle.ts';

/** Linked files kept open at a time: a scan may have thousands of chunk files, a process only so many descriptors. */
const MAX_TARGETS = 64;

export class Entries {
  readonly #main: Handle;
  /** Files that links led to. */
  readonly #targets = new Map<string, Handle>();
  /** Sources of virtual datasets, by the file that names them, their file and path. */
  readonly sources = new Map<string, Source | Problem>();
  /** All of them, open or not. */
  readonly #led = new Set<string>();
  #isGrowing: boolean;
  #isNumbered = false;
  #open = true;

  constructor(main: Handle) {
    this.#main = main;
    this.#isGrowing = main.isGrowing;
  }

  /** Another program was writing one of the files when it was opened. */
  get isGrowing(): boolean {
    return this.#isGrowing;
  }

  /** A source of a virtual dataset is not there: `yes`; it has numbered ones, of which there may be more: `perhaps`. */
  get isWaiting(): 'yes' | 'perhaps' | 'no' {
    const isAbsent = [...this.sources.values()].some((source) => 'problem' in source && source.isAbsent);
    return isAbsent ? 'yes' : this.#isNumbered ? 'perhaps' : 'no';
  }

  /**
   * The file itself, those that its links and virtual datasets have led to so far, and the folders in which more of them may
   * appear.
   */
  get files(): readonly string[] {
    return [this.#main.absolute, ...this.#led];
  }

  /** A source may appear in this folder. */
  expectIn(folder: string, isNumbered: boolean): void {
    this.#led.add(folder);
    this.#isNumbered ||= isNumbered;
  }

  /** Closes the file and every file its links led to. Closing twice does nothing. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      for (const handle of this.#targets.values()) closeHandle(handle);
    } finally {
      closeHandle(this.#main);
    }
  }

  get isOpen(): boolean {
    return this.#open;
  }

  requireOpen(): void {
    const { file } = this.#main;
    if (!this.#open) throw new FileError(`${file}: the file is closed`, { file });
  }

  locate(path: string): Located {
    this.requireOpen();
    return locate(this.#main, path, (file) => this.open(file));
  }

  /** The object at `path`, or an error that says what is there instead. */
  find(path: string, wanted?: 'group' | 'dataset'): Located {
    const { file } = this.#main;
    const located = this.locate(path);
    const { kind, handle } = located;
    const where = { file, entry: path };
    if (kind === 'missing') throw new FileError(`${file}: no entry '${path}'${this.#hint(path)}`, where);
    if (kind === 'dangling') {
      throw new FileError(
        `${file}: '${path}' is a link whose target does not exist (in ${handle.file}: '${located.path}')`,
        where,
      );
    }
    if (wanted !== undefined && kind !== wanted) {
      throw new FileError(`${file}: '${path}' is a ${kind}, not a ${wanted}`, where);
    }
    return located;
  }

  /** Names in a group, links included, in the file's order. */
  keys(path: string): string[] {
    const { handle, path: at } = this.find(path, 'group');
    return handle.library.call({ file: handle.file, entry: at }, `cannot list '${at}'`, (m) =>
      m.get_names(handle.id, at, false),
    );
  }

  /** The file at an absolute path, that links or virtual datasets lead to. */
  open(file: string): Handle {
    if (file === this.#main.absolute) return this.#main;
    const handle = this.#targets.get(file) ?? openHandle(this.#main.library, file, 'r');
    this.#isGrowing ||= handle.isGrowing;
    this.#led.add(file);
    // The file used last is the last of the map; the first gives way.
    this.#targets.delete(file);
    this.#targets.set(file, handle);
    const [oldest] = this.#targets.keys();
    if (this.#targets.size > MAX_TARGETS) {
      closeHandle(this.#targets.get(oldest) ?? handle);
      this.#targets.delete(oldest);
    }
    return handle;
  }

  /** The names a wrong path may have meant, in the deepest group of it that is there. */
  #hint(path: string): string {
    const names = split(path);
    for (let depth = names.length - 1; depth >= 0; depth--) {
      const above = `/${names.slice(0, depth).join('/')}`;
      if (this.locate(above).kind !== 'group') continue;
      const keys = this.keys(above);
      const close = nearest(names[depth], keys);
      if (close.length > 0)
        return `; did you mean ${close.map((key) => `'${joinPath(above, key)}'`).join(' or ')}?`;
      return keys.length === 0
        ? `; '${above}' is empty`
        : `; '${above}' holds ${keys.slice(0, 8).join(', ')}${keys.length > 8 ? ', …' : ''}`;
    }
    return '';
  }
}

function closeHandle({ library, id, file }: Handle): void {
  if (!library.lost) library.call({ file }, 'cannot close', (m) => m.close_file(id));
}
