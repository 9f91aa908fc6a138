/** Files for pages, read in two threads, so that small requests do not wait behind large ones. */
import { FileWorker } from './file-worker.ts';
import type { Answer, FileRequest, Served } from './messages.ts';

export interface FileServiceOptions {
  readonly served: Served;
  /** Hears what went wrong, with all names. */
  readonly log: (text: string) => void;
  /** The entry of the threads: `filesThread()`, where nothing else is at hand. */
  readonly thread: URL;
}

export interface AskOptions {
  readonly signal?: AbortSignal;
  /** From when a thread begins. Default 30 s. */
  readonly limitMs?: number;
}

const LIMIT_MS = 30_000;

/** What reads more than a header. */
const DATA: readonly FileRequest['do'][] = ['data', 'field', 'frame', 'rfactors', 'compare'];

/** The module that the threads start from. */
export function filesThread(): URL {
  return new URL('files-entry.js', import.meta.url);
}

/** Answers requests about the files that are served. */
export class FileService {
  readonly #metadata: FileWorker;
  readonly #data: FileWorker;

  constructor({ served, log, thread }: FileServiceOptions) {
    this.#metadata = new FileWorker(thread, served, log);
    this.#data = new FileWorker(thread, served, log);
    // Whoever looks at the list looks at a picture next.
    for (const worker of [this.#metadata, this.#data]) worker.start();
  }

  /** Rejects with a `RequestError`, whose message names no folder of this machine. */
  ask<R extends FileRequest>(
    request: R,
    { signal, limitMs = LIMIT_MS }: AskOptions = {},
  ): Promise<Answer<R>> {
    const isData = DATA.includes(request.do);
    return new Promise<Answer<R>>((resolve, reject) => {
      (isData ? this.#data : this.#metadata).ask({
        ...{ request, limitMs, signal, reject },
        resolve: resolve as (answer: unknown) => void,
      });
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#metadata.close(), this.#data.close()]);
  }
}
