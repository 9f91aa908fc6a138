/** Waits for changes of files and folders: by events of the file system where it has them, else for a while. */
import { existsSync, statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Ending of names under which files are written before they appear. */
const UNFINISHED = '.tmp';

export class News {
  readonly #watchers: FSWatcher[] = [];
  #happened = false;
  #wake: (() => void) | undefined;

  /** `paths`: files, with those whose names begin like theirs, and folders. What is not there yet cannot be watched. */
  constructor(paths: readonly string[]) {
    for (const path of paths) this.#watch(path);
  }

  /** Returns when something has changed since the last call, after `mostMs`, or when the signal is aborted. */
  async wait(mostMs: number, signal?: AbortSignal): Promise<void> {
    if (!this.#happened && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, mostMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
        signal?.addEventListener('abort', this.#wake, { once: true });
      });
      if (this.#wake !== undefined) signal?.removeEventListener('abort', this.#wake);
    }
    this.#wake = undefined;
    this.#happened = false;
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  /** Files are watched through their folder: one that is replaced has another inode. */
  #watch(path: string): void {
    const isFolder = existsSync(path) && statSync(path).isDirectory();
    const folder = isFolder ? path : dirname(path);
    if (!existsSync(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name?.endsWith(UNFINISHED) === true) return;
        if (name !== null && !isFolder && !name.startsWith(basename(path))) return;
        this.#happened = true;
        this.#wake?.();
      });
      // A folder that goes away, or a system out of watches: asking again still works.
      watcher.on('error', () => {
        watcher.close();
      });
      this.#watchers.push(watcher);
    } catch {
      // The same.
    }
  }
}
