/** Waits for news: of a source that announces it, of files and folders by events of the file system where it has them, else for a while. */
import { existsSync, statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Ending of names under which files are written before they appear. */
const UNFINISHED = '.tmp';
/** Timers know no longer times, ms. */
const LONGEST_MS = 2 ** 31 - 1;

export class News {
  #watchers: FSWatcher[] = [];
  #happened = false;
  #wake: (() => void) | undefined;

  /** Something has changed. None is lost: who waits later returns at once. */
  readonly tell = (): void => {
    this.#happened = true;
    this.#wake?.();
  };

  /** Watches these in place of others: files, with those whose names begin like theirs, and folders. What is not there yet cannot be watched. */
  watch(paths: readonly string[]): void {
    this.close();
    for (const path of paths) this.#watch(path);
  }

  /** Returns when something has changed since the last call, after `mostMs`, or when the signal is aborted. */
  async wait(mostMs: number, signal?: AbortSignal): Promise<void> {
    if (!this.#happened && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(mostMs, LONGEST_MS));
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

  /** Watches nothing any more. */
  close(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
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
        this.tell();
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
