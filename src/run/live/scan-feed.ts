/** The packages of one scan as they come from the thread that prepares it. On the master only. */
import { Worker } from 'node:worker_threads';
import { errorFromPlain, RankError } from '../../errors.ts';
import type { Listeners } from '../options.ts';
import type { FeedTask, FromFeed, PlainPackage, ToFeed } from './feed-messages.ts';

export class ScanFeed {
  readonly label: string;
  /** No more packages will come. */
  ended = false;
  /** What ended it before its time. */
  error: Error | undefined;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #ready: PlainPackage[] = [];
  /** Whoever takes packages has been told of the end. */
  #endTold = false;
  #onNews: () => void;

  /** `thread` is a module that calls `serveFeed`; `onNews` is called whenever there is something to take, and at the end. */
  constructor(thread: URL, task: FeedTask, listeners: Listeners, onNews: () => void) {
    this.label = task.entry.label;
    this.#onNews = onNews;
    this.#worker = new Worker(thread, { workerData: task });
    this.#worker.on('message', (message: FromFeed) => {
      this.#hear(message, listeners);
    });
    this.#worker.on('error', (error) => {
      this.#end(error);
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        if (!this.ended)
          this.#end(new RankError(`the preparation of ${this.label} ended with code ${code}`, 0));
        resolve();
      });
    });
  }

  /** Something to take, or an end that nobody was told of: a scan that is over is news once. */
  get hasNews(): boolean {
    return this.#ready.length > 0 || (this.ended && !this.#endTold);
  }

  /** Whoever takes packages has nothing to do without the next. */
  wants(): void {
    if (!this.ended) this.#tell({ kind: 'wanted' });
  }

  /** Another scan goes on. */
  othersGoOn(): void {
    if (!this.ended) this.#tell({ kind: 'others' });
  }

  /** What has come since the last time. */
  take(): readonly PlainPackage[] {
    const packages = this.#ready;
    this.#ready = [];
    this.#endTold = this.ended;
    if (packages.length > 0) this.#tell({ kind: 'taken', packages: packages.length });
    return packages;
  }

  /** The chunk at hand is finished and saved; returns when the thread is gone. */
  async stop(): Promise<void> {
    this.#onNews = () => undefined;
    this.#tell({ kind: 'stop' });
    await this.#exited;
  }

  #tell(message: ToFeed): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromFeed, { onEvent, log }: Listeners): void {
    switch (message.kind) {
      case 'event':
        onEvent(message.event);
        break;
      case 'log':
        log[message.level](message.text);
        break;
      case 'package':
        this.#ready.push(message.package);
        this.#onNews();
        break;
      case 'ended':
        this.#end();
        break;
      case 'failed':
        this.#end(errorFromPlain(message.error));
        break;
    }
  }

  #end(error?: Error): void {
    this.ended = true;
    this.error ??= error;
    this.#onNews();
  }
}
