/** The files that are served, as they come, change and go. */
import { setTimeout } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import { News } from '../../run/live/news.ts';
import type { FileService } from '../files/file-service.ts';
import { FileSource } from './file-source.ts';
import type { PageSource } from './page-source.ts';

/** Between two looks where the file system tells nothing, ms. */
const SILENCE_MS = 10_000;

/** What is being written changes often: as long is waited after a look, ms. */
const REST_MS = 500;

export interface Changes {
  readonly come: readonly PageSource[];
  /** IDs. */
  readonly gone: readonly string[];
}

export class FileSources {
  readonly #service: FileService;
  readonly #log: (text: string) => void;
  readonly #news = new News();
  readonly #end = new AbortController();
  readonly #sources = new Map<string, FileSource>();
  /** Folders whose changes are heard of, as JSON. */
  #watched = '';
  /** Further files that were left out. */
  #more = 0;

  constructor(service: FileService, log: (text: string) => void) {
    this.#service = service;
    this.#log = log;
  }

  /** Looks what is there. Files that changed tell so themselves. */
  async look(): Promise<Changes> {
    const { files, folders, more } = await this.#service.ask({ do: 'list' });
    const watched = JSON.stringify(folders);
    if (watched !== this.#watched) {
      this.#watched = watched;
      this.#news.watch(folders);
      // What came between the list and this.
      this.#news.tell();
    }
    if (more > this.#more) this.#log(`${more} further files are not listed`);
    this.#more = more;
    const come: FileSource[] = [];
    const before = new Map(this.#sources);
    this.#sources.clear();
    for (const { version, ...file } of files) {
      const source = { ...file, id: `file:${file.name}` };
      const known = before.get(source.id);
      // Of another run, or no reconstruction any more.
      const isSame = known !== undefined && JSON.stringify(known.source) === JSON.stringify(source);
      const now = isSame ? known : new FileSource(this.#service, source, version);
      this.#sources.set(source.id, now);
      if (isSame) before.delete(source.id);
      else come.push(now);
      now.at(version);
    }
    return { come, gone: [...before.keys()] };
  }

  /** Looks again whenever something changed, until `close`. */
  async follow(hear: (changes: Changes) => void): Promise<void> {
    const { signal } = this.#end;
    const hasEnded = (): boolean => signal.aborted;
    for (;;) {
      await this.#news.wait(SILENCE_MS, signal);
      if (hasEnded()) return;
      try {
        const changes = await this.look();
        if (changes.come.length > 0 || changes.gone.length > 0) hear(changes);
      } catch (error) {
        if (!hasEnded()) this.#log(`the files cannot be listed: ${messageOf(error)}`);
      }
      await setTimeout(REST_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  close(): void {
    this.#end.abort();
    this.#news.close();
  }
}
